using System.Buffers;
using Quorate.Core;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Snapshots;

/// <summary>
/// A snapshot being written: records first, the header last, so that an unfinished one is none. Nothing depends on it, so
/// it is synced only that its pages do not pile up before the log's fsync, and that it is there after power loss. Blocks.
/// </summary>
internal sealed class SnapshotFile : IDisposable
{
    /// <summary>A disk takes this in a few milliseconds, which a commit may wait.</summary>
    private const int SyncBytes = 1024 * 1024;
    private const int WriteBytes = 64 * 1024;
    private readonly IDisk _disk;
    private readonly uint _number;
    private readonly IDiskFile _file;
    private readonly ArrayBufferWriter<byte> _pending = new(2 * WriteBytes);
    private long _length;
    private int _unsynced;
    private uint _checksum = ~0u;

    public SnapshotFile(IDisk disk, uint number)
    {
        (_disk, _number) = (disk, number);
        _file = disk.Open(SnapshotHeader.NameOf(number));
        if (_file.Length > 0) _file.Truncate(0);
    }

    /// <summary>One more record.</summary>
    /// <param name="record">A sound one, as it is in the log.</param>
    /// <param name="place">Position of the record less that of the segment's first group.</param>
    public void Add(ReadOnlySpan<byte> record, int place)
    {
        SnapshotRecord.Write(_pending, record, place);
        if (_pending.WrittenCount >= WriteBytes) Flush();
    }

    /// <summary>Says that all records are there.</summary>
    /// <param name="header">Without what only the file knows.</param>
    /// <returns>Bytes of the file.</returns>
    public long Finish(SnapshotHeader header)
    {
        Flush();
        Span<byte> bytes = stackalloc byte[SnapshotHeader.Size];
        (header with { Length = _length, RecordsChecksum = ~_checksum }).Write(bytes);
        _file.Write(bytes, 0);
        _file.Sync();
        _file.Dispose();
        _disk.SyncDirectory();
        return SnapshotHeader.Size + _length;
    }

    /// <summary>Gives up: there will be no such snapshot.</summary>
    public void Delete()
    {
        _file.Dispose();
        _disk.Delete(SnapshotHeader.NameOf(_number));
    }

    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        ReadOnlySpan<byte> bytes = _pending.WrittenSpan;
        _file.Write(bytes, SnapshotHeader.Size + _length);
        _checksum = Checksum.Append(_checksum, bytes);
        _length += bytes.Length;
        _unsynced += bytes.Length;
        _pending.ResetWrittenCount();
        if (_unsynced < SyncBytes) return;
        _file.Sync();
        _unsynced = 0;
    }
}
