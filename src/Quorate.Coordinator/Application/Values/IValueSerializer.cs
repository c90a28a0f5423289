namespace Quorate;

/// <summary>How typed values become bytes, and bytes values. One instance serves all threads.</summary>
public interface IValueSerializer
{
    /// <summary>Kept with each value, and told to who reads it through HTTP: at most 255 ASCII characters; empty for none.</summary>
    string ContentType { get; }

    /// <summary>The bytes to store.</summary>
    /// <typeparam name="T">As what it was put.</typeparam>
    /// <param name="value">May be null where T may.</param>
    ReadOnlyMemory<byte> Serialize<T>(T value);

    /// <summary>The value that was stored.</summary>
    /// <typeparam name="T">As what it is read.</typeparam>
    /// <param name="bytes">Anybody's: not only what <see cref="Serialize"/> made. The serializer may keep them.</param>
    /// <exception cref="Exception">They are no T; the caller gets it inside an <see cref="UnreadableValueException"/>.</exception>
    T? Deserialize<T>(ReadOnlyMemory<byte> bytes);
}
