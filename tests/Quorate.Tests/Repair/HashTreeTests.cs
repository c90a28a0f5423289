using System.Text;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Repair;

public sealed class HashTreeTests
{
    private long _now = 1_000_000;

    [Fact]
    public void Trees_of_the_same_entries_are_equal_whatever_came_before_and_in_which_order()
    {
        (HashTree one, TreeSlice first) = Make();
        (HashTree two, TreeSlice second) = Make();
        for (int i = 0; i < 1000; i++) first.Add(3, Key(i), Head(i));
        for (int i = 999; i >= 0; i--) second.Add(3, Key(i), Head(i / 2));
        second.Add(3, Key(5000), Head(7));
        Assert.NotEqual(Roots(one), Roots(two));

        for (int i = 0; i < 1000; i++) second.Replace(3, Key(i), Head(i / 2), Head(i));
        second.Remove(3, Key(5000), Head(7));

        Assert.Equal(Roots(one), Roots(two));
        for (int leaf = 0; leaf < HashTree.Leaves; leaf++) Assert.Equal(one.LeafAt(3, leaf), two.LeafAt(3, leaf));
        for (int i = 0; i < 1000; i++) first.Remove(3, Key(i), Head(i));
        Assert.All(Roots(one), root => Assert.Equal(0UL, root));
    }

    [Fact]
    public void One_entry_that_differs_shows_in_its_leaf_its_group_and_the_root_and_nowhere_else()
    {
        (HashTree one, TreeSlice first) = Make();
        (HashTree two, TreeSlice second) = Make();
        for (int i = 0; i < 1000; i++)
        {
            first.Add(3, Key(i), Head(i));
            second.Add(3, Key(i), Head(i == 500 ? 9999 : i));
        }

        int differing = first.LeafOf(Key(500));
        Assert.Equal([differing], Enumerable.Range(0, HashTree.Leaves).Where(leaf => one.LeafAt(3, leaf) != two.LeafAt(3, leaf)));
        Assert.Equal([differing / HashTree.LeavesOfGroup], Enumerable.Range(0, HashTree.Groups).Where(group => one.GroupAt(3, group) != two.GroupAt(3, group)));
        Assert.Equal([3], Enumerable.Range(0, Partition.Count).Where(partition => Roots(one)[partition] != Roots(two)[partition]));
    }

    [Theory]
    [InlineData(EntryKind.Tombstone, 1, 1, 0, 0)]
    [InlineData(EntryKind.Register, 2, 1, 0, 0)]
    [InlineData(EntryKind.Register, 1, 2, 0, 0)]
    [InlineData(EntryKind.Register, 1, 1, 9, 0)]
    [InlineData(EntryKind.Register, 1, 1, 0, 9)]
    public void Whatever_differs_in_a_head_shows(EntryKind kind, long milliseconds, uint start, long expiresAt, byte contentType)
    {
        (HashTree one, TreeSlice first) = Make();
        (HashTree two, TreeSlice second) = Make();
        first.Add(3, Key(1), new EntryHead(EntryKind.Register, VersionAt(1), Expiry.Never, 0));
        second.Add(3, Key(1), new EntryHead(kind, VersionAt(milliseconds, start), expiresAt == 0 ? Expiry.Never : Expiry.At(expiresAt), contentType));

        Assert.NotEqual(Roots(one), Roots(two));
    }

    [Fact]
    public void Keys_are_spread_over_all_leaves()
    {
        (_, TreeSlice slice) = Make();
        int[] keys = new int[HashTree.Leaves];
        for (int i = 0; i < 100 * HashTree.Leaves; i++) keys[slice.LeafOf(Key(i))]++;

        Assert.InRange(keys.Min(), 50, 100);
        Assert.InRange(keys.Max(), 100, 150);
    }

    [Fact]
    public void As_of_a_cut_what_is_newer_has_not_come_yet()
    {
        (HashTree one, TreeSlice first) = Make();
        (HashTree two, TreeSlice second) = Make();
        first.Add(3, Key(1), Head(100));
        second.Add(3, Key(1), Head(100));
        first.Replace(3, Key(1), Head(100), Head(200));
        first.Add(3, Key(2), Head(201));

        Assert.NotEqual(Roots(one), Roots(two));
        Assert.Equal(Roots(one, cut: 150), Roots(two, cut: 150));
        Assert.NotEqual(Roots(one, cut: 200), Roots(two, cut: 200));
    }

    [Fact]
    public void What_came_long_ago_is_no_news_although_its_writer_is_ahead_of_the_cut()
    {
        (HashTree one, TreeSlice first) = Make();
        (HashTree two, _) = Make();
        first.Add(3, Key(1), Head(5_000_000));
        Assert.Equal(Roots(one, cut: 100), Roots(two, cut: 100));

        _now += 4_000;

        Assert.NotEqual(Roots(one, cut: 100), Roots(two, cut: 100));
    }

    [Fact]
    public void A_tree_that_changes_too_much_to_be_undone_says_so_until_it_is_quieter()
    {
        (HashTree tree, TreeSlice slice) = Make();
        for (int i = 0; i < 50_000; i++) slice.Add(3, Key(i), Head(i));
        ulong[] roots = new ulong[Partition.Count];

        Assert.False(tree.TryRootsAt(HybridTimestamp.FromMilliseconds(10), roots));
        Assert.True(tree.TryRootsAt(default, roots));
        _now += 4_000;
        Assert.True(tree.TryRootsAt(HybridTimestamp.FromMilliseconds(10), roots));
    }

    private (HashTree Tree, TreeSlice Slice) Make()
    {
        var tree = new HashTree(() => _now);
        return (tree, new TreeSlice(tree, seed: 77));
    }

    private static ulong[] Roots(HashTree tree, long cut = 0)
    {
        ulong[] roots = new ulong[Partition.Count];
        Assert.True(tree.TryRootsAt(cut == 0 ? default : HybridTimestamp.FromMilliseconds(cut), roots));
        return roots;
    }

    private static byte[] Key(int number) => Encoding.UTF8.GetBytes($"key:{number}");

    private static EntryHead Head(long milliseconds) => new(EntryKind.Register, VersionAt(milliseconds), Expiry.Never, 0);

    private static Version VersionAt(long milliseconds, uint start = 1) => new(HybridTimestamp.FromMilliseconds(milliseconds), new WriterId(new NodeId(1), start));
}
