namespace Quorate;

/// <summary>A key was read, and its value is not what the caller asked for. The value is as it was; reading it as bytes always works.</summary>
public sealed class UnreadableValueException : Exception
{
    internal UnreadableValueException(string keyspace, in GetResult found, Type type, Exception reason)
        : base($"The value in keyspace '{keyspace}' ({found.Value.Length} bytes, content type '{found.ContentType}', version {found.Version}) cannot be read as {type}: {reason.Message}", reason) =>
        (Type, Found) = (type, found);

    /// <summary>As what it was to be read.</summary>
    public Type Type { get; }

    /// <summary>What there is.</summary>
    public GetResult Found { get; }
}
