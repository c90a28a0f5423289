using Quorate.Core;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Snapshots;

/// <summary>
/// Finds the snapshots that a start can use. One that is damaged, unfinished or of something else is none: then the segment
/// itself is read. Blocks.
/// </summary>
internal sealed class SnapshotReader
{
    private readonly IDisk _disk;
    private readonly ulong _storeId;
    private readonly HashSet<uint> _numbers = [];
    private readonly byte[] _header = new byte[SnapshotHeader.Size];

    public SnapshotReader(IDisk disk, ulong storeId)
    {
        (_disk, _storeId) = (disk, storeId);
        foreach (string name in disk.List())
        {
            if (SnapshotHeader.TryParseName(name, out uint number)) _numbers.Add(number);
        }
    }

    /// <summary>Deletes those of segments that are gone.</summary>
    public void Keep(IReadOnlyCollection<uint> segments)
    {
        foreach (uint number in _numbers.Except(segments).ToList()) Delete(number);
    }

    /// <summary>Deletes one, if it is there; it is gone for good once the directory is synced.</summary>
    public void Delete(uint number)
    {
        if (_numbers.Remove(number)) _disk.Delete(SnapshotHeader.NameOf(number));
    }

    /// <summary>Reads the snapshot of a segment.</summary>
    /// <param name="number">The segment's.</param>
    /// <param name="start">Where the log goes on: the segment must begin there.</param>
    /// <param name="buffer">Made larger where it is too small.</param>
    /// <param name="header">What the snapshot says of its segment.</param>
    /// <param name="records">Its records, checked, in <paramref name="buffer"/>.</param>
    public bool TryRead(uint number, long start, ref byte[] buffer, out SnapshotHeader header, out ReadOnlySpan<byte> records)
    {
        header = default;
        records = default;
        if (!_numbers.Contains(number)) return false;

        using IDiskFile file = _disk.Open(SnapshotHeader.NameOf(number));
        int read = file.Read(_header, 0);
        if (!SnapshotHeader.TryRead(_header.AsSpan(0, read), out header)) return false;
        if (header.StoreId != _storeId || header.Number != number || header.Base != start || header.Durable <= header.End) return false;
        if (header.Length < 0 || header.Length > file.Length - SnapshotHeader.Size || !IsOf(header)) return false;

        int length = (int)header.Length;
        if (buffer.Length < length) buffer = new byte[length];
        if (file.Read(buffer.AsSpan(0, length), SnapshotHeader.Size) < length) return false;
        records = buffer.AsSpan(0, length);
        return Checksum.Compute(records) == header.RecordsChecksum;
    }

    /// <summary>Whether the segment begins as it should and has at least what the snapshot has.</summary>
    private bool IsOf(in SnapshotHeader snapshot)
    {
        using IDiskFile file = _disk.Open(Segment.NameOf(snapshot.Number));
        int read = file.Read(_header.AsSpan(0, SegmentHeader.Size), 0);
        return SegmentHeader.TryRead(_header.AsSpan(0, read), snapshot.Number, out SegmentHeader header)
            && header == new SegmentHeader(_storeId, snapshot.Number, snapshot.Base)
            && file.Length >= snapshot.EndOffset;
    }
}
