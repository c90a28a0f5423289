using Quorate.Node.Storage.Disks;

namespace Quorate.Simulation.World;

/// <summary>A machine's disk: outlives the process, and on power loss keeps what was synced and any part of the rest.</summary>
/// <param name="host">Whose.</param>
public sealed class SimDisk(string host, Random random, ThreadGuard guard) : IDisk
{
    private readonly Dictionary<string, SimFile> _files = [];
    private Dictionary<string, SimFile> _durableFiles = [];

    public string Path => $"{host}'s disk";

    /// <summary>Bytes it can hold; less than it holds already is a full disk.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>How many microseconds longer than on a quick one a piece of work on it takes, as long as it lasts.</summary>
    public int Latency { get; set; }

    /// <summary>And how many longer for now.</summary>
    public int Slowness { get; set; }

    /// <summary>Every sync fails from here on.</summary>
    public bool FailSync { get; set; }

    private long Used => _files.Values.Sum(file => file.Length);

    public IReadOnlyList<string> List()
    {
        Check("List");
        return [.. _files.Keys.Order(StringComparer.Ordinal)];
    }

    public IDiskFile Open(string name)
    {
        Check("Open");
        if (!_files.TryGetValue(name, out SimFile? file)) _files.Add(name, file = new SimFile(this));
        return file;
    }

    public void Delete(string name)
    {
        Check("Delete");
        _files.Remove(name);
    }

    public void Rename(string name, string newName)
    {
        Check("Rename");
        _files.Add(newName, _files[name]);
        _files.Remove(name);
    }

    public void SyncDirectory()
    {
        Check("SyncDirectory");
        if (FailSync) throw new IOException("Input/output error (simulated)");
        _durableFiles = new Dictionary<string, SimFile>(_files);
    }

    public void Dispose()
    {
    }

    /// <summary>The power went: of what was not synced, any part may be there, and a write may be torn.</summary>
    public void LosePower()
    {
        _files.Clear();
        foreach ((string name, SimFile file) in _durableFiles.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            file.LosePower(random);
            _files.Add(name, file);
        }
    }

    /// <summary>Everything on it is gone: another disk is in its place.</summary>
    public void Wipe()
    {
        _files.Clear();
        _durableFiles.Clear();
    }

    /// <summary>Turns one bit over in the first place on this disk where these bytes stand. False where they do not.</summary>
    public bool FlipBitIn(ReadOnlySpan<byte> bytes)
    {
        foreach (SimFile file in _files.Values)
        {
            if (file.FlipBitIn(bytes, random)) return true;
        }

        return false;
    }

    /// <summary>
    /// Files with bytes that something synced later stands behind: where files are only appended to, no crash can explain what
    /// is wrong there.
    /// </summary>
    public IReadOnlyList<string> ClosedFiles() => [.. List().Where(name => _files[name].Closed > 0)];

    /// <summary>Turns one bit over in the closed part of a file.</summary>
    public void FlipBit(string name)
    {
        SimFile file = _files[name];
        file.Flip(random.Next(file.Closed), (byte)(1 << random.Next(8)));
    }

    /// <summary>Whether it has a file, or would have it again after a power loss.</summary>
    public bool Holds(string name) => _files.ContainsKey(name) || _durableFiles.ContainsKey(name);

    private void Check(string call) => guard.Check(host, $"IDisk.{call}");

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

        /// <summary>Where what was synced last begins.</summary>
        public int Closed { get; private set; }

        public int Read(Span<byte> into, long offset)
        {
            disk.Check("Read");
            int count = (int)Math.Clamp(_bytes.Length - offset, 0, into.Length);
            if (count > 0) _bytes.AsSpan((int)offset, count).CopyTo(into);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.Check("Write");
            disk.Reserve(offset + bytes.Length - _bytes.Length);
            _unsynced.Add((offset, bytes.ToArray()));
            Apply(ref _bytes, offset, bytes);
        }

        public void Allocate(long length)
        {
            disk.Check("Allocate");
            disk.Reserve(length - _bytes.Length);
            if (length > _bytes.Length) Array.Resize(ref _bytes, (int)length);
        }

        public void Truncate(long length)
        {
            disk.Check("Truncate");
            Array.Resize(ref _bytes, (int)length);
        }

        public void Sync()
        {
            disk.Check("Sync");
            if (disk.FailSync) throw new IOException("Input/output error (simulated)");
            foreach ((long offset, byte[] bytes) in _unsynced) Apply(ref _synced, offset, bytes);
            if (_unsynced.Count > 0) Closed = (int)_unsynced.Min(write => write.Offset);
            if (_synced.Length != _bytes.Length) Array.Resize(ref _synced, _bytes.Length);
            _unsynced.Clear();
        }

        public void Dispose()
        {
        }

        /// <summary>Pages reach a disk in any order, so any of the unsynced writes may be there, whole or in part.</summary>
        public void LosePower(Random random)
        {
            foreach ((long offset, byte[] bytes) in _unsynced)
            {
                int kept = random.Next(3) switch { 0 => 0, 1 => bytes.Length, _ => random.Next(bytes.Length + 1) };
                if (kept > 0) Apply(ref _synced, offset, bytes.AsSpan(0, kept));
            }

            _bytes = [.. _synced];
            _unsynced.Clear();
        }

        public bool FlipBitIn(ReadOnlySpan<byte> bytes, Random random)
        {
            int offset = _bytes.AsSpan().IndexOf(bytes);
            if (offset < 0) return false;
            Flip(offset + random.Next(bytes.Length), (byte)(1 << random.Next(8)));
            return true;
        }

        public void Flip(int offset, byte bit)
        {
            if (offset < _bytes.Length) _bytes[offset] ^= bit;
            if (offset < _synced.Length) _synced[offset] ^= bit;
        }

        private static void Apply(ref byte[] target, long offset, ReadOnlySpan<byte> bytes)
        {
            if (target.Length < offset + bytes.Length) Array.Resize(ref target, (int)(offset + bytes.Length));
            bytes.CopyTo(target.AsSpan((int)offset));
        }
    }
}
