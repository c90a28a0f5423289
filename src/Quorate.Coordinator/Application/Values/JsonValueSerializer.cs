using System.Text.Json;

namespace Quorate;

/// <summary>Values as JSON, by System.Text.Json.</summary>
/// <param name="options">Null for <see cref="JsonSerializerOptions.Web"/>: names in camelCase, as other languages and HTTP's callers expect.</param>
public sealed class JsonValueSerializer(JsonSerializerOptions? options = null) : IValueSerializer
{
    private readonly JsonSerializerOptions _options = options ?? JsonSerializerOptions.Web;

    /// <inheritdoc/>
    public string ContentType => "application/json";

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _options);

    /// <inheritdoc/>
    public T? Deserialize<T>(ReadOnlyMemory<byte> bytes) => JsonSerializer.Deserialize<T>(bytes.Span, _options);
}
