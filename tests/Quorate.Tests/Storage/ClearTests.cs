using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

/// <summary>A clear is a tombstone for every key of a keyspace at once.</summary>
public sealed class ClearTests
{
    private const string First = "0000000001.log";

    [Theory]
    [InlineData(Durability.Fsync)]
    [InlineData(Durability.Memory)]
    public void What_is_not_above_a_clear_is_gone_at_once_and_what_is_above_stays(Durability durability)
    {
        var store = new TestStore(durability, segmentBytes: 1 << 20, groupBytes: 1 << 19);
        for (int i = 0; i < 3000; i++) store.Join($"key {i}", Register(i % 3 == 0 ? 11 : 9, "value"));
        store.Join("elsewhere", Register(1, "value"), keyspace: 1);

        Assert.Equal(Verdict.Stored, Clear(store, 10).Verdict);
        Assert.Equal((1000, 1), (store.CountLive(0), store.CountLive(0, keyspace: 1)));
        Assert.Equal(1000, ScanAll(store).Count);
        Assert.Equal(Tombstone(10), store.Get("key 1"));
        Assert.Equal(Tombstone(10), store.Get("never there"));
        Assert.Equal(Register(11, "value"), store.Get("key 3"));
        Assert.Equal((VersionAt(11), VersionAt(1), Version.None), (store.Store.NewestOf(0), store.Store.NewestOf(1), store.Store.NewestOf(2)));

        store.Settle();
        Assert.Equal((1001, 1000), (store.Store.Entries, store.CountLive(0)));
        Assert.Equal(1000, ScanAll(store).Count);
        Assert.Equal(Register(11, "value"), store.Get("key 3"));
    }

    [Fact]
    public void The_entries_of_a_small_store_are_gone_when_the_clear_returns()
    {
        var store = new TestStore();
        for (int i = 0; i < 1000; i++) Store(store, $"key {i}", Register(9, "value"));
        Clear(store, 10);
        Assert.Equal((0, 0), (store.Store.Entries, store.Store.Bytes));
    }

    [Fact]
    public void A_sweep_of_many_entries_takes_many_turns_and_counts_and_scans_are_right_all_the_while()
    {
        var store = new TestStore(Durability.Memory);
        for (int i = 0; i < 40_000; i++) store.Join($"key {i}", Register(i % 10 == 0 ? 11 : 9, "value"));
        Clear(store, 10);

        int turns = 0;
        for (; store.Store.Entries > 4_000; turns++)
        {
            Assert.Equal((4_000, VersionAt(11)), (store.CountLive(0), store.Store.NewestOf(0)));
            Assert.Equal((Tombstone(10), Register(11, "value")), (store.Get("key 39999"), store.Get("key 39990")));
            Assert.Equal(Verdict.Superseded, store.Join("key 39999", Register(9, "value")).Verdict);
            Assert.InRange(turns, 0, 100);
            store.Loop.Turn();
        }

        Assert.Equal((4_000, 4_000), (store.Store.Entries, ScanAll(store).Count));
        Assert.InRange(turns, 2, 100);
    }

    [Fact]
    public void A_put_at_or_below_a_clear_is_superseded_and_its_own_tombstone_is_stored()
    {
        var store = new TestStore();
        JoinResult cleared = Clear(store, 10);
        Assert.Equal(new JoinResult(Verdict.Superseded, VersionAt(10), cleared.Position), store.Join("key", Register(9, "x")));
        Assert.Equal(new JoinResult(Verdict.Superseded, VersionAt(10), cleared.Position), store.Join("key", Tombstone(9)));
        Assert.Equal(new JoinResult(Verdict.Stored, VersionAt(10), cleared.Position), store.Join("key", Tombstone(10)));
        Assert.Equal(0, store.Store.Entries);
        Assert.Equal(Verdict.Stored, store.Join("key", Register(11, "x")).Verdict);
        Assert.Equal(Register(11, "x"), store.Get("key"));
    }

