using System.Text;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;

namespace Quorate.Tests.Storage;

/// <summary>A store on a faulty disk, with its loop and worker in the test's hand.</summary>
internal sealed class TestStore
{
    public const ulong Id = 0x1122334455667788;

    public TestStore(
        Durability durability = Durability.Fsync, FaultyDisk? disk = null, int segmentBytes = 8192, int groupBytes = 4096, long valueMemoryBytes = 1 << 30, Horizons? horizons = null, int backgroundBytesPerSecond = 1 << 25)
    {
        Options = new StoreOptions(Id, durability, segmentBytes, groupBytes, backgroundBytesPerSecond, valueMemoryBytes);
        Disk = disk ?? new FaultyDisk();
        Horizons = horizons ?? Horizons.None;
        Store = LogStore.Open(Options, horizons is null ? HashTrees.None : new HashTrees(new KeyspaceTable([]), [0], () => Loop.Now), Horizons, Disk, Loop, Worker, Reader, Fatal.Add);
    }

    public StoreOptions Options { get; }

    public Horizons Horizons { get; }

    public FaultyDisk Disk { get; }

    public HandLoop Loop { get; } = new();

    public HandWorker Worker { get; } = new();

    /// <summary>Where values are loaded.</summary>
    public HandWorker Reader { get; } = new();

    public List<string> Fatal { get; } = [];

    public LogStore Store { get; }

    public static Version VersionAt(long milliseconds, uint start = 1) =>
        new(HybridTimestamp.FromMilliseconds(milliseconds), new WriterId(new NodeId(0xA1), start));

    public static TestEntry Register(long milliseconds, string value, Expiry expiry = default) =>
        new(new EntryHead(EntryKind.Register, VersionAt(milliseconds), expiry, 0), Encoding.UTF8.GetBytes(value));

    public static TestEntry Tombstone(long milliseconds) => new(EntryHead.Tombstone(VersionAt(milliseconds)), []);

    public JoinResult Join(string key, TestEntry entry, ushort keyspace = 0)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        return Store.Join(keyspace, Partition.Of(bytes), bytes, entry.Entry);
    }

    /// <summary>What a reader gets, loaded from disk where it must be: nothing from an unfit partition.</summary>
    public TestEntry? Get(string key, ushort keyspace = 0)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        int partition = Partition.Of(bytes);
        if (!Store.IsFit(partition) || !Store.TryGet(keyspace, partition, bytes, out HeldEntry held)) return null;
        if (held.IsInMemory) return TestEntry.Of(held.Entry);

        TestEntry? loaded = null;
        bool isAnswered = false;
        Load(key, (verdict, entry) => (isAnswered, loaded) = (true, verdict == Verdict.Answered ? entry : null), keyspace);
        for (int tries = 0; !isAnswered; tries++)
        {
            if (tries == 10) throw new InvalidOperationException($"{key} was never loaded.");
            Reader.RunAll();
            Loop.Turn();
            if (tries > 2) Worker.RunAll(); // it was just logged again, and waits for its commit
        }

        return loaded;
    }

    /// <summary>Begins to load an entry whose payload is on disk.</summary>
    public bool Load(string key, Action<Verdict, TestEntry> loaded, ushort keyspace = 0)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        return Store.TryLoad(
            keyspace, Partition.Of(bytes), bytes, (Verdict verdict, in Entry entry, long _) => loaded(verdict, TestEntry.Of(entry)));
    }

    public bool Forget(string key, TestEntry entry)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        return Store.Forget(0, Partition.Of(bytes), bytes, entry.Entry.Digest);
    }

    public bool IsInMemory(string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        return Store.TryGet(0, Partition.Of(bytes), bytes, out HeldEntry held) && held.IsInMemory;
    }

    public bool IsFit(string key) => Store.IsFit(Partition.Of(Encoding.UTF8.GetBytes(key)));

    public int CountLive(long now, ushort keyspace = 0)
    {
        int[] counts = new int[Partition.Count];
        Store.CountLive(keyspace, now, counts);
        return counts.Sum();
    }

    /// <summary>Turns until everything joined so far is on disk.</summary>
    public void Settle()
    {
        for (int turn = 0; turn < 4; turn++)
        {
            Loop.Advance(1000);
            Worker.RunAll();
        }

        Loop.Turn();
    }

    /// <summary>Opens what is on the disk again, as after a kill: written bytes are there, synced or not.</summary>
    public TestStore Reopen() => new(Options.Durability, Disk, Options.SegmentBytes, Options.GroupBytes, Options.ValueMemoryBytes, Horizons);

    /// <summary>The same after the power failed.</summary>
    public TestStore ReopenAfterPowerLoss(Random random)
    {
        Disk.LosePower(random);
        return Reopen();
    }
}

/// <summary>An entry that can be kept and compared.</summary>
internal sealed record TestEntry(EntryHead Head, byte[] Payload)
{
    public Entry Entry => new(Head, Payload);

    public static TestEntry Of(in Entry entry) => new(entry.Head, entry.Payload.ToArray());

    public bool Equals(TestEntry? other) => other is not null && Head == other.Head && Payload.AsSpan().SequenceEqual(other.Payload);

    public override int GetHashCode() => Head.GetHashCode();

    public override string ToString() => $"{Head} {Encoding.UTF8.GetString(Payload)}";
}
