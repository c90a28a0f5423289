using Quorate.Node.Storage.Disks;

namespace Quorate.Tests.Storage;

/// <summary>The power went away: not an error that a store could handle.</summary>
internal sealed class PowerLossException() : Exception("The power went away.");

/// <summary>
/// A disk in memory that keeps what is synced apart from what is only written, and loses the difference when the power
/// fails, sector by sector. It can be full, fail to sync, and rot.
/// </summary>
internal sealed class FaultyDisk : IDisk
{
    private readonly Dictionary<string, FileData> _files = [];
    private Dictionary<string, FileData> _syncedFiles = [];

    public string Path => "/faulty";

    /// <summary>Bytes that all files may have together.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public bool FailsToSync { get; set; }

    public bool FailsToWrite { get; set; }

    /// <summary>Space that was allocated turns out not to be there, as some file systems do.</summary>
    public bool WritesFindNoRoom { get; set; }

    /// <summary>The power fails when this many writing calls were made.</summary>
    public int CallsUntilPowerLoss { get; set; } = int.MaxValue;

    public bool HasLostPower => CallsUntilPowerLoss <= 0;

    public int Syncs { get; private set; }

    public int Writes { get; private set; }

    public int Allocations { get; private set; }

    public IReadOnlyList<string> List() => [.. _files.Keys];

    public IDiskFile Open(string name)
    {
        Spend();
        if (!_files.TryGetValue(name, out FileData? data)) _files[name] = data = new FileData();
        return new OpenFile(this, data);
    }

    public void Delete(string name)
    {
        Spend();
        _files.Remove(name);
    }

    public void Rename(string name, string newName)
    {
        Spend();
        _files.Add(newName, _files[name]);
        _files.Remove(name);
    }

    public void SyncDirectory()
    {
        Spend();
        _syncedFiles = new Dictionary<string, FileData>(_files);
    }

    public void Dispose()
    {
    }

    /// <summary>What power loss leaves: all that was synced, and of the rest whatever chance wrote in time.</summary>
    public void LosePower(Random random)
    {
        CallsUntilPowerLoss = int.MaxValue;
        foreach (string name in _files.Keys.Concat(_syncedFiles.Keys).Distinct().Order(StringComparer.Ordinal).ToList())
        {
            Dictionary<string, FileData> directory = random.Next(2) == 0 ? _files : _syncedFiles;
            FileData? data = directory.GetValueOrDefault(name);
            _files.Remove(name);
            if (data is null) continue;
            data.LosePower(random);
            _files[name] = data;
        }

        _syncedFiles = new Dictionary<string, FileData>(_files);
    }

    public byte[] Read(string name) => [.. _files[name].Written];

    /// <summary>Replaces a file, as damage does: durably.</summary>
    public void Replace(string name, byte[] bytes)
    {
        _files[name] = new FileData { Written = bytes, Synced = [.. bytes] };
        _syncedFiles = new Dictionary<string, FileData>(_files);
    }

    /// <summary>Turns a bit over, also for whoever has the file open.</summary>
    public void Rot(string name, int offset)
    {
        _files[name].Written[offset] ^= 1;
        _files[name].Synced[offset] ^= 1;
    }

    public FaultyDisk Copy()
    {
        var copy = new FaultyDisk();
        foreach (string name in _files.Keys) copy.Replace(name, Read(name));
        return copy;
    }

    private void Spend()
    {
        if (HasLostPower) throw new PowerLossException();
        if (--CallsUntilPowerLoss <= 0) throw new PowerLossException();
    }

    private void Reserve(FileData data, long length)
    {
        long others = _files.Values.Sum(file => (long)file.Written.Length) - data.Written.Length;
        if (length > data.Written.Length && others + length > Capacity) throw new DiskFullException("No space left on the faulty disk");
    }

    private sealed class FileData
    {
        private const int SectorBytes = 512;
        private readonly HashSet<int> _dirty = [];

        public byte[] Written { get; set; } = [];

        public byte[] Synced { get; set; } = [];

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (offset + bytes.Length > Written.Length) Resize((int)offset + bytes.Length);
            bytes.CopyTo(Written.AsSpan((int)offset));
            for (int sector = (int)offset / SectorBytes; sector * SectorBytes < offset + bytes.Length; sector++) _dirty.Add(sector);
        }

        public void Resize(int length)
        {
            byte[] resized = new byte[length];
            Written.AsSpan(0, Math.Min(length, Written.Length)).CopyTo(resized);
            for (int sector = Math.Min(length, Written.Length) / SectorBytes; sector * SectorBytes < length; sector++) _dirty.Add(sector);
            Written = resized;
        }

        /// <summary>When it fails, the pages count as clean all the same, as in the kernel: a second call would succeed.</summary>
        public void Sync(bool fails)
        {
            if (!fails)
            {
                byte[] synced = new byte[Written.Length];
                Synced.AsSpan(0, Math.Min(synced.Length, Synced.Length)).CopyTo(synced);
                foreach (int sector in _dirty) SectorOf(Written, sector).CopyTo(SectorOf(synced, sector));
                Synced = synced;
            }

            _dirty.Clear();
        }

        public void LosePower(Random random)
        {
            byte[] left = new byte[random.Next(2) == 0 ? Written.Length : Synced.Length];
            for (int sector = 0; sector * SectorBytes < left.Length; sector++)
            {
                Span<byte> written = SectorOf(Written, sector);
                Span<byte> synced = SectorOf(Synced, sector);
                Span<byte> target = SectorOf(left, sector);
                int torn = random.Next(8) switch { 0 => random.Next(SectorBytes), < 5 => SectorBytes, _ => 0 };
                synced[..Math.Min(synced.Length, target.Length)].CopyTo(target);
                written[..Math.Min(torn, Math.Min(written.Length, target.Length))].CopyTo(target);
            }

            Written = left;
            Synced = [.. left];
            _dirty.Clear();
        }

        private static Span<byte> SectorOf(byte[] bytes, int sector)
        {
            int start = Math.Min(sector * SectorBytes, bytes.Length);
            return bytes.AsSpan(start, Math.Min(SectorBytes, bytes.Length - start));
        }
    }

    private sealed class OpenFile(FaultyDisk disk, FileData data) : IDiskFile
    {
        private bool _isClosed;

        public long Length => Data.Written.Length;

        private FileData Data => _isClosed ? throw new ObjectDisposedException("file") : data;

        public int Read(Span<byte> into, long offset)
        {
            int count = (int)Math.Clamp(Data.Written.Length - offset, 0, into.Length);
            Data.Written.AsSpan((int)offset, count).CopyTo(into);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.Spend();
            disk.Writes++;
            if (disk.FailsToWrite) throw new IOException("Input/output error");
            if (disk.WritesFindNoRoom) throw new DiskFullException("No space left on the faulty disk");
            disk.Reserve(Data, offset + bytes.Length);
            Data.Write(bytes, offset);
        }

        public void Allocate(long length)
        {
            disk.Spend();
            disk.Allocations++;
            disk.Reserve(Data, length);
            if (length > Data.Written.Length) Data.Resize((int)length);
        }

        public void Truncate(long length)
        {
            disk.Spend();
            Data.Resize((int)length);
        }

        public void Sync()
        {
            disk.Spend();
            disk.Syncs++;
            Data.Sync(disk.FailsToSync);
            if (disk.FailsToSync) throw new IOException("Input/output error");
        }

        public void Dispose() => _isClosed = true;
    }
}