    /// <summary>Whoever stamps again above what superseded it must end above all that was there.</summary>
    [Fact]
    public void A_put_below_a_clear_is_superseded_by_what_was_put_since()
    {
        var store = new TestStore();
        Clear(store, 10);
        store.Join("key", Register(20, "since"));

        JoinResult late = store.Join("key", Register(9, "late"));

        Assert.Equal((Verdict.Superseded, VersionAt(20)), (late.Verdict, late.By));
    }

    [Fact]
    public void An_expiry_set_after_a_clear_raises_no_entry_below_it()
    {
        var store = new TestStore();
        store.Join("key", Register(9, "x", Expiry.At(5_000)));
        Clear(store, 10);
        TestEntry prolonged = Register(9, "x", Expiry.At(5_000).Next(9_000, VersionAt(20)));
        Assert.Equal(Verdict.Superseded, store.Join("key", prolonged).Verdict);
        Assert.Equal(Tombstone(10), store.Get("key"));
        Assert.Equal((0, VersionAt(10)), (store.CountLive(0), store.Store.NewestOf(0)));
    }

    [Fact]
    public void Of_two_clears_the_newer_counts_in_whatever_order_they_come()
    {
        var store = new TestStore();
        store.Join("key", Register(15, "x"));
        Clear(store, 20);
        Assert.Equal(new JoinResult(Verdict.Stored, VersionAt(20), store.Store.Clear(0, VersionAt(20)).Position), Clear(store, 10));
        Assert.Equal(VersionAt(20), store.Store.ClearOf(0));
        store.Settle();
        Assert.Equal(VersionAt(20), store.Reopen().Store.ClearOf(0));
    }

    [Fact]
    public void What_a_clear_hides_waits_for_its_group_to_be_durable()
    {
        var store = new TestStore();
        Store(store, "key", Register(1, "x"));
        Clear(store, 10);
        Assert.True(store.Store.TryGet(0, Partition.Of("key"u8), "key"u8, out HeldEntry held));
        Assert.True(held.Position > store.Store.DurablePosition);
        Assert.True(store.Join("key", Register(2, "y")).Position > store.Store.DurablePosition);
        store.Settle();
        Assert.True(held.Position <= store.Store.DurablePosition);
    }

    [Fact]
    public void A_load_that_a_clear_overtakes_answers_with_the_clear()
    {
        var store = new TestStore(valueMemoryBytes: 0);
        Store(store, "key", Register(1, new string('x', 200)));
        for (int i = 0; i < 50; i++) Store(store, $"other {i}", Register(1, new string('y', 200)));
        Assert.False(store.IsInMemory("key"));

        TestEntry? loaded = null;
        Assert.True(store.Load("key", (verdict, entry) => loaded = verdict == Verdict.Answered ? entry : null));
        Clear(store, 10);
        store.Reader.RunAll();
        store.Settle();
        Assert.Equal(Tombstone(10), loaded);
    }

    [Fact]
    public void Compaction_frees_what_a_clear_left_dead_and_keeps_the_clear()
    {
        var store = new TestStore();
        for (int i = 0; i < 300; i++)
        {
            store.Join($"key {i}", Register(1, $"value {i}"));
            if (i % 20 == 19) store.Settle();
        }

        long before = store.Store.Space.LiveBytes;
        Clear(store, 10);
        Assert.True(store.Store.Space.DeadBytes > before * 9 / 10, $"{store.Store.Space}");
        SettleLong(store); // without a put: nothing else would wake compaction
        Assert.True(store.Store.Space.Segments <= 2, $"{store.Store.Space}");

        for (int i = 0; i < 2000; i++) Store(store, $"new {i % 5}", Register(11 + i, "value"));
        SettleLong(store);
        Assert.DoesNotContain("0000000004.log", store.Disk.List());
        foreach (TestStore found in new[] { store, store.Reopen(), store.ReopenAfterPowerLoss(new Random(1)) })
        {
            Assert.Equal((5, VersionAt(10), 0), (found.Store.Entries, found.Store.ClearOf(0), found.Store.UnfitPartitions));
            Assert.Equal(Tombstone(10), found.Get("key 1"));
        }
    }

