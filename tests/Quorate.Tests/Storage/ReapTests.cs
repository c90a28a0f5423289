using System.Text;
using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Reaping;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

/// <summary>What a horizon has passed is gone from memory at once, from disk in time, and never brings back what it hid.</summary>
public sealed class ReapTests
{
    private const int N = 3;

    [Fact]
    public void What_the_horizon_has_passed_is_gone_and_the_rest_stays()
    {
        TestStore store = Filled(1000);
        for (int i = 0; i < 1000; i += 2) Put(store, $"key {i}", Tombstone(i < 500 ? 10 : 20));
        Reap(store, 15);

        Assert.Equal(750, store.Store.Entries);
        Assert.Null(store.Get("key 2"));
        Assert.Equal(Tombstone(20), store.Get("key 502"));
        Assert.Equal(Register(1, "value"), store.Get("key 1"));
    }

    [Fact]
    public void A_put_that_is_too_old_learns_of_all_that_has_won()
    {
        var store = new TestStore();
        store.Join("k", Register(50, "value"));

        Assert.Equal(VersionAt(50), Superseding("k", least: 30).By);
        Assert.Equal(VersionAt(70), Superseding("k", least: 70).By);
        Assert.Equal(VersionAt(30), Superseding("missing", least: 30).By);
        store.Store.Clear(0, VersionAt(60));
        Assert.Equal(VersionAt(60), Superseding("missing", least: 30).By);

        JoinResult Superseding(string key, long least)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(key);
            JoinResult superseded = store.Store.Supersede(0, Partition.Of(bytes), bytes, VersionAt(least));
            Assert.Equal(Verdict.Superseded, superseded.Verdict);
            return superseded;
        }
    }

    [Fact]
    public void What_is_gone_stays_gone_after_a_restart_and_so_does_what_it_hid()
    {
        TestStore store = Filled(300);
        for (int i = 0; i < 200; i++) Put(store, $"key {i}", Tombstone(10));
        store.Settle();
        Reap(store, 10);
        store.Settle();

        foreach (TestStore found in new[] { store.Reopen(), store.ReopenAfterPowerLoss(new Random(1)) })
        {
            Assert.Equal(100, found.Store.Entries);
            Assert.Null(found.Get("key 7"));
            Assert.Equal(Register(1, "value"), found.Get("key 207"));
        }
    }

    /// <summary>A tombstone's record may only go when no older segment can hold what it hides.</summary>
    [Fact]
    public void Compaction_never_lets_a_value_outlive_the_tombstone_that_hid_it()
    {
        var random = new Random(3);
        TestStore store = Filled(0);
        var live = new HashSet<string>();
        long time = 1;
        for (int round = 0; round < 60; round++)
        {
            for (int i = 0; i < 60; i++)
            {
                string key = $"key {random.Next(400)}";
                time++;
                if (random.Next(2) == 0)
                {
                    Put(store, key, Register(time, $"value {time} {new string('x', random.Next(100))}"));
                    live.Add(key);
                }
                else
                {
                    Put(store, key, Tombstone(time));
                    live.Remove(key);
                }
            }

            store.Settle();
            if (round % 3 == 0) Reap(store, time);
            for (int turns = random.Next(40); turns > 0; turns--) store.Settle();
            if (round % 10 != 9) continue;
            store = store.ReopenAfterPowerLoss(random);
            Assert.Equal(live.Order(), Enumerable.Range(0, 400).Select(i => $"key {i}").Where(key => store.Get(key)?.Head.Kind == EntryKind.Register).Order());
        }

        Assert.True(store.Store.Space.Segments < 20, $"{store.Store.Space}");
    }

    /// <summary>Else the log would grow with all that was ever deleted.</summary>
    [Fact]
    public void The_records_of_what_is_gone_are_dropped_although_old_segments_are_live()
    {
        TestStore store = Filled(100);
        store.Settle();
        long time = 2;
        for (int round = 0; round < 200; round++)
        {
            for (int i = 0; i < 20; i++) Put(store, $"short-lived {round} {i}", Tombstone(time++));
            store.Settle();
            Reap(store, time);
        }

        for (int i = 0; i < 400; i++) store.Settle();
        Assert.Equal(100, store.Store.Entries);
        Assert.True(store.Store.Space.Segments < 10, $"{store.Store.Space}");
        TestStore found = store.Reopen();
        Assert.Equal(100, found.Store.Entries);
    }

    [Fact]
    public void The_value_of_an_expired_key_is_let_go_of_and_its_version_and_expiry_stay()
    {
        var expiry = new Expiry(0, 50, default);
        TestStore store = Filled(0);
        store.Join("key", Register(1, "value", expiry));
        store.Join("later", Register(1, "value", new Expiry(0, 51, default)));
        store.Join("never", Register(1, "value"));

        Assert.Equal(1, store.Store.DropExpired(50, 10_000));
        Assert.Equal(new TestEntry(Register(1, "", expiry).Head.Expired(), []), store.Get("key"));
        Assert.Equal((3, 1), (store.Store.Entries, store.Store.Tombstones));

        Assert.Equal(Verdict.Stored, store.Join("key", Register(1, "value", expiry)).Verdict);
        Assert.Equal(EntryKind.Tombstone, store.Get("key")!.Head.Kind);
        store.Join("key", Register(1, "value", new Expiry(1, 90, VersionAt(40))));
        Assert.Equal(EntryKind.Register, store.Get("key")!.Head.Kind);
        Assert.Equal(0, store.Store.DropExpired(50, 10_000));

        store.Settle();
        Assert.Equal(EntryKind.Register, store.Reopen().Get("key")!.Head.Kind);
    }

    [Fact]
    public void Promises_and_horizons_survive_a_restart()
    {
        var disk = new FaultyDisk();
        Horizons horizons = Open(disk);
        horizons.RaiseHintFloor(At(30));
        horizons.Raise(N, 7, At(20));
        horizons.Raise(N, 8, At(10));
        Assert.Equal(default, horizons.Of(N, 7));
        Save(horizons);
        Assert.Equal((At(20), At(10), default), (horizons.Of(N, 7), horizons.Of(N, 8), horizons.Of(N, 9)));

        Horizons again = Open(disk);
        Assert.Equal((At(30), At(20), At(20)), (again.HintFloor, again.Vouched, again.StatedVouched));
        Assert.Equal((At(20), At(10), default), (again.Of(N, 7), again.Of(N, 8), again.Of(N, 9)));
        Assert.Equal(default, again.StatedHintFloor);
        Assert.False(again.Raise(N, 7, At(20)));
    }

    [Fact]
    public void Horizons_that_differ_in_every_partition_fit_on_disk()
    {
        var disk = new FaultyDisk();
        Horizons horizons = Open(disk);
        for (int partition = 0; partition < 1024; partition++) horizons.Raise(N, partition, At(1 + partition));
        Save(horizons);
        Assert.Equal(At(1024), Open(disk).Of(N, 1023));
        Assert.Equal(At(1), Open(disk).Of(N, 0));
    }

    private static TestStore Filled(int keys)
    {
        var disk = new FaultyDisk();
        var store = new TestStore(disk: disk, horizons: Open(disk));
        for (int i = 0; i < keys; i++) Put(store, $"key {i}", Register(1, "value"));
        store.Settle();
        return store;
    }

    private static void Put(TestStore store, string key, TestEntry entry)
    {
        if (store.Join(key, entry).Verdict == Verdict.Stored) return;
        store.Settle();
        Assert.Equal(Verdict.Stored, store.Join(key, entry).Verdict);
    }

    private static void Reap(TestStore store, long upTo)
    {
        for (int partition = 0; partition < 1024; partition++) store.Horizons.Raise(N, partition, At(upTo));
        Save(store.Horizons);
        store.Store.Reap([0]);
    }

    private static void Save(Horizons horizons)
    {
        (Action write, Action state) = horizons.Saving();
        write();
        state();
    }

    private static Horizons Open(FaultyDisk disk) =>
        new(new KeyspaceTable([]), [0], DurableCell.Open(disk, "horizons", Horizons.MaxSavedBytes));

    private static HybridTimestamp At(long milliseconds) => HybridTimestamp.FromMilliseconds(milliseconds);
}
