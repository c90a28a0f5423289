using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class SnapshotTests
{
    private const string First = "0000000001.log";
    private const string FirstSnapshot = "0000000001.index";

    [Theory]
    [InlineData(1 << 30)]
    [InlineData(2000)]
    public void A_start_knows_closed_segments_from_their_snapshots_and_answers_every_read(int valueMemoryBytes)
    {
        TestStore writer = Written(out Dictionary<string, TestEntry> expected, valueMemoryBytes);
        Assert.True(writer.Store.Space.Snapshots >= 3, $"{writer.Store.Space}");
        TestStore store = writer.Reopen();
        Assert.Equal(writer.Store.Space.Snapshots, store.Store.Space.UnreadSegments);
        Assert.False(store.IsInMemory("key 0"));
        MustHold(store, expected);

        TestStore warm = writer.Reopen();
        SettleLong(warm);
        Assert.Equal((0, 0L), (warm.Store.Space.UnreadSegments, warm.Store.Space.Loads));
        Assert.InRange(warm.Store.Space.ValueMemoryBytes, 1, valueMemoryBytes);
        Assert.Equal(valueMemoryBytes > 2000, expected.Keys.All(warm.IsInMemory));
        MustHold(warm, expected);
    }

    [Fact]
    public void What_was_superseded_is_counted_dead_and_compacted_after_such_a_start_too()
    {
        TestStore writer = Written(out Dictionary<string, TestEntry> expected);
        long live = writer.Store.Space.LiveBytes;
        long dead = writer.Store.Space.DeadBytes;
        TestStore store = writer.Reopen();
        Assert.Equal((live, dead), (store.Store.Space.LiveBytes, store.Store.Space.DeadBytes));
        for (int i = 0; i < 40; i++)
        {
            expected[$"key {i}"] = Tombstone(2000);
            store.Join($"key {i}", expected[$"key {i}"]);
            store.Settle();
        }

        SettleLong(store);
        Assert.True(store.Store.Space.CompactedSegments > 0);
        Assert.DoesNotContain(First, store.Disk.List());
        Assert.DoesNotContain(FirstSnapshot, store.Disk.List());
        MustHold(store.ReopenAfterPowerLoss(new Random(1)), expected);
    }

    [Fact]
    public void A_bit_flipped_anywhere_in_a_snapshot_harms_nothing()
    {
        TestStore writer = Written(out Dictionary<string, TestEntry> expected);
        int length = writer.Disk.Read(FirstSnapshot).Length;
        for (int at = 0; at <= length; at += at < 200 ? 1 : 13)
        {
            FaultyDisk disk = writer.Disk.Copy();
            byte[] bytes = disk.Read(FirstSnapshot);
            if (at < length) bytes[at] ^= (byte)(1 << at % 8);
            else bytes = bytes[..(length / 2)];
            disk.Replace(FirstSnapshot, bytes);
            TestStore store = Open(disk);
            Assert.Equal(writer.Store.Space.Snapshots - 1, store.Store.Space.UnreadSegments);
            MustHold(store, expected);
            SettleLong(store);
            Assert.Equal(writer.Disk.Read(FirstSnapshot).Length, disk.Read(FirstSnapshot).Length);
        }
    }

    [Fact]
    public void A_snapshot_of_something_else_is_not_used()
    {
        TestStore writer = Written(out Dictionary<string, TestEntry> expected);
        FaultyDisk swapped = writer.Disk.Copy();
        swapped.Replace(FirstSnapshot, swapped.Read("0000000002.index"));
        MustHold(Open(swapped), expected);

        FaultyDisk shortened = writer.Disk.Copy();
        shortened.Replace(First, shortened.Read(First)[..^200]);
        Assert.True(Open(shortened).Store.Recovery.Damages > 0);

        FaultyDisk orphaned = writer.Disk.Copy();
        orphaned.Replace("0000000077.index", orphaned.Read(FirstSnapshot));
        MustHold(Open(orphaned), expected);
        Assert.DoesNotContain("0000000077.index", orphaned.List());
    }

    [Fact]
    public void Power_loss_at_any_call_while_snapshots_are_written_takes_nothing()
    {
        bool isDone = false;
        int calls = 0;
        for (; !isDone; calls++)
        {
            TestStore store = Written(out Dictionary<string, TestEntry> expected);
            foreach (string name in store.Disk.List().Where(name => name.EndsWith(".index", StringComparison.Ordinal)).ToList())
                store.Disk.Delete(name);
            store = store.Reopen();
            store.Disk.CallsUntilPowerLoss = calls + 1;
            try
            {
                SettleLong(store);
            }
            catch (PowerLossException)
            {
                // On the loop; on the worker the store learns of it instead.
            }

            isDone = !store.Disk.HasLostPower;
            for (int seed = 0; seed < 4; seed++)
            {
                FaultyDisk disk = store.Disk;
                disk.LosePower(new Random(seed));
                MustHold(Open(disk), expected);
            }
        }

        Assert.InRange(calls, 10, 1000);
    }

    [Fact]
    public void Power_loss_at_any_call_of_a_start_from_snapshots_takes_nothing()
    {
        TestStore writer = Written(out Dictionary<string, TestEntry> expected);
        bool isDone = false;
        for (int calls = 1; !isDone; calls++)
        {
            FaultyDisk disk = writer.Disk.Copy();
            disk.CallsUntilPowerLoss = calls;
            try
            {
                Open(disk);
                isDone = true;
            }
            catch (PowerLossException)
            {
            }

            disk.LosePower(new Random(calls));
            MustHold(Open(disk), expected);
        }
    }

    [Fact]
    public void Damage_behind_a_snapshot_is_found_after_the_start_and_at_each_start_from_then_on()
    {
        TestStore writer = Written(out Dictionary<string, TestEntry> expected);
        byte[] bytes = writer.Disk.Read(First);
        bytes[bytes.AsSpan().IndexOf("of key 3,"u8) + 20] ^= 1;
        writer.Disk.Replace(First, bytes);

        TestStore store = writer.Reopen();
        var findings = new List<string>();
        store.Store.Damaged += findings.Add;
        Assert.Equal(0, store.Store.Recovery.Damages);
        SettleLong(store);
        Assert.Contains($"partition {Partition.Of("key 3"u8)} in {First}", Assert.Single(findings));
        Assert.Equal(Verdict.Unfit, store.Join("key 3", Register(99, "x")).Verdict);
        Assert.DoesNotContain(FirstSnapshot, store.Disk.List());

        TestStore again = store.ReopenAfterPowerLoss(new Random(1));
        Assert.Equal((1, 1), (again.Store.Recovery.Damages, again.Store.UnfitPartitions));
        SettleLong(again);
        Assert.DoesNotContain(FirstSnapshot, again.Disk.List());
        foreach ((string key, TestEntry entry) in expected.Where(pair => again.IsFit(pair.Key))) Assert.Equal(entry, again.Get(key));
    }

    [Fact]
    public void Damage_found_when_a_snapshot_is_made_leaves_none()
    {
        TestStore writer = Written(out _);
        writer.Disk.Delete(FirstSnapshot);
        TestStore store = writer.Reopen();
        byte[] bytes = store.Disk.Read(First);
        bytes[bytes.AsSpan().IndexOf("of key 3,"u8) + 20] ^= 1;
        store.Disk.Replace(First, bytes);
        SettleLong(store);
        Assert.False(store.IsFit("key 3"));
        Assert.DoesNotContain(FirstSnapshot, store.Disk.List());
    }

    [Fact]
    public void What_a_snapshot_knows_to_have_been_durable_behind_its_segment_is_missed()
    {
        TestStore writer = Written(out Dictionary<string, TestEntry> expected);
        string last = writer.Disk.List().Where(name => name.EndsWith(".index", StringComparison.Ordinal)).Max()!;
        foreach (string name in writer.Disk.List().Where(name => string.CompareOrdinal(name, last[..10] + ".log") > 0).ToList()) writer.Disk.Delete(name);

        for (int start = 0; start < 3; start++)
        {
            TestStore store = Open(writer.Disk);
            Assert.Equal((Partition.Count, 1), (store.Store.UnfitPartitions, store.Store.Recovery.Damages));
            Assert.Equal(Verdict.Unfit, store.Join("new", ValueAt(1)).Verdict);
            SettleLong(store);
            store.Store.Close();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(3000)]
    public void A_disk_that_gets_full_takes_the_snapshots_back(int room)
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected);
        store.Disk.Capacity = store.Disk.List().Sum(name => (long)store.Disk.Read(name).Length) + room;
        for (int i = 0; i < 200; i++)
        {
            TestEntry entry = ValueAt(1000 + i);
            if (store.Join($"new {i}", entry).Verdict == Verdict.Stored) expected[$"new {i}"] = entry;
            store.Settle();
        }

        Assert.Equal(0, store.Store.Space.Snapshots);
        Assert.DoesNotContain(store.Disk.List(), name => name.EndsWith(".index", StringComparison.Ordinal));
        Assert.Empty(store.Fatal);
        MustHold(store.ReopenAfterPowerLoss(new Random(1)), expected);
    }

    private static TestEntry ValueAt(int number) => Register(number + 1, $"of key {number}, padded {new string('x', 80)}");

    /// <summary>Some closed segments with their snapshots, nothing mostly dead, and short values among long ones.</summary>
    private static TestStore Written(out Dictionary<string, TestEntry> expected, int valueMemoryBytes = 1 << 30)
    {
        var store = new TestStore(segmentBytes: 4096, groupBytes: 2000, valueMemoryBytes: valueMemoryBytes);
        expected = [];
        for (int i = 0; i < 100; i++)
        {
            expected[$"key {i}"] = i % 5 == 4 ? Register(i + 1, "short") : ValueAt(i);
            store.Join($"key {i}", expected[$"key {i}"]);
            if (i % 3 == 0) store.Settle();
        }

        foreach (int i in new[] { 1, 2, 30 })
        {
            expected[$"key {i}"] = Tombstone(1000);
            store.Join($"key {i}", expected[$"key {i}"]);
        }

        SettleLong(store);
        return store;
    }

    private static TestStore Open(FaultyDisk disk) => new(disk: disk, segmentBytes: 4096, groupBytes: 2000);

    private static void MustHold(TestStore store, Dictionary<string, TestEntry> expected)
    {
        Assert.Equal((expected.Count, 0, 0), (store.Store.Entries, store.Store.UnfitPartitions, store.Store.Recovery.Damages));
        foreach ((string key, TestEntry entry) in expected) Assert.Equal(entry, store.Get(key));
    }

    private static void SettleLong(TestStore store)
    {
        for (int i = 0; i < 12; i++) store.Settle();
    }
}
