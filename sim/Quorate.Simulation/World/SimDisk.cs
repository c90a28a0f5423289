using Quorate.Node.Storage.Disks;

namespace Quorate.Simulation.World;

/// <summary>A machine's disk: outlives the process, and on power loss keeps what was synced and any part of the rest.</summary>
public sealed class SimDisk(Random random, long capacity = long.MaxValue) : IDisk
{
    private readonly Dictionary<string, SimFile> _files = [];
    private readonly HashSet<string> _durableNames = [];

    public string Path => "simulated disk";

    /// <summary>Bytes it can hold; less than it holds already is a full disk.</summary>
    public long Capacity { get; set; } = capacity;

    /// <summary>Every sync fails from here on.</summary>
    public bool FailSync { get; set; }

    private long Used => _files.Values.Sum(file => file.Length);

    public IReadOnlyList<string> List() => [.. _files.Keys.Order(StringComparer.Ordinal)];

    public IDiskFile Open(string name)
    {
        if (!_files.TryGetValue(name, out SimFile? file)) _files.Add(name, file = new SimFile(this));
        return file;
    }

    public void Delete(string name) => _files.Remove(name);

    public void SyncDirectory()
    {
        if (FailSync) throw new IOException("Input/output error (simulated)");
        _durableNames.Clear();
        _durableNames.UnionWith(_files.Keys);
    }

    public void Dispose()
    {
    }

    /// <summary>The power went: of what was not synced, a random first part is there, and its last write may be torn.</summary>
    public void LosePower()
    {
        foreach (string name in _files.Keys.Except(_durableNames).ToArray()) _files.Remove(name);
        foreach (SimFile file in _files.Values) file.LosePower(random);
    }

    /// <summary>Turns one bit of one file over.</summary>
    public void FlipBit(string name, long offset, int bit) => _files[name].FlipBit(offset, bit);

    private void Reserve(long further)
    {
        if (further > 0 && Used + further > Capacity) throw new DiskFullException("No space left on device (simulated)");
    }

    private sealed class SimFile(SimDisk disk) : IDiskFile
    {
        private readonly List<(long Offset, byte[] Bytes)> _unsynced = [];
        private byte[] _bytes = [];
        private byte[] _synced = [];

        public long Length => _bytes.Length;

        public int Read(Span<byte> into, long offset)
        {
            int count = (int)Math.Clamp(_bytes.Length - offset, 0, into.Length);
            if (count > 0) _bytes.AsSpan((int)offset, count).CopyTo(into);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.Reserve(offset + bytes.Length - _bytes.Length);
            _unsynced.Add((offset, bytes.ToArray()));
            Apply(ref _bytes, offset, bytes);
        }

        public void Allocate(long length)
        {
            disk.Reserve(length - _bytes.Length);
            if (length > _bytes.Length) Array.Resize(ref _bytes, (int)length);
        }

        public void Truncate(long length) => Array.Resize(ref _bytes, (int)length);

        public void Sync()
        {
            if (disk.FailSync) throw new IOException("Input/output error (simulated)");
            foreach ((long offset, byte[] bytes) in _unsynced) Apply(ref _synced, offset, bytes);
            if (_synced.Length != _bytes.Length) Array.Resize(ref _synced, _bytes.Length);
            _unsynced.Clear();
        }

        public void Dispose()
        {
        }

        public void LosePower(Random random)
        {
            _bytes = [.. _synced];
            int kept = random.Next(_unsynced.Count + 1);
            for (int i = 0; i < kept; i++)
            {
                (long offset, byte[] bytes) = _unsynced[i];
                int torn = i == kept - 1 ? random.Next(bytes.Length + 1) : bytes.Length;
                Apply(ref _bytes, offset, bytes.AsSpan(0, torn));
            }

            _synced = [.. _bytes];
            _unsynced.Clear();
        }

        public void FlipBit(long offset, int bit)
        {
            _bytes[offset] ^= (byte)(1 << bit);
            _synced = [.. _bytes];
        }

        private static void Apply(ref byte[] target, long offset, ReadOnlySpan<byte> bytes)
        {
            if (target.Length < offset + bytes.Length) Array.Resize(ref target, (int)(offset + bytes.Length));
            bytes.CopyTo(target.AsSpan((int)offset));
        }
    }
}
