using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class GroupCommitTests
{
    [Fact]
    public void Nothing_is_durable_before_its_fsync_is_done()
    {
        var store = new TestStore();
        int committed = 0;
        store.Store.Committed += () => committed++;
        long position = store.Join("a", Register(1, "x")).Position;
        Assert.True(position > store.Store.DurablePosition);
        store.Loop.Turn();
        Assert.True(position > store.Store.DurablePosition);
        store.Worker.RunAll();
        Assert.True(position > store.Store.DurablePosition);
        Assert.Equal(0, committed);
        store.Loop.Turn();
        Assert.True(position <= store.Store.DurablePosition);
        Assert.Equal(1, committed);
    }

    [Fact]
    public void What_arrives_during_a_commit_is_the_next_group()
    {
        var store = new TestStore();
        store.Join("a", Register(1, "x"));
        store.Loop.Turn();
        int writes = store.Disk.Writes;
        int syncs = store.Disk.Syncs;
        long late = 0;
        for (int turn = 0; turn < 10; turn++)
        {
            late = store.Join($"b{turn}", Register(1, "y")).Position;
            store.Loop.Turn();
        }

        store.Worker.RunAll();
        store.Loop.Turn();
        Assert.True(late > store.Store.DurablePosition);
        store.Worker.RunAll();
        store.Loop.Turn();
        Assert.True(late <= store.Store.DurablePosition);
        Assert.Equal((writes + 2, syncs + 2), (store.Disk.Writes, store.Disk.Syncs));
    }

    [Fact]
    public void A_superseded_answer_names_the_position_that_it_waits_for()
    {
        var store = new TestStore();
        long position = store.Join("a", Register(2, "x")).Position;
        Assert.Equal(position, store.Join("a", Register(1, "y")).Position);
    }

    [Fact]
    public void A_failed_fsync_stops_the_node_and_confirms_nothing_more()
    {
        var store = new TestStore();
        store.Join("a", Register(1, "x"));
        store.Settle();
        long durable = store.Store.DurablePosition;
        store.Disk.FailsToSync = true;
        store.Join("a", Register(2, "y"));
        store.Settle();
        Assert.Contains("Input/output error", Assert.Single(store.Fatal));

        store.Disk.FailsToSync = false;
        int syncs = store.Disk.Syncs;
        Assert.Equal(Verdict.Unfit, store.Join("b", Register(1, "x")).Verdict);
        Assert.False(store.IsFit("a"));
        Assert.Equal(1024, store.Store.UnfitPartitions);
        store.Settle();
        store.Store.Close();
        Assert.Equal((durable, syncs), (store.Store.DurablePosition, store.Disk.Syncs));
        Assert.Single(store.Fatal);
    }

    [Fact]
    public void A_failed_write_stops_the_node()
    {
        foreach (Durability durability in new[] { Durability.Fsync, Durability.Periodic })
        {
            var store = new TestStore(durability);
            store.Disk.FailsToWrite = true;
            store.Join("a", Register(1, "x"));
            store.Loop.Turn();
            if (durability == Durability.Periodic) Assert.Single(store.Fatal); // before anything of this turn is sent
            store.Settle();
            Assert.Single(store.Fatal);
        }
    }

    [Fact]
    public void What_a_failed_fsync_left_in_memory_only_is_durable_before_it_is_served_again()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var store = new TestStore();
            store.Disk.FailsToSync = true;
            store.Join("a", Register(1, "x"));
            store.Settle();
            store.Disk.FailsToSync = false;

            TestStore again = store.Reopen();
            bool wasServed = again.Get("a") is not null;
            TestStore afterPowerLoss = again.ReopenAfterPowerLoss(new Random(seed));
            if (wasServed) Assert.Equal(Register(1, "x"), afterPowerLoss.Get("a"));
        }
    }

    [Fact]
    public void More_than_two_groups_hold_is_refused_until_the_disk_has_caught_up()
    {
        var store = new TestStore();
        Assert.True(FillUntilRefused(store, "a") > 0);
        store.Loop.Turn();
        Assert.True(FillUntilRefused(store, "b") > 0);
        store.Loop.Turn();
        Assert.Equal(0, FillUntilRefused(store, "c"));
        store.Settle();
        Assert.True(FillUntilRefused(store, "d") > 0);
        Assert.Empty(store.Fatal);
    }

    [Fact]
    public void A_record_that_no_group_can_hold_is_too_large() =>
        Assert.Equal(Verdict.TooLarge, new TestStore().Join("a", Register(1, new string('x', 4096))).Verdict);

    [Fact]
    public void Closing_writes_what_is_pending_and_refuses_what_comes_after()
    {
        foreach (Durability durability in new[] { Durability.Fsync, Durability.Periodic })
        {
            var store = new TestStore(durability);
            store.Join("in flight", Register(1, "x"));
            store.Loop.Turn();
            store.Join("pending", Register(1, "y"));
            store.Store.Close();
            Assert.Equal(Verdict.Overloaded, store.Join("late", Register(1, "z")).Verdict);
            store.Settle();

            TestStore again = store.ReopenAfterPowerLoss(new Random(1));
            Assert.Equal(Register(1, "x"), again.Get("in flight"));
            Assert.Equal(Register(1, "y"), again.Get("pending"));
            Assert.Equal(0, again.Store.Recovery.CutBytes);
        }
    }

    private static int FillUntilRefused(TestStore store, string prefix)
    {
        for (int count = 0; count < 1000; count++)
        {
            Verdict verdict = store.Join($"{prefix}{count}", Register(1, new string('x', 100))).Verdict;
            if (verdict == Verdict.Overloaded) return count;
            Assert.Equal(Verdict.Stored, verdict);
        }

        throw new InvalidOperationException("Never refused.");
    }
}
