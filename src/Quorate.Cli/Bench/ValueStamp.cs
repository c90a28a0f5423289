using System.Buffers.Binary;
using Quorate.Core;

namespace Quorate.Cli.Bench;

/// <summary>What the beginning of a value says about the put that wrote it; guarded, with the rest of the value, by a checksum.</summary>
/// <param name="Run">The run of `quorate bench`.</param>
/// <param name="Writer">The connection.</param>
/// <param name="Put">Unique in the run.</param>
internal readonly record struct ValueStamp(ulong Run, int Key, int Writer, long Put)
{
    /// <summary>Checksum (4), run (8), key (4), writer (4), put (8), all little-endian.</summary>
    public const int Size = 28;

    private const int ChecksumSize = 4;

    /// <summary>Stamps a value that is otherwise filled already.</summary>
    public void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(value[ChecksumSize..], Run);
        BinaryPrimitives.WriteInt32LittleEndian(value[12..], Key);
        BinaryPrimitives.WriteInt32LittleEndian(value[16..], Writer);
        BinaryPrimitives.WriteInt64LittleEndian(value[20..], Put);
        BinaryPrimitives.WriteUInt32LittleEndian(value, Checksum.Compute(value[ChecksumSize..]));
    }

    /// <summary>False where it is damaged or was never stamped.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out ValueStamp stamp)
    {
        stamp = default;
        if (value.Length < Size) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(value) != Checksum.Compute(value[ChecksumSize..])) return false;
        stamp = new ValueStamp(
            BinaryPrimitives.ReadUInt64LittleEndian(value[ChecksumSize..]),
            BinaryPrimitives.ReadInt32LittleEndian(value[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(value[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(value[20..]));
        return true;
    }
}
