using System.Text;
using Quorate.Coordinator;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class CompactionTests
{
    private const string First = "0000000001.log";

    [Theory]
    [InlineData(Durability.Fsync)]
    [InlineData(Durability.Periodic)]
    public void A_log_of_overwrites_stays_small_and_loses_nothing(Durability durability)
    {
        var store = new TestStore(durability);
        var expected = new Dictionary<string, TestEntry> { ["deleted"] = Tombstone(1) };
        store.Join("deleted", expected["deleted"]);
        for (int i = 0; i < 2000; i++)
        {
            string key = i % 100 == 0 ? $"kept {i}" : $"key {i % 20}";
            expected[key] = Register(i + 1, $"value {i}");
            store.Join(key, expected[key]);
            if (i % 10 == 0) store.Settle();
        }

        SettleLong(store);
        SpaceFigures space = store.Store.Space;
        Assert.True(space.CompactedSegments >= 5, $"{space}");
        Assert.True(space.Segments <= 4, $"{space}");
        Assert.Equal(space.Segments, UsedSegments(store.Disk).Length);
        Assert.Empty(store.Fatal);

        foreach (TestStore found in new[] { store, store.Reopen(), store.ReopenAfterPowerLoss(new Random(1)) })
        {
            Assert.Equal((expected.Count, 0, 0), (found.Store.Entries, found.Store.UnfitPartitions, found.Store.Recovery.Damages));
            foreach ((string key, TestEntry entry) in expected) Assert.Equal(entry, found.Get(key));
        }
    }

    [Fact]
    public void Files_of_dropped_segments_are_used_again_and_what_they_held_is_not_read()
    {
        var store = new TestStore(Durability.Periodic);
        bool wasKept = false;
        for (int i = 0; i < 3000; i++)
        {
            Put(store, $"key {i % 20}", i + 1);
            if (i % 10 != 0) continue;
            store.Settle();
            wasKept |= store.Disk.List().Any(name => name.EndsWith(".free", StringComparison.Ordinal));
            if (i % 300 != 0) continue;
            TestStore killed = new(Durability.Periodic, store.Disk.Copy());
            Assert.Equal((Math.Min(20, i + 1), 0, 0L), (killed.Store.Entries, killed.Store.Recovery.Damages, killed.Store.Recovery.CutBytes));
            Assert.Equal(store.Get("key 0"), killed.Get("key 0"));
            Assert.DoesNotContain(killed.Disk.List(), name => name.EndsWith(".free", StringComparison.Ordinal));
        }

        SpaceFigures space = store.Store.Space;
        Assert.True(wasKept);
        Assert.True(space.DiskBytes <= 8 * 8192, $"{space}");
        Assert.True(store.Disk.List().Count(name => name.EndsWith(".free", StringComparison.Ordinal)) <= 2);
        Assert.Equal(store.Disk.List().Where(name => !name.StartsWith("dropped", StringComparison.Ordinal)).Sum(name => store.Disk.Read(name).Length), space.DiskBytes);
    }

    [Fact]
    public void A_mostly_live_segment_is_left_alone()
    {
        var store = new TestStore();
        for (int i = 0; i < 300; i++) Put(store, $"key {i}", 1);
        for (int i = 0; i < 40; i++) Put(store, $"key {i}", 2); // of about 100 in the first segment
        SettleLong(store);
        Assert.Equal(0, store.Store.Space.CompactedSegments);
        Assert.True(store.Store.Space.DeadBytes > 0);
        Assert.Contains(First, store.Disk.List());
    }

    [Fact]
    public void The_log_stays_small_where_more_is_written_than_compaction_reads_at_its_usual_pace()
    {
        var store = new TestStore(Durability.Periodic, backgroundBytesPerSecond: 300); // a third of what is written
        int most = 0;
        for (int i = 0; i < 4000; i++)
        {
            Assert.Equal(Verdict.Stored, store.Join($"key {i % 20}", Register(i + 1, "some value")).Verdict);
            if (i % 40 != 0) continue;
            store.Settle();
            most = Math.Max(most, store.Store.Space.Segments);
        }

        Assert.True(store.Store.Space.CompactedSegments > 20, $"{store.Store.Space}");
        Assert.InRange(most, 3, 8);
    }

    [Fact]
    public void A_segment_that_is_half_dead_goes_once_the_disk_is_full()
    {
        var store = new TestStore();
        for (int i = 0; i < 300; i++) Put(store, $"key {i}", 1);
        for (int i = 0; i < 115; i++) Put(store, $"key {i}", 2); // all of the first segment, and a third of about 85 in the second, with headers half of it
        SettleLong(store);
        Assert.Equal(1, store.Store.Space.CompactedSegments);

        store.Disk.Capacity = 0;
        for (int i = 300; store.Store.Space.CompactedSegments == 1; i++)
        {
            Assert.True(i < 1000);
            store.Join($"key {i}", Register(1, "value"));
            SettleLong(store);
        }

        Assert.DoesNotContain("0000000002.log", store.Disk.List());
    }

    [Fact]
    public void Records_larger_than_a_piece_are_kept_whole()
    {
        var store = new TestStore(segmentBytes: 1 << 20, groupBytes: 1 << 19);
        byte[] large = new byte[300_000];
        new Random(7).NextBytes(large);
        TestEntry entry = Register(1, "") with { Payload = large };
        store.Join("large", entry);
        for (int i = 0; i < 30; i++)
        {
            store.Join("other", Register(i + 1, new string('x', 100_000)));
            store.Settle();
        }

        SettleLong(store);
        Assert.True(store.Store.Space.CompactedSegments > 0);
        Assert.DoesNotContain(First, store.Disk.List());
        Assert.Equal(entry, store.Get("large"));
        Assert.Equal(entry, store.ReopenAfterPowerLoss(new Random(1)).Get("large"));
    }

    [Fact]
    public void Power_loss_at_any_call_of_a_compaction_takes_nothing()
    {
        int calls = 0;
        bool isDone = false;
        for (; !isDone; calls++)
        {
            for (int seed = 0; seed < 8; seed++)
            {
                TestStore store = Written(out Dictionary<string, TestEntry> expected);
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
                MustHold(store.ReopenAfterPowerLoss(new Random(seed)), expected);
            }
        }

        Assert.InRange(calls, 10, 1000);
    }

    [Fact]
    public void Power_loss_at_any_call_of_the_start_after_a_compaction_takes_nothing()
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected);
        byte[] first = store.Disk.Read(First);
        SettleLong(store);
        Assert.DoesNotContain(First, store.Disk.List());

        bool isDone = false;
        for (int calls = 1; !isDone; calls++)
        {
            FaultyDisk disk = store.Disk.Copy();
            disk.Replace(First, first); // as if the power had gone before its deletion was durable
            disk.CallsUntilPowerLoss = calls;
            try
            {
                var started = new TestStore(disk: disk);
                isDone = true;
                disk.CallsUntilPowerLoss = int.MaxValue;
                MustHold(started, expected);
            }
            catch (PowerLossException)
            {
                disk.LosePower(new Random(calls));
                MustHold(new TestStore(disk: disk), expected);
            }

            Assert.DoesNotContain(First, disk.List());
        }
    }

    [Fact]
    public void A_store_that_was_closed_in_the_middle_goes_on_after_its_start()
    {
        for (int turns = 0; turns < 30; turns++)
        {
            TestStore store = Written(out Dictionary<string, TestEntry> expected);
            for (int turn = 0; turn < turns; turn++)
            {
                store.Loop.Advance(turn % 3 == 0 ? 600 : 0);
                if (turn % 2 == 0) store.Worker.RunAll();
            }

            store.Store.Close();
            store.Settle();
            TestStore again = store.Reopen();
            MustHold(again, expected);
            SettleLong(again);
            Assert.DoesNotContain(First, again.Disk.List());
            MustHold(again, expected);
        }
    }

    [Fact]
    public void A_segment_that_is_missing_is_damage_also_beside_those_that_were_dropped()
    {
        TestStore store = Written(out _);
        SettleLong(store);
        string[] names = UsedSegments(store.Disk);
        Assert.NotEqual(First, names[0]);
        FaultyDisk without = store.Disk.Copy();
        without.Delete(names[0]);
        Assert.Equal(Partition.Count, new TestStore(disk: without).Store.UnfitPartitions);

        FaultyDisk unknown = store.Disk.Copy();
        unknown.Replace("dropped", Encoding.ASCII.GetBytes(new string('x', 300_000)));
        Assert.Equal(Partition.Count, new TestStore(disk: unknown).Store.UnfitPartitions);
        Assert.Equal(names, UsedSegments(unknown));
    }

    [Fact]
    public void Damage_that_compaction_finds_makes_the_partition_unfit_and_stays_to_be_found_again()
    {
        TestStore store = Written(out Dictionary<string, TestEntry> expected);
        var findings = new List<string>();
        store.Store.Damaged += findings.Add;
        byte[] bytes = store.Disk.Read(First);
        bytes[bytes.AsSpan().IndexOf("of kept 0"u8)] ^= 1;
        store.Disk.Replace(First, bytes);
        SettleLong(store);

        Assert.Contains($"partition {Partition.Of("kept 0"u8)} in {First}", Assert.Single(findings));
        Assert.Equal(1, store.Store.UnfitPartitions);
        Assert.Equal(Verdict.Unfit, store.Join("kept 0", Register(99, "x")).Verdict);
        Assert.Contains(First, store.Disk.List());
        TestStore again = store.Reopen();
        Assert.False(again.IsFit("kept 0"));
        foreach ((string key, TestEntry entry) in expected)
        {
            if (again.IsFit(key)) Assert.Equal(entry, again.Get(key));
        }

        SettleLong(again);
        Assert.Contains(First, again.Disk.List());
    }

    [Fact]
    public void On_a_full_disk_compaction_frees_space_by_its_spare()
    {
        var store = new TestStore();
        for (int i = 0; i < 300; i++) Put(store, $"key {i % 60}", i + 1);
        SettleLong(store);
        Assert.True(store.Store.Space.CompactedSegments > 0);

        store.Disk.Capacity = store.Disk.List().Sum(name => (long)store.Disk.Read(name).Length) + 8192;
        for (int i = 0; i < 3000; i++)
        {
            bool isTaken = store.Join($"key {i % 60}", Register(1000 + i, "some value")).Verdict == Verdict.Stored;
            for (int tries = 0; !isTaken; tries++)
            {
                Assert.True(tries < 50, $"put {i} is refused for ever: {store.Store.Space}");
                store.Settle();
                isTaken = store.Join($"key {i % 60}", Register(1000 + i, "some value")).Verdict == Verdict.Stored;
            }

            store.Loop.Advance(1);
            store.Worker.RunAll();
        }

        Assert.Empty(store.Fatal);
        Assert.Equal(Register(3999, "some value"), store.ReopenAfterPowerLoss(new Random(1)).Get($"key {2999 % 60}"));
    }

    [Fact]
    public void A_full_disk_with_nothing_to_free_stays_full_and_sound()
    {
        var store = new TestStore();
        store.Disk.Capacity = 5 * 8192;
        int taken = 0;
        while (store.Join($"key {taken}", Register(1, "some value")).Verdict == Verdict.Stored)
        {
            taken++;
            store.Loop.Advance(1);
            store.Worker.RunAll();
        }

        SettleLong(store);
        Assert.Equal(0, store.Store.Space.CompactedSegments);
        Assert.Empty(store.Fatal);
        Assert.Equal(taken, store.ReopenAfterPowerLoss(new Random(1)).Store.Entries);
    }

    /// <summary>Three segments and some, of which the first two are mostly dead, and nothing compacted yet.</summary>
    private static TestStore Written(out Dictionary<string, TestEntry> expected)
    {
        var store = new TestStore(segmentBytes: 2048, groupBytes: 2000);
        expected = [];
        for (int i = 0; i < 36; i++)
        {
            string key = i % 6 == 0 ? $"kept {i}" : $"deleted {i}";
            expected[key] = Register(1, $"of {key}, padded {new string('x', 80)}");
            Put(store, key, expected[key]);
        }

        foreach (string key in expected.Keys.Where(key => key.StartsWith('d')).Take(24).ToList())
        {
            expected[key] = Tombstone(2);
            store.Join(key, expected[key]);
        }

        store.Loop.Turn();
        store.Worker.RunAll();
        Assert.Contains(First, store.Disk.List());
        return store;
    }

    private static void MustHold(TestStore store, Dictionary<string, TestEntry> expected)
    {
        Assert.Equal((expected.Count, 0, 0), (store.Store.Entries, store.Store.UnfitPartitions, store.Store.Recovery.Damages));
        foreach ((string key, TestEntry entry) in expected) Assert.Equal(entry, store.Get(key));
    }

    private static void Put(TestStore store, string key, long version) => Put(store, key, Register(version, "some value"));

    private static void Put(TestStore store, string key, TestEntry entry)
    {
        Assert.Equal(Verdict.Stored, store.Join(key, entry).Verdict);
        store.Settle();
    }

    private static void SettleLong(TestStore store)
    {
        for (int i = 0; i < 20; i++) store.Settle();
    }

    private static string[] UsedSegments(FaultyDisk disk) =>
    [
        .. disk.List()
            .Where(name => name.EndsWith(".log", StringComparison.Ordinal) && disk.Read(name).AsSpan().StartsWith("QLOG"u8))
            .Order(),
    ];
}
