using System.Runtime.CompilerServices;

namespace Quorate;

/// <summary>
/// Bytes are values already. Overload resolution takes the typed put for an array, so it must store the array and not a text about it.
/// </summary>
internal static class RawBytes
{
    public static bool TryFrom<T>(T value, out ReadOnlyMemory<byte> bytes)
    {
        bytes = value switch
        {
            byte[] array => array,
            Memory<byte> memory => memory,
            ReadOnlyMemory<byte> memory => memory,
            _ => default,
        };
        return Are<T>();
    }

    public static bool TryTo<T>(ReadOnlyMemory<byte> bytes, out T? value)
    {
        value = default;
        if (typeof(T) == typeof(byte[])) value = (T)(object)bytes.ToArray();
        else if (typeof(T) == typeof(Memory<byte>)) value = (T)(object)new Memory<byte>(bytes.ToArray());
        else if (typeof(T) == typeof(ReadOnlyMemory<byte>)) value = Unsafe.As<ReadOnlyMemory<byte>, T>(ref bytes);
        return Are<T>();
    }

    private static bool Are<T>() => typeof(T) == typeof(byte[]) || typeof(T) == typeof(Memory<byte>) || typeof(T) == typeof(ReadOnlyMemory<byte>);
}
