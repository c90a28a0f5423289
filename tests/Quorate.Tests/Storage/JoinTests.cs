using System.Text;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class JoinTests
{
    private readonly TestStore _store = new(Durability.Memory);

    [Fact]
    public void The_greater_version_wins_in_either_order()
    {
        Assert.Equal(Verdict.Stored, _store.Join("a", Register(1, "old")).Verdict);
        Assert.Equal(Verdict.Stored, _store.Join("a", Register(2, "new")).Verdict);
        JoinResult late = _store.Join("a", Register(1, "old"));
        Assert.Equal((Verdict.Superseded, VersionAt(2)), (late.Verdict, late.By));
        Assert.Equal(Register(2, "new"), _store.Get("a"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void A_scan_shows_every_key_of_a_partition_once_in_the_order_of_their_hashes(int limit)
    {
        string[] keys = [.. Enumerable.Range(0, 100).Select(number => $"{{tag}}{number}")];
        foreach (string key in keys) _store.Join(key, key.EndsWith('7') ? Tombstone(1) : Register(1, "x"));
        _store.Join("elsewhere", Register(1, "x"));

        var seen = new List<string>();
        int partition = Partition.Of("tag"u8);
        var at = new ScanPoint(partition, 0);
        while (at.Partition == partition)
        {
            ScannedKey[] page = _store.Store.Scan(0, at, limit, out ulong through);
            Assert.InRange(page.Length, 0, limit);
            Assert.All(page, key => Assert.InRange(ScanPoint.HashOf(key.Key), at.Hash, through));
            seen.AddRange(page.Select(key => Encoding.UTF8.GetString(key.Key)));
            at = at.After(through);
        }

        Assert.Equal(keys.OrderBy(key => ScanPoint.HashOf(Encoding.UTF8.GetBytes(key))), seen);
    }

    [Fact]
    public void A_page_of_long_keys_ends_before_it_is_too_long_for_a_frame()
    {
        for (int number = 0; number < 40; number++) _store.Join($"{{tag}}{number}" + new string('x', 60_000), Register(1, "x"));
        ScannedKey[] page = _store.Store.Scan(0, new ScanPoint(Partition.Of("tag"u8), 0), 1_000, out ulong through);

        Assert.InRange(page.Length, 2, 20);
        Assert.Equal(through, ScanPoint.HashOf(page[^1].Key));
    }

    [Fact]
    public void The_same_entry_again_is_stored_where_it_is()
    {
        var store = new TestStore();
        JoinResult first = store.Join("a", Register(1, "x"));
        store.Settle();
        int writes = store.Disk.Writes;
        Assert.Equal(first, store.Join("a", Register(1, "x")));
        store.Settle();
        Assert.Equal(writes, store.Disk.Writes);
    }

    [Fact]
    public void Deleted_and_expired_entries_are_kept_and_answered_raw()
    {
        _store.Join("a", Register(1, "x"));
        _store.Join("a", Tombstone(2));
        _store.Join("b", Register(1, "y", Expiry.At(5)));
        Assert.Equal(Tombstone(2), _store.Get("a"));
        Assert.Equal(Register(1, "y", Expiry.At(5)), _store.Get("b"));
        Assert.Equal((2, 3), (_store.Store.Entries, _store.Store.Bytes));
        Assert.Equal(Verdict.Superseded, _store.Join("a", Register(1, "x")).Verdict);
    }

    [Fact]
    public void A_put_that_comes_after_the_expiry_that_was_set_on_it_is_stored_and_changes_nothing()
    {
        TestEntry withExpiry = Register(1, "x", new Expiry(1, 5, VersionAt(2)));
        _store.Join("a", withExpiry);
        Assert.Equal(Verdict.Stored, _store.Join("a", Register(1, "x")).Verdict);
        Assert.Equal(withExpiry, _store.Get("a"));
    }

    [Fact]
    public void Keyspaces_are_apart()
    {
        _store.Join("a", Register(1, "x"), keyspace: 3);
        Assert.Null(_store.Get("a"));
        Assert.Null(_store.Get("a", keyspace: 70));
        Assert.Equal(Register(1, "x"), _store.Get("a", keyspace: 3));
        Assert.Equal((0, 1, 0), (_store.CountLive(0), _store.CountLive(0, keyspace: 3), _store.CountLive(0, keyspace: 70)));
    }

    [Fact]
    public void Live_keys_are_counted_at_the_time_asked()
    {
        _store.Join("forever", Register(1, "x"));
        _store.Join("until 10", Register(1, "x", Expiry.At(10)));
        _store.Join("deleted", Register(1, "x"));
        Assert.Equal((3, 2), (_store.CountLive(9), _store.CountLive(10)));
        _store.Join("deleted", Tombstone(2));
        _store.Join("until 10", Register(2, "x"));
        Assert.Equal((2, 2), (_store.CountLive(9), _store.CountLive(10)));
    }

    [Fact]
    public void A_payload_that_was_just_read_may_be_joined_with_another_expiry()
    {
        foreach (int length in new[] { 0, 1, 40, 300, 1000, 3000, 20_000, 60_000 })
        {
            byte[] key = Encoding.UTF8.GetBytes($"key of {length}");
            string value = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i % 26)));
            _store.Join($"key of {length}", Register(1, value));
            Assert.True(_store.Store.TryGet(0, Partition.Of(key), key, out HeldEntry held));
            Entry entry = held.Entry;
            Expiry expiry = entry.Head.Expiry.Next(77, VersionAt(2));
            _store.Store.Join(0, Partition.Of(key), key, new Entry(entry.Head with { Expiry = expiry }, entry.Payload));
            Assert.Equal(Register(1, value, expiry), _store.Get($"key of {length}"));
        }
    }

    [Fact]
    public void Values_of_all_sizes_are_kept_while_they_grow_and_shrink()
    {
        var random = new Random(5);
        var expected = new Dictionary<string, TestEntry>();
        for (int step = 1; step < 20_000; step++)
        {
            string key = $"k{random.Next(300)}";
            int length = random.Next(10) == 0 ? random.Next(70_000) : random.Next(700);
            TestEntry entry = Register(step, new string((char)('a' + step % 26), length), random.Next(3) == 0 ? Expiry.At(step) : default);
            _store.Join(key, entry);
            expected[key] = entry;
        }

        foreach ((string key, TestEntry entry) in expected) Assert.Equal(entry, _store.Get(key));
        Assert.Equal(expected.Count, _store.Store.Entries);
        Assert.Equal(expected.Sum(pair => pair.Key.Length + pair.Value.Payload.Length), _store.Store.Bytes);
    }

    [Fact]
    public void A_hundred_thousand_keys_are_all_found()
    {
        for (int i = 0; i < 100_000; i++) _store.Join($"key {i}", Register(1, $"{i}"));
        for (int i = 0; i < 100_000; i++) Assert.Equal(Register(1, $"{i}"), _store.Get($"key {i}"));
        Assert.Equal(100_000, _store.CountLive(0));
        Assert.Null(_store.Get("key 100000"));
    }

    [Fact]
    public void An_absent_entry_is_no_entry_to_store() =>
        Assert.Throws<InvalidOperationException>(() => _store.Join("a", new TestEntry(default, [])));
}
