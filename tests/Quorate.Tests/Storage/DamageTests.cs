using System.Text;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class DamageTests
{
    private const string First = "0000000001.log";

    [Fact]
    public void A_log_cut_at_any_byte_of_its_last_groups_keeps_every_group_that_is_whole()
    {
        FaultyDisk disk = WriteLog(groups: 5, out List<int> ends);
        byte[] whole = disk.Read(First);
        for (int length = ends[1]; length <= ends[^1]; length++)
        {
            FaultyDisk cut = disk.Copy();
            cut.Replace(First, whole[..length]);
            var store = new TestStore(disk: cut);
            int kept = ends.Count(end => end <= length);
            Assert.Equal((kept, 0), (store.Store.Entries, store.Store.UnfitPartitions));
            Assert.Equal(length > ends[kept - 1], store.Store.Recovery.CutBytes > 0);

            store.Join("after", Register(9, "z"));
            store.Settle();
            TestStore again = store.ReopenAfterPowerLoss(new Random(length));
            Assert.Equal((kept + 1, 0, 0), (again.Store.Entries, again.Store.UnfitPartitions, again.Store.Recovery.Damages));
            Assert.Equal(Register(9, "z"), again.Get("after"));
        }
    }

    [Fact]
    public void A_torn_tail_is_cut_once()
    {
        FaultyDisk disk = WriteLog(groups: 3, out List<int> ends);
        Flip(disk, First, ends[^1] - 1);
        TestStore store = new(disk: disk);
        Assert.Equal((2, ends[2] - ends[1]), (store.Store.Entries, store.Store.Recovery.CutBytes));
        Assert.Contains($"{ends[2] - ends[1]} bytes in {First} from offset {ends[1]}", Assert.Single(store.Store.Recovery.Findings));

        TestStore again = store.ReopenAfterPowerLoss(new Random(1));
        Assert.Equal((2, 0), (again.Store.Entries, again.Store.Recovery.CutBytes));
    }

    [Fact]
    public void A_bit_flipped_anywhere_in_a_closed_log_is_found_and_never_served()
    {
        var writer = new TestStore(segmentBytes: 600, groupBytes: 400);
        Dictionary<string, TestEntry> written = WriteSome(writer);
        writer.Store.Close();
        Assert.True(writer.Disk.List().Count(name => name.EndsWith(".log", StringComparison.Ordinal)) >= 3);

        foreach ((TestStore store, string where) in EveryFlip(writer))
        {
            MustServeOnly(written, store);
            Assert.True(FindsDamage(store), where);
            MustServeOnly(written, store);
            foreach (string key in written.Keys.Where(key => !store.IsFit(key)))
                Assert.Equal(Verdict.Unfit, store.Join(key, Register(99, "no")).Verdict);

            TestStore again = store.Reopen();
            // Where nothing was lost, as by a segment's header, the segment has gone by now.
            Assert.True(FindsDamage(again) || store.Store.Recovery.CutBytes > 0 || store.Store.UnfitPartitions == 0, where);
            Assert.Equal(store.Store.UnfitPartitions, again.Store.UnfitPartitions);
            MustServeOnly(written, again);
        }
    }

    [Fact]
    public void A_bit_flipped_anywhere_in_a_log_that_was_not_closed_is_found_and_never_served()
    {
        var writer = new TestStore(segmentBytes: 600, groupBytes: 400);
        Dictionary<string, TestEntry> written = WriteSome(writer);
        string last = written.Keys.Last();

        foreach ((TestStore store, string where) in EveryFlip(writer))
        {
            Assert.True(FindsDamage(store), where);
            RecoveryReport report = store.Store.Recovery;
            foreach ((string key, TestEntry entry) in written)
            {
                if (!store.IsFit(key)) continue;
                bool mayBeCut = key == last && report.CutBytes > 0; // in the last group the two cannot be told apart
                TestEntry? found = store.Get(key);
                if (!mayBeCut || found is not null) Assert.Equal(entry, found);
            }
        }
    }

    [Fact]
    public void A_damaged_value_makes_its_partition_unfit_and_no_other()
    {
        var writer = new TestStore();
        writer.Join("victim", Register(1, "a value to be found"));
        writer.Join("bystander", Register(1, "unharmed"));
        writer.Settle();
        writer.Store.Close();
        Flip(writer.Disk, First, Find(writer.Disk.Read(First), "to be found"));

        TestStore store = writer.Reopen();
        Assert.Equal((1, 1), (store.Store.UnfitPartitions, store.Store.Recovery.Damages));
        Assert.False(store.IsFit("victim"));
        Assert.Equal(Verdict.Unfit, store.Join("victim", Register(2, "new")).Verdict);
        Assert.Equal(Register(1, "unharmed"), store.Get("bystander"));
        Assert.Equal(Verdict.Stored, store.Join("bystander", Register(2, "new")).Verdict);
        int[] counts = new int[Partition.Count];
        store.Store.CountLive(0, 0, counts);
        Assert.Equal(-1, counts[Partition.Of("victim"u8)]);
        Assert.Contains($"partition {Partition.Of("victim"u8)} in {First}", Assert.Single(store.Store.Recovery.Findings));

        store.Settle();
        store.Store.Close();
        Assert.False(store.Reopen().IsFit("victim"));
    }

    [Fact]
    public void A_damaged_header_makes_every_partition_unfit_but_the_rest_is_read()
    {
        var writer = new TestStore();
        writer.Join("victim", Register(1, "a value to be found"));
        writer.Settle();
        writer.Join("later", Register(1, "x"));
        writer.Settle();
        writer.Store.Close();
        Flip(writer.Disk, First, Find(writer.Disk.Read(First), "victim") - 10);

        TestStore store = writer.Reopen();
        Assert.Equal((Partition.Count, 1), (store.Store.UnfitPartitions, store.Store.Entries));
    }

    [Fact]
    public void A_missing_segment_makes_every_partition_unfit()
    {
        var writer = new TestStore(segmentBytes: 600, groupBytes: 400);
        WriteSome(writer);
        writer.Disk.Delete("0000000002.log");
        TestStore store = writer.Reopen();
        Assert.Equal(Partition.Count, store.Store.UnfitPartitions);
        Assert.Contains("missing in 0000000003.log", store.Store.Recovery.Findings[0]);
    }

    [Fact]
    public void A_piece_of_log_inside_a_value_is_not_taken_for_log()
    {
        var writer = new TestStore();
        writer.Join("secret", Register(1, "from the past"));
        writer.Settle();
        byte[] piece = writer.Disk.Read(First)[..400];
        var quoting = new TestStore();
        quoting.Join("quote", Register(1, "") with { Payload = piece });
        quoting.Settle();
        quoting.Join("later", Register(1, "x"));
        quoting.Settle();
        Flip(quoting.Disk, First, 32 + 9);

        TestStore store = quoting.Reopen();
        Assert.Equal((1, Partition.Count), (store.Store.Entries, store.Store.UnfitPartitions));
        Assert.False(store.Store.TryGet(0, Partition.Of("secret"u8), "secret"u8, out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Earlier_records_under_a_later_group_s_header_are_damage(bool isFoundAtStart)
    {
        var writer = new TestStore(segmentBytes: 600, groupBytes: 400);
        writer.Join("key", Register(2, "late"));
        writer.Settle();
        for (int i = 0; i < 10; i++)
        {
            writer.Join($"other {i}", Register(1, "x")); // the first segment is closed
            writer.Settle();
        }

        var earlier = new TestStore();
        earlier.Join("key", Register(1, "soon"));
        earlier.Settle();
        TestStore store = writer;
        LoseWrite();
        if (isFoundAtStart)
        {
            writer.Store.Close();
            foreach (string snapshot in writer.Disk.List().Where(name => name.EndsWith(".index", StringComparison.Ordinal))) writer.Disk.Delete(snapshot);
            store = writer.Reopen();
            Assert.Contains("are not those that were written there", Assert.Single(store.Store.Recovery.Findings));
        }

        Assert.True(FindsDamage(store));
        Assert.False(store.IsFit("key"));

        void LoseWrite()
        {
            const int Body = 32 + 32;
            byte[] bytes = writer.Disk.Read(First);
            int length = BitConverter.ToInt32(bytes, 32 + 8);
            earlier.Disk.Read(First).AsSpan(Body, length).CopyTo(bytes.AsSpan(Body));
            writer.Disk.Replace(First, bytes);
        }
    }

    [Fact]
    public void Earlier_records_under_the_header_of_a_torn_group_are_cut_with_it()
    {
        var writer = new TestStore(Durability.Periodic);
        writer.Join("key", Register(2, "late"));
        writer.Loop.Turn();
        var earlier = new TestStore(Durability.Periodic);
        earlier.Join("key", Register(1, "soon"));
        earlier.Loop.Turn();
        byte[] bytes = writer.Disk.Read(First);
        earlier.Disk.Read(First).AsSpan(64).CopyTo(bytes.AsSpan(64));
        writer.Disk.Replace(First, bytes);

        TestStore store = writer.Reopen();
        Assert.Equal((0, 0, true), (store.Store.Entries, store.Store.UnfitPartitions, store.Store.Recovery.CutBytes > 0));
    }

    [Fact]
    public void The_log_of_another_node_is_refused_by_name()
    {
        var writer = new TestStore();
        writer.Join("a", Register(1, "x"));
        writer.Settle();
        StoreOptions other = writer.Options with { StoreId = 5 };
        var refused = Assert.Throws<IOException>(
            () => LogStore.Open(other, HashTrees.None, Horizons.None, writer.Disk, new HandLoop(), new HandWorker(), new HandWorker(), _ => { }));
        Assert.Contains("holds the log of node 1122334455667788, and this is node 0000000000000005", refused.Message);
    }

    /// <summary>At its start, or when it reads what it knew from index snapshots.</summary>
    private static bool FindsDamage(TestStore store)
    {
        int found = store.Store.Recovery.Damages;
        store.Store.Damaged += _ => found++;
        for (int i = 0; i < 10; i++) store.Settle();
        return found > 0 || store.Store.Recovery.CutBytes > 0 || store.Store.UnfitPartitions > 0;
    }

    private static void MustServeOnly(Dictionary<string, TestEntry> written, TestStore store)
    {
        foreach ((string key, TestEntry entry) in written)
        {
            TestEntry? found = store.Get(key);
            if (store.IsFit(key)) Assert.Equal(entry, found);
        }
    }

    private static FaultyDisk WriteLog(int groups, out List<int> ends)
    {
        var store = new TestStore();
        ends = [];
        for (int i = 0; i < groups; i++)
        {
            store.Join($"key {i}", Register(1, $"value {i}"));
            store.Settle();
            ends.Add(LastUsed(store.Disk.Read(First)));
        }

        return store.Disk;
    }

    private static Dictionary<string, TestEntry> WriteSome(TestStore store)
    {
        var written = new Dictionary<string, TestEntry>
        {
            ["a"] = Register(1, "first"),
            ["b"] = Register(2, new string('b', 100)),
            ["c"] = Register(3, "expires", Quorate.Core.DataTypes.Expiry.At(5)),
            ["d"] = Tombstone(4),
            ["e"] = Register(5, new string('e', 200)),
            ["f"] = Register(6, new string('f', 200)),
            ["g"] = Register(7, ""),
        };
        foreach ((string key, TestEntry entry) in written)
        {
            Assert.Equal(Verdict.Stored, store.Join(key, entry).Verdict);
            if (key != "b") store.Settle(); // b and c are one group
        }

        return written;
    }

    private static IEnumerable<(TestStore Store, string Where)> EveryFlip(TestStore writer)
    {
        foreach (string name in writer.Disk.List().Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Order())
        {
            int length = writer.Disk.Read(name).Length;
            for (int at = 0; at < length; at++)
            {
                FaultyDisk damaged = writer.Disk.Copy();
                Flip(damaged, name, at);
                yield return (new TestStore(disk: damaged, segmentBytes: 600, groupBytes: 400), $"{name} at {at}");
            }
        }
    }

    private static void Flip(FaultyDisk disk, string name, int at)
    {
        byte[] bytes = disk.Read(name);
        bytes[at] ^= (byte)(1 << at % 8);
        disk.Replace(name, bytes);
    }

    private static int Find(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));

    private static int LastUsed(byte[] bytes) => bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
}
