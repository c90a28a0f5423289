using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class FullDiskTests
{
    [Theory]
    [InlineData(Durability.Fsync)]
    [InlineData(Durability.Periodic)]
    public void A_full_disk_refuses_puts_and_takes_them_again_when_there_is_room(Durability durability)
    {
        var store = new TestStore(durability);
        store.Disk.Capacity = 3 * 8192; // the last is compaction's spare
        int taken = PutUntilRefused(store, 1);
        Assert.True(taken > 100);
        Assert.Equal(Verdict.Superseded, store.Join("1/0", Register(0, "old")).Verdict);
        Assert.NotNull(store.Get("1/0"));

        store.Disk.Capacity = long.MaxValue;
        store.Settle();
        store.Join("asks for room", Register(1, "x"));
        store.Settle();
        Assert.Equal(Verdict.Stored, store.Join("2", Register(1, "x")).Verdict);
        store.Settle();
        Assert.Empty(store.Fatal);

        TestStore again = store.ReopenAfterPowerLoss(new Random(3));
        for (int i = 0; i < taken; i++) Assert.NotNull(again.Get($"1/{i}"));
        Assert.NotNull(again.Get("2"));
    }

    [Fact]
    public void While_the_disk_is_full_the_store_asks_for_room_now_and_then_only()
    {
        var store = new TestStore();
        store.Disk.Capacity = 8192;
        PutUntilRefused(store, 1);
        int asked = store.Disk.Allocations;
        for (int put = 0; put < 1000; put++)
        {
            store.Join($"refused {put}", Register(1, "x"));
            store.Loop.Advance(1);
            store.Worker.RunAll();
        }

        Assert.InRange(store.Disk.Allocations - asked, 1, 4);
    }

    [Fact]
    public void That_the_disk_is_full_is_told_once_a_minute_while_it_lasts()
    {
        var store = new TestStore();
        var told = new List<string>();
        store.Store.FoundDiskFull += told.Add;
        store.Disk.Capacity = 8192;
        PutUntilRefused(store, 1);

        Assert.Contains("the disk is full", Assert.Single(told));
        store.Loop.Advance(60_000);
        store.Join("refused", Register(1, "x"));
        store.Settle();
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void A_store_starts_on_a_full_disk_and_serves_what_it_has()
    {
        var writer = new TestStore();
        writer.Disk.Capacity = 8192;
        PutUntilRefused(writer, 1);
        TestStore store = writer.Reopen();
        Assert.NotNull(store.Get("1/0"));
        Assert.Equal(Verdict.Overloaded, store.Join("new", Register(1, new string('x', 100))).Verdict);

        var empty = new TestStore(disk: new FaultyDisk { Capacity = 10 });
        Assert.Equal(Verdict.Overloaded, empty.Join("a", Register(1, "x")).Verdict);
        empty.Disk.Capacity = long.MaxValue;
        empty.Settle();
        empty.Join("a", Register(1, "x"));
        empty.Settle();
        Assert.Equal(Verdict.Stored, empty.Join("a", Register(1, "x")).Verdict);
        Assert.Empty(empty.Fatal);
    }

    [Fact]
    public void Where_the_disk_breaks_its_promise_of_room_the_group_waits_for_it()
    {
        var store = new TestStore();
        long position = store.Join("a", Register(1, "x")).Position;
        store.Disk.WritesFindNoRoom = true;
        store.Settle();
        Assert.True(position > store.Store.DurablePosition);
        Assert.Equal(Verdict.Overloaded, store.Join("b", Register(1, "x")).Verdict);

        store.Disk.WritesFindNoRoom = false;
        store.Settle();
        Assert.True(position <= store.Store.DurablePosition);
        Assert.Equal(Verdict.Stored, store.Join("b", Register(1, "x")).Verdict);
        Assert.Empty(store.Fatal);
    }

    private static int PutUntilRefused(TestStore store, int round)
    {
        for (int put = 0; put < 10_000; put++)
        {
            if (store.Join($"{round}/{put}", Register(1, "some value")).Verdict == Verdict.Overloaded) return put;
            store.Loop.Advance(1);
            store.Worker.RunAll();
        }

        throw new InvalidOperationException("Never refused.");
    }
}
