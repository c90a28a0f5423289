using System.Buffers.Binary;
using System.Text;
using Quorate.Core;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage;

/// <summary>
/// A small fact that must survive anything: who the node is, how far its clock may run, who the members are. A file of two
/// slots that are written in turn, so that a torn write leaves the one before. All calls block; one at a time.
/// </summary>
internal sealed class DurableCell : IDisposable
{
    private const int HeaderSize = 24;

    // The larger of the usual sector and page sizes: tearing one slot leaves the other alone.
    private const int SlotAlignment = 4096;
    private static readonly byte[] Magic = "QCEL"u8.ToArray();
    private readonly IDiskFile _file;
    private readonly byte[] _slot;
    private readonly uint _nameSeed;
    private byte[]? _value;
    private ulong _sequence;

    private DurableCell(IDisk disk, string name, int capacity)
    {
        _slot = new byte[(HeaderSize + capacity + SlotAlignment - 1) / SlotAlignment * SlotAlignment];
        _nameSeed = Checksum.Append(~0u, Encoding.UTF8.GetBytes(name));
        bool isNew = !disk.List().Contains(name);
        _file = disk.Open(name);
        if (_file.Length < 2 * _slot.Length) _file.Allocate(2 * _slot.Length);
        _file.Sync();
        if (isNew) disk.SyncDirectory();
    }

    /// <summary>
    /// One slot is damaged: a torn write, or the newest value is lost and what is read is the one before it. Whoever must
    /// not repeat a value steps over one more.
    /// </summary>
    public bool MayBeStale { get; private set; }

    /// <summary>Opens a cell, or makes one that holds nothing.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="name">Name of its file.</param>
    /// <param name="capacity">Bytes a value may have; the same each time.</param>
    /// <exception cref="StoreDamagedException">Neither slot can be read.</exception>
    public static DurableCell Open(IDisk disk, string name, int capacity)
    {
        var cell = new DurableCell(disk, name, capacity);
        cell.Load(System.IO.Path.Combine(disk.Path, name));
        return cell;
    }

    /// <summary>The value written last; null before the first.</summary>
    public byte[]? Read() => _value;

    /// <summary>Returns once the value is durable.</summary>
    /// <exception cref="IOException">The disk failed: nobody knows which value it holds, and the node must stop.</exception>
    public void Write(ReadOnlySpan<byte> value)
    {
        bool isFirst = _sequence == 0;
        WriteSlot(value);
        if (isFirst) WriteSlot(value); // so that a slot without anything in it means that there never was a value
        _value = value.ToArray();
        MayBeStale = false;
    }

    public void Dispose() => _file.Dispose();

    private void WriteSlot(ReadOnlySpan<byte> value)
    {
        if (value.Length > _slot.Length - HeaderSize)
            throw new InvalidOperationException($"A value of {value.Length} bytes does not fit into a cell of {_slot.Length - HeaderSize}.");

        ulong sequence = _sequence + 1;
        Magic.CopyTo(_slot, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(_slot.AsSpan(8), sequence);
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(16), value.Length);
        value.CopyTo(_slot.AsSpan(HeaderSize));
        Span<byte> written = _slot.AsSpan(0, HeaderSize + value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(written[4..], ChecksumOf(written));
        _file.Write(written, OffsetOf(sequence));
        _file.Sync();
        _sequence = sequence;
    }

    private void Load(string path)
    {
        SlotState even = LoadSlot(0);
        SlotState odd = LoadSlot(1);
        if (even == SlotState.Damaged && odd == SlotState.Damaged)
        {
            throw new StoreDamagedException(
                $"{path} is damaged: restore it from a backup of this directory, or remove the directory and let the node "
                + "join as a new one.");
        }

        MayBeStale = _sequence > 0 && (even == SlotState.Damaged || odd == SlotState.Damaged);
    }

    private SlotState LoadSlot(ulong parity)
    {
        Array.Clear(_slot);
        _file.Read(_slot, OffsetOf(parity));
        if (!_slot.AsSpan().ContainsAnyExcept((byte)0)) return SlotState.Empty;

        long length = BinaryPrimitives.ReadInt64LittleEndian(_slot.AsSpan(16));
        if (!_slot.AsSpan().StartsWith(Magic) || length < 0 || length > _slot.Length - HeaderSize) return SlotState.Damaged;
        ReadOnlySpan<byte> written = _slot.AsSpan(0, HeaderSize + (int)length);
        ulong sequence = BinaryPrimitives.ReadUInt64LittleEndian(written[8..]);
        bool isSound = BinaryPrimitives.ReadUInt32LittleEndian(written[4..]) == ChecksumOf(written) && sequence % 2 == parity;
        if (!isSound) return SlotState.Damaged;

        if (sequence > _sequence) (_sequence, _value) = (sequence, written[HeaderSize..].ToArray());
        return SlotState.Sound;
    }

    /// <summary>The name is in it, so that a file that was renamed by mistake is not taken for another.</summary>
    private uint ChecksumOf(ReadOnlySpan<byte> written) => ~Checksum.Append(_nameSeed, written[8..]);

    private long OffsetOf(ulong sequence) => (long)(sequence % 2) * _slot.Length;

    private enum SlotState
    {
        Empty,
        Sound,
        Damaged,
    }
}
