using System.Text;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Segments;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

/// <summary>What the store does for a partition that is mended: lets go of what was lost, takes what was fetched, and drops the damaged segment.</summary>
public sealed class MendTests
{
    private const string First = "0000000001.log";

    [Fact]
    public void What_was_lost_on_disk_is_let_go_and_may_be_fetched_again()
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected, valueMemoryBytes: 0);
        var lost = new List<(ushort, int, int)>();
        store.Store.Lost += (keyspace, key, payload) => lost.Add((keyspace, key, payload));
        Flip(store.Disk, "of kept 0");
        Assert.Null(store.Get("kept 0")); // reads it
        Assert.False(store.IsFit("kept 0"));
        int partition = Partition.Of("kept 0"u8);
        Assert.True(store.Store.TrySalvage(partition));

        Assert.Equal((0, 6, expected["kept 0"].Payload.Length), Assert.Single(lost));
        Assert.False(store.Store.TryGet(0, partition, "kept 0"u8, out _));
        MendAll(store, expected);
        MustHold(store, expected);
    }

    [Fact]
    public void What_is_in_memory_was_not_lost_with_its_record()
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected);
        store.Store.Lost += (_, _, _) => Assert.Fail("Something was let go.");
        Flip(store.Disk, "of kept 0");
        SettleLong(store); // it is found by whoever reads the segment first
        Assert.False(store.IsFit("kept 0"));
        int partition = Partition.Of("kept 0"u8);
        Assert.True(store.Store.TrySalvage(partition));
        Assert.True(store.Store.TryRegain(partition, store.Store.LossesOf(partition)));
        MustHold(store, expected);

        SettleLong(store);
        Assert.DoesNotContain(First, store.Disk.List());
        MustBeClean(store.ReopenAfterPowerLoss(new Random(1)), expected);
    }

    [Fact]
    public void A_partition_that_lost_more_meanwhile_is_not_fit_yet()
    {
        TestStore store = Damaged("of kept 0", out _);
        int partition = Partition.Of("kept 0"u8);
        Assert.False(store.Store.TryRegain(partition, store.Store.LossesOf(partition) - 1));
        Assert.False(store.IsFit("kept 0"));
        Assert.True(store.Store.TryRegain(partition, store.Store.LossesOf(partition)));
        Assert.True(store.IsFit("kept 0"));
    }

    [Fact]
    public void Clients_put_nothing_into_a_partition_that_is_mended()
    {
        TestStore store = Damaged("of kept 0", out Dictionary<string, TestEntry> expected);
        Assert.Equal(Verdict.Unfit, store.Join("kept 0", expected["kept 0"]).Verdict);
        Assert.Equal(Verdict.Stored, store.Store.Mend(0, Partition.Of("kept 0"u8), "kept 0"u8, expected["kept 0"].Entry).Verdict);
        Assert.Equal(Verdict.Unfit, store.Join("kept 0", Register(99, "x")).Verdict);
    }

    [Theory]
    [InlineData("of kept 0")] // a value
    [InlineData("kept 6", -20)] // a record's header: the rest of its group is lost
    [InlineData("kept 6", -60)] // its group's header
    public void The_damaged_segment_goes_once_all_that_it_may_concern_is_mended(string where, int offset = 0)
    {
        TestStore store = Damaged(where, out Dictionary<string, TestEntry> expected, offset);
        SettleLong(store);
        Assert.Contains(First, store.Disk.List());
        MendAll(store, expected);
        SettleLong(store);
        Assert.DoesNotContain(First, store.Disk.List());
        MustHold(store, expected);
        MustBeClean(store.Reopen(), expected);
        MustBeClean(store.ReopenAfterPowerLoss(new Random(1)), expected);
    }

    [Fact]
    public void A_segment_that_was_missing_is_not_missed_again_once_mended()
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected);
        store.Store.Close();
        store.Disk.Delete("0000000002.log");
        store = store.Reopen();
        Assert.Equal(Partition.Count, store.Store.UnfitPartitions);
        MendAll(store, expected);
        SettleLong(store);
        MustHold(store, expected);
        MustBeClean(store.ReopenAfterPowerLoss(new Random(1)), expected);
    }

    [Fact]
    public void A_log_whose_end_was_lost_is_whole_once_it_was_mended_and_has_gone_on()
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected);
        SettleLong(store);
        string last = store.Disk.List().Where(name => name.EndsWith(".index", StringComparison.Ordinal)).Max()!;
        store.Store.Close();
        foreach (string name in store.Disk.List().Where(name => string.CompareOrdinal(name, last[..10] + ".log") > 0).ToList()) store.Disk.Delete(name);
        store = store.Reopen();
        Assert.Equal(Partition.Count, store.Store.UnfitPartitions);
        MendAll(store, expected);
        for (int i = 0; i < 40; i++) // until the segment behind the gap is closed
        {
            expected[$"new {i}"] = Register(i + 1, new string('x', 80));
            store.Join($"new {i}", expected[$"new {i}"]);
            store.Settle();
        }

        SettleLong(store);
        MustBeClean(store.ReopenAfterPowerLoss(new Random(1)), expected);
    }

    [Fact]
    public void Power_loss_at_any_call_of_a_mending_leaves_what_can_be_mended_again()
    {
        int calls = 0;
        bool isDone = false;
        for (; !isDone; calls++)
        {
            for (int seed = 0; seed < 4; seed++)
            {
                TestStore store = Damaged(seed % 2 == 0 ? "of kept 0" : "kept 6", out Dictionary<string, TestEntry> expected, seed % 2 == 0 ? 0 : -20);
                store.Disk.CallsUntilPowerLoss = calls + 1;
                try
                {
                    MendAll(store, expected);
                    SettleLong(store);
                }
                catch (PowerLossException)
                {
                    // On the loop; on the worker the store learns of it instead.
                }

                isDone = !store.Disk.HasLostPower;
                TestStore again = store.ReopenAfterPowerLoss(new Random(seed));
                foreach ((string key, TestEntry entry) in expected.Where(pair => again.IsFit(pair.Key))) Assert.Equal(entry, again.Get(key));
                MendAll(again, expected);
                SettleLong(again);
                MustBeClean(again.Reopen(), expected);
            }
        }

        Assert.InRange(calls, 10, 1000);
    }

    [Fact]
    public void Damage_that_is_found_while_compaction_reads_its_segment_keeps_the_segment_until_it_is_mended()
    {
        var store = new TestStore(segmentBytes: 1 << 20, groupBytes: 1 << 19, valueMemoryBytes: 0);
        var expected = new Dictionary<string, TestEntry>();
        for (int i = 0; i < 1100; i++)
        {
            expected[$"key {i}"] = Register(i + 1, $"of key {i}, {new string('x', 1000)}");
            Assert.Equal(Verdict.Stored, store.Join($"key {i}", expected[$"key {i}"]).Verdict);
            if (i % 50 == 49) store.Settle();
        }

        for (int i = 0; i < 700; i++)
        {
            expected[$"key {i}"] = Tombstone(2000);
            store.Join($"key {i}", expected[$"key {i}"]);
        }

        for (int turn = 0; !store.Store.Space.IsCompacting; turn++)
        {
            Assert.True(turn < 100);
            store.Loop.Turn();
            store.Worker.RunAll();
        }

        store.Worker.RunAll(); // a first piece of several is read
        Flip(store.Disk, "of key 900,");
        Assert.Null(store.Get("key 900"));
        SettleLong(store);
        Assert.Contains(First, store.Disk.List());
        Assert.Contains(First, store.Disk.List());

        MendAll(store, expected);
        SettleLong(store);
        Assert.DoesNotContain(First, store.Disk.List());
        MustHold(store, expected);
        MustBeClean(store.ReopenAfterPowerLoss(new Random(1)), expected);
    }

    [Fact]
    public void A_clear_whose_record_was_lost_is_logged_again_before_its_segment_goes()
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected);
        Assert.Equal(Verdict.Stored, store.Store.Clear(0, VersionAt(1000)).Verdict);
        expected.Clear();
        for (int i = 0; i < 40; i++)
        {
            expected[$"new {i}"] = Register(2000 + i, $"of new {i}, padded {new string('x', 80)}");
            store.Join($"new {i}", expected[$"new {i}"]);
            if (i % 2 == 0) store.Settle();
        }

        string damaged = store.Disk.List().First(name => name.EndsWith(".log", StringComparison.Ordinal) && ClearIn(store.Disk, name) >= 0);
        store.Disk.Rot(damaged, ClearIn(store.Disk, damaged));
        SettleLong(store);
        Assert.Equal(Partition.Count, store.Store.UnfitPartitions);
        MendAll(store, expected);
        SettleLong(store);
        Assert.DoesNotContain(damaged, store.Disk.List());
        Assert.Equal(Verdict.Stored, store.Store.Clear(0, VersionAt(1000)).Verdict);
        TestStore again = store.ReopenAfterPowerLoss(new Random(1));
        MustBeClean(again, expected);
        Assert.Equal(VersionAt(1000), again.Store.ClearOf(0));
    }

    [Fact]
    public void Lost_places_may_overlap()
    {
        var lost = new LostPlaces([(200, 300), (100, 500), (700, 800), (800, 900)]);
        Assert.Equal(
            [false, true, true, true, false, false, true, true, false],
            new long[] { 99, 100, 250, 499, 500, 699, 700, 899, 900 }.Select(lost.Contains));
        Assert.False(new LostPlaces([]).Contains(0));
    }

    /// <summary>A clear's record is a header and nothing else; its kind is 128.</summary>
    private static int ClearIn(FaultyDisk disk, string name) => disk.Read(name).AsSpan().IndexOf((ReadOnlySpan<byte>)[48, 0, 1, 128]);

    /// <summary>Gives each unfit partition what others would have for it.</summary>
    private static void MendAll(TestStore store, Dictionary<string, TestEntry> others)
    {
        foreach (int partition in store.Store.Unfit)
        {
            Assert.True(store.Store.TrySalvage(partition));
            foreach ((string key, TestEntry entry) in others)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(key);
                if (Partition.Of(bytes) != partition) continue;
                if (store.Store.Mend(0, partition, bytes, entry.Entry).Verdict == Verdict.Overloaded) store.Settle();
                Assert.Equal(Verdict.Stored, store.Store.Mend(0, partition, bytes, entry.Entry).Verdict);
            }

            Assert.True(store.Store.TryRegain(partition, store.Store.LossesOf(partition)));
        }
    }

    /// <summary>Started with a bit flipped in its first segment.</summary>
    private static TestStore Damaged(string where, out Dictionary<string, TestEntry> expected, int offset = 0)
    {
        TestStore store = Written(out expected);
        store.Store.Close();
        foreach (string name in store.Disk.List().Where(name => name.EndsWith(".index", StringComparison.Ordinal)).ToList()) store.Disk.Delete(name);
        Flip(store.Disk, where, offset);
        TestStore damaged = store.Reopen();
        Assert.True(damaged.Store.UnfitPartitions > 0);
        return damaged;
    }

    /// <summary>Some segments, of which the first is mostly live.</summary>
    private static TestStore Written(out Dictionary<string, TestEntry> expected, long valueMemoryBytes = 1 << 30)
    {
        var store = new TestStore(segmentBytes: 2048, groupBytes: 2000, valueMemoryBytes: valueMemoryBytes);
        expected = [];
        for (int i = 0; i < 40; i++)
        {
            string key = $"kept {i}";
            expected[key] = Register(i + 1, $"of {key}, padded {new string('x', 80)}");
            Assert.Equal(Verdict.Stored, store.Join(key, expected[key]).Verdict);
            if (i % 2 == 0) store.Settle();
        }

        store.Settle();
        return store;
    }

    private static void Flip(FaultyDisk disk, string where, int offset = 0) =>
        disk.Rot(First, disk.Read(First).AsSpan().IndexOf(Encoding.UTF8.GetBytes(where)) + offset);

    private static void MustBeClean(TestStore store, Dictionary<string, TestEntry> expected)
    {
        Assert.Equal((0, 0), (store.Store.UnfitPartitions, store.Store.Recovery.Damages));
        MustHold(store, expected);
    }

    private static void MustHold(TestStore store, Dictionary<string, TestEntry> expected)
    {
        Assert.Equal(expected.Count, store.Store.Entries);
        foreach ((string key, TestEntry entry) in expected) Assert.Equal(entry, store.Get(key));
    }

    private static void SettleLong(TestStore store)
    {
        for (int i = 0; i < 20; i++) store.Settle();
    }
}
