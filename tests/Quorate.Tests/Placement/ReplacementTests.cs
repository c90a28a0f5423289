using System.Collections.Immutable;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Placement;

public sealed class ReplacementTests
{
    private static readonly Topology First = new(1, [Node(1, "a"), Node(2, "b"), Node(3, "c")]);

    [Fact]
    public void Who_replaces_a_member_moves_no_data_and_is_in_the_same_cluster()
    {
        Topology replaced = Replacement.Of(First, Node(99, "b"));

        Assert.Equal((2u, First.ClusterId), (replaced.Epoch, replaced.ClusterId));
        Assert.Equal(new NodeId(99), replaced.Members[1].Id);
        Assert.Equal((1, -1), (replaced.IndexOf(new NodeId(99)), replaced.IndexOf(new NodeId(2))));
        for (int partition = 0; partition < Partition.Count; partition++)
            Assert.True(First.PreferenceListOf(partition).Members.SequenceEqual(replaced.PreferenceListOf(partition).Members));
    }

    [Fact]
    public void A_place_is_taken_again_and_again_and_each_time_is_another_epoch()
    {
        Topology twice = Replacement.Of(Replacement.Of(First, Node(99, "b")), Node(50, "b"));

        Assert.Equal((3u, First.ClusterId), (twice.Epoch, twice.ClusterId));
        Assert.Equal(new Seat(new NodeId(2), 2), twice.Members[1].Seat);
    }

    [Fact]
    public void In_whatever_order_replacements_are_heard_all_come_to_the_same()
    {
        Topology[] heard =
        [
            First,
            Replacement.Of(First, Node(99, "b")),
            Replacement.Of(First, Node(50, "b")), // two at once
            Replacement.Of(Replacement.Of(First, Node(50, "b")), Node(40, "b")),
            Replacement.Of(First, Node(70, "c")),
        ];
        var ends = new HashSet<string>();
        for (int seed = 0; seed < 50; seed++)
        {
            Topology held = First;
            Topology[] shuffled = [.. heard];
            new Random(seed).Shuffle(shuffled);
            foreach (Topology topology in shuffled) held = Replacement.Join(held, topology.Members) ?? held;
            foreach (Topology topology in shuffled) Assert.Null(Replacement.Join(held, topology.Members));
            ends.Add($"{held.Epoch}: {string.Join(' ', held.Members.Select(member => member.Id))}");
        }

        Assert.Equal($"4: {new NodeId(1)} {new NodeId(40)} {new NodeId(70)}", Assert.Single(ends));
    }

    [Fact]
    public void Of_two_that_took_one_place_at_once_the_greater_id_has_it() =>
        Assert.Equal(new NodeId(99), Replacement.Join(Replacement.Of(First, Node(50, "b")), Replacement.Of(First, Node(99, "b")).Members)!.Members[1].Id);

    [Fact]
    public void Members_that_are_not_of_this_cluster_change_nothing() =>
        Assert.Null(Replacement.Join(First, ImmutableArray.Create(Node(7, "x"))));

    [Fact]
    public void What_no_cluster_can_be_is_not_joined()
    {
        Member taken = Replacement.Of(First, Node(99, "b")).Members[1];

        // One place twice, another's name, another's id.
        Assert.Equal(new NodeId(99), Replacement.Join(First, [taken, taken, .. First.Members])!.Members[1].Id);
        Assert.Null(Replacement.Join(First, [taken with { Name = "c" }]));
        Assert.Null(Replacement.Join(First, [taken with { Id = new NodeId(1) }]));
    }

    private static Member Node(ulong id, string name) => new(new NodeId(id), name, "", 1, new Endpoints($"{name}:1", "", "", ""));
}
