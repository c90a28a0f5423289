using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Loading;

/// <summary>One record to be read from disk, and who wants it.</summary>
internal sealed class PayloadLoad(ushort keyspace, int partition, byte[] key, Loaded loaded)
{
    private SegmentInfo? _segment;
    private byte[] _record = [];

    public ushort Keyspace => keyspace;

    public int Partition => partition;

    public ReadOnlySpan<byte> Key => key;

    public Loaded Loaded => loaded;

    /// <summary>Where it is read.</summary>
    public long Position { get; private set; }

    public int Size { get; private set; }

    /// <summary>What was read; shorter than it should be where that failed.</summary>
    public ReadOnlySpan<byte> Record => _record;

    public SegmentInfo Segment => _segment ?? throw new InvalidOperationException("The load was not aimed.");

    /// <summary>Says which record, again where the key's entry has changed since.</summary>
    public void Aim(SegmentInfo segment, long position, int size) => (_segment, Position, Size, _record) = (segment, position, size, []);

    public void Keep(byte[] record) => _record = record;
}