    [Fact]
    public void A_start_counts_as_dead_what_a_clear_left_dead()
    {
        var store = new TestStore();
        for (int i = 0; i < 100; i++) Store(store, $"key {i}", Register(i < 50 ? 1 : 11, "value"));
        Clear(store, 5);
        Clear(store, 10);
        store.Settle();
        TestStore again = store.Reopen();
        Assert.Equal(store.Store.Space.DeadBytes, again.Store.Space.DeadBytes);
        Assert.Equal((50, store.Store.Bytes, 50), (again.Store.Entries, again.Store.Bytes, again.CountLive(0)));
    }

    [Fact]
    public void Power_loss_at_any_call_of_a_clear_and_the_compaction_after_it_brings_nothing_back()
    {
        int calls = 0;
        bool isDone = false;
        for (; !isDone; calls++)
        {
            for (int seed = 0; seed < 8; seed++)
            {
                TestStore store = Written();
                store.Disk.CallsUntilPowerLoss = calls + 1;
                JoinResult cleared = Clear(store, 10);
                bool isDurable = false;
                try
                {
                    for (int turn = 0; turn < 80; turn++)
                    {
                        store.Loop.Advance(600);
                        store.Worker.RunAll();
                        isDurable |= store.Store.DurablePosition >= cleared.Position;
                    }
                }
                catch (PowerLossException)
                {
                    // On the loop; on the worker the store learns of it instead.
                }

                isDone = !store.Disk.HasLostPower;
                Assert.True(!isDone || store.Store.Space.CompactedSegments >= 2, $"{store.Store.Space}");
                MustHold(store.ReopenAfterPowerLoss(new Random(seed)), isDurable);
            }
        }

        Assert.InRange(calls, 10, 1000);
    }

    [Fact]
    public void A_clear_is_taken_on_a_full_disk_and_makes_room()
    {
        var store = new TestStore();
        store.Disk.Capacity = 5 * 8192;
        for (int i = 0; store.Join($"key {i}", Register(1, "some value")).Verdict == Verdict.Stored; i++) store.Settle();

        Assert.Equal(Verdict.Stored, Clear(store, 10).Verdict);
        SettleLong(store);
        for (int i = 0; i < 50; i++) Assert.Equal(Verdict.Stored, Store(store, $"key {i}", Register(11, "some value")));
        Assert.Equal(50, store.ReopenAfterPowerLoss(new Random(1)).Store.Entries);
        Assert.Empty(store.Fatal);
    }

    /// <summary>Three segments and some: a few entries above the clear that is to come, most below.</summary>
    private static TestStore Written()
    {
        var store = new TestStore(segmentBytes: 2048, groupBytes: 2000);
        for (int i = 0; i < 40; i++) Store(store, $"key {i}", ValueOf(i));
        Assert.Contains(First, store.Disk.List());
        return store;
    }

    private static TestEntry ValueOf(int i) => Register(i % 8 == 0 ? 20 : 1, $"of {i}, padded {new string('x', 80)}");

    /// <param name="isDurable">The clear was, so it must be there; else it may be.</param>
    private static void MustHold(TestStore store, bool isDurable)
    {
        Assert.Equal((0, 0), (store.Store.UnfitPartitions, store.Store.Recovery.Damages));
        bool isCleared = store.Store.ClearOf(0) == VersionAt(10);
        Assert.True(isCleared || !isDurable);
        for (int i = 0; i < 40; i++) Assert.Equal(isCleared && i % 8 != 0 ? Tombstone(10) : ValueOf(i), store.Get($"key {i}"));
        Assert.Equal(isCleared ? 5 : 40, store.CountLive(0));
    }

    private static JoinResult Clear(TestStore store, long milliseconds) => store.Store.Clear(0, VersionAt(milliseconds));

    private static Verdict Store(TestStore store, string key, TestEntry entry)
    {
        Verdict verdict = store.Join(key, entry).Verdict;
        store.Settle();
        return verdict;
    }

    private static List<ScannedKey> ScanAll(TestStore store)
    {
        var keys = new List<ScannedKey>();
        for (int partition = 0; partition < Partition.Count; partition++) keys.AddRange(store.Store.Scan(0, new ScanPoint(partition, 0), 10_000, out _));
        return keys;
    }

    private static void SettleLong(TestStore store)
    {
        for (int i = 0; i < 20; i++) store.Settle();
    }
}
