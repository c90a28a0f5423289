using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Node;
using Quorate.Node.Membership;
using Quorate.Node.Storage;
using Quorate.Tests.Storage;
using Xunit;

namespace Quorate.Tests.Node;

public sealed class StaticMembershipTests
{
    private const string Keyspaces = "default: N=3 R=QUORUM W=QUORUM fanout=Required";
    private static readonly string[] Join = ["b:1", "c:1"];
    private static readonly Member A = Node(1, "a");
    private static readonly Member B = Node(2, "b");
    private static readonly Member C = Node(3, "c");

    [Fact]
    public void Epoch_1_is_made_once_every_address_to_join_was_heard()
    {
        StaticMembership membership = Fresh();

        Assert.False(membership.Hear("b:1", Says(B, clusterId: 0)));
        Assert.Null(membership.Topology);
        Assert.Equal(["c:1"], membership.Awaited);
        Assert.True(membership.Hear("c:1", Says(C, clusterId: 0)));
        Assert.Equal(1u, membership.Topology!.Epoch);
        Assert.Equal(["a", "b", "c"], membership.Topology.Members.Select(member => member.Name));
    }

    [Fact]
    public void Every_member_makes_the_same_cluster()
    {
        var ofB = new StaticMembership(B, ["c:1", "a:1"], null);
        ofB.Hear("c:1", Says(C, clusterId: 0));
        ofB.Hear("a:1", Says(A, clusterId: 0));

        Assert.Equal(Formed().Topology!.ClusterId, ofB.Topology!.ClusterId);
    }

    [Fact]
    public void A_node_with_nobody_to_join_is_a_cluster_of_its_own()
    {
        var alone = new StaticMembership(A, [], null);
        Assert.True(alone.TryForm());
        Assert.Single(alone.Topology!.Members);
    }

    [Fact]
    public void One_node_under_two_addresses_makes_no_cluster()
    {
        StaticMembership membership = Fresh();
        membership.Hear("b:1", Says(B, clusterId: 0));
        Assert.False(membership.Hear("c:1", Says(B, clusterId: 0)));
    }

    [Fact]
    public void The_first_epoch_is_on_disk_before_it_counts_and_is_taken_up_again()
    {
        var disk = new FaultyDisk();
        StaticMembership first = Fresh(disk);
        first.Hear("b:1", Says(B, clusterId: 0));
        first.Hear("c:1", Says(C, clusterId: 0));
        disk.LosePower(new Random(1));

        StaticMembership again = Fresh(disk);

        Assert.True(again.TryRestore());
        Assert.Equal(first.Topology!.ClusterId, again.Topology!.ClusterId);
    }

    [Fact]
    public void Once_formed_any_number_of_addresses_to_join_will_do()
    {
        var disk = new FaultyDisk();
        StaticMembership first = Fresh(disk);
        first.Hear("b:1", Says(B, clusterId: 0));
        first.Hear("c:1", Says(C, clusterId: 0));

        var fewer = new StaticMembership(A, ["b:1"], Cell(disk));

        Assert.True(fewer.TryRestore());
        Assert.Equal(3, fewer.Topology!.Members.Length);
    }

    [Fact]
    public void Where_a_member_was_last_is_found_again_after_a_restart()
    {
        var disk = new FaultyDisk();
        StaticMembership first = Fresh(disk);
        first.Hear("b:1", Says(B, clusterId: 0));
        first.Hear("c:1", Says(C, clusterId: 0));
        Assert.True(first.Move(B with { Endpoints = B.Endpoints with { Peer = "b:9" } }));
        first.Saving()();
        disk.LosePower(new Random(1));

        StaticMembership again = Fresh(disk);

        Assert.True(again.TryRestore());
        Assert.Equal("b:9", again.Topology!.Members[1].Endpoints.Peer);
    }

    [Fact]
    public void A_member_of_the_cluster_is_welcome_also_before_it_knows_the_cluster() =>
        Assert.Null(Formed().Refuse(Says(B, clusterId: 0), Keyspaces, _ => false));

    [Fact]
    public void A_stranger_is_refused_and_told_who_the_members_are() =>
        Assert.Contains("'d' is not a member of cluster", Formed().Refuse(Says(Node(4, "d"), clusterId: 0), Keyspaces, _ => false), StringComparison.Ordinal);

    [Fact]
    public void A_member_of_another_cluster_is_refused_with_both_clusters()
    {
        string? reason = Formed().Refuse(Says(B, clusterId: 0xABC), Keyspaces, _ => false);
        Assert.Contains("'b' belongs to cluster 0000000000000abc, 'a' to ", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_name_with_another_id_is_refused_with_both_ids()
    {
        string? reason = Formed().Refuse(Says(Node(9, "b"), clusterId: 0), Keyspaces, _ => false);
        Assert.Contains("belongs to node 0000000000000002, not 0000000000000009", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_of_our_own_name_is_refused() =>
        Assert.Contains("the name 'a' belongs to", Fresh().Refuse(Says(Node(9, "a"), clusterId: 0), Keyspaces, _ => false), StringComparison.Ordinal);

    [Fact]
    public void A_node_that_joins_itself_is_told_so() =>
        Assert.Contains("was told to join itself", Fresh().Refuse(Says(A, clusterId: 0), Keyspaces, _ => false), StringComparison.Ordinal);

    [Fact]
    public void Other_keyspaces_are_refused_with_the_first_difference()
    {
        string? reason = Formed().Refuse(Says(B, clusterId: 0) with { Keyspaces = Keyspaces.Replace("N=3", "N=2") }, Keyspaces, _ => false);
        Assert.Contains("here 'default: N=3", reason, StringComparison.Ordinal);
        Assert.Contains("there 'default: N=2", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_placement_is_made_from_must_not_change()
    {
        string? reason = Formed().Refuse(Says(B with { Zone = "z9" }, clusterId: 0), Keyspaces, _ => false);
        Assert.Contains("the cluster knows 'b' with zone '', not 'z9'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_may_come_back_at_another_address()
    {
        StaticMembership membership = Formed();
        Topology before = membership.Topology!;
        Member moved = B with { Endpoints = B.Endpoints with { Resp = "b:9" } };

        Assert.True(membership.Move(moved));
        Assert.False(membership.Move(moved));

        Assert.Equal("b:9", membership.Topology!.Members[1].Endpoints.Resp);
        Assert.Equal(before.ClusterId, membership.Topology.ClusterId);
    }

    [Fact]
    public void A_node_with_a_known_name_is_told_how_to_take_its_place() =>
        Assert.Contains("start this one with --replace", Formed().Refuse(Says(Node(9, "b"), clusterId: 0), Keyspaces, _ => true), StringComparison.Ordinal);

    [Fact]
    public void Who_wants_the_place_of_a_member_that_is_gone_is_given_it()
    {
        StaticMembership membership = Formed();
        Hello wish = Wish(Node(9, "b"));
        Assert.Contains("not known to be dead", membership.Refuse(wish, Keyspaces, _ => false), StringComparison.Ordinal);
        Assert.Null(membership.NewerBy(wish, _ => false));

        Assert.Contains("gives node 0000000000000009 the place of 'b'", membership.Refuse(wish, Keyspaces, _ => true), StringComparison.Ordinal);
        Topology newer = membership.NewerBy(wish, _ => true)!;
        membership.Take(newer);

        Assert.Equal((2u, new NodeId(9)), (newer.Epoch, newer.Members[1].Id));
        Assert.Null(membership.Refuse(wish, Keyspaces, _ => true));
        Assert.Null(membership.NewerBy(wish, _ => true));
    }

    [Theory]
    [InlineData("d", "", "has no 'd' to replace")]
    [InlineData("b", "z9", "the cluster knows 'b' with zone '', not 'z9'")]
    public void Where_there_is_nothing_to_replace_that_is_said(string name, string zone, string said)
    {
        Hello wish = Wish(Node(9, name) with { Zone = zone });
        Assert.Contains(said, Formed().Refuse(wish, Keyspaces, _ => true), StringComparison.Ordinal);
        Assert.Null(Formed().NewerBy(wish, _ => true));
    }

    [Fact]
    public void Before_there_is_a_cluster_nobody_is_replaced() =>
        Assert.Contains("there is nobody to replace", Fresh().Refuse(Wish(Node(9, "b")), Keyspaces, _ => true), StringComparison.Ordinal);

    [Fact]
    public void Who_was_replaced_and_comes_back_is_told_so()
    {
        StaticMembership membership = Formed();
        ulong cluster = membership.Topology!.ClusterId.Value;
        membership.Take(Replacement.Of(membership.Topology, Node(9, "b")));
        Assert.Contains("'b' was replaced: its place belongs to node 0000000000000009", membership.Refuse(Says(B, cluster), Keyspaces, _ => false), StringComparison.Ordinal);
    }

    [Fact]
    public void A_replacement_learns_the_members_from_whoever_gave_it_the_place_and_knows_them_after_a_restart()
    {
        var disk = new FaultyDisk();
        Member newcomer = Node(9, "b");
        var replacement = new StaticMembership(newcomer, ["a:1"], Cell(disk), replaces: true);
        Assert.False(replacement.TryForm());
        Assert.False(replacement.Hear("a:1", Says(A, clusterId: 5)));
        Topology newer = Replacement.Of(Formed().Topology!, newcomer);
        Assert.True(replacement.Hear("a:1", Says(A, clusterId: 5) with { Members = newer.Members }));
        Assert.False(replacement.WantsToReplace);
        disk.LosePower(new Random(1));

        var again = new StaticMembership(newcomer, ["a:1"], Cell(disk), replaces: true);
        Assert.True(again.TryRestore());
        Assert.Equal((newer.Epoch, newer.ClusterId), (again.Topology!.Epoch, again.Topology.ClusterId));
        Assert.Equal(newer.Members, again.Topology.Members);
    }

    [Fact]
    public void A_member_that_was_away_takes_over_what_it_hears()
    {
        StaticMembership membership = Formed();
        Topology newer = Replacement.Of(membership.Topology!, Node(9, "b"));
        Hello hello = Says(C, newer.ClusterId.Value) with { Members = newer.Members };
        Assert.Equal(2u, membership.NewerBy(hello, _ => false)!.Epoch);
        Assert.Null(membership.NewerBy(hello with { ClusterId = 7 }, _ => false));
    }

    [Fact]
    public void A_hello_that_names_members_of_no_cluster_is_refused_and_does_no_harm()
    {
        StaticMembership membership = Formed();
        Hello hello = Says(C, membership.Topology!.ClusterId.Value) with { Members = [A, B, B] };

        Assert.Equal("'c' names members of no cluster: Two members have the same node id.", membership.Refuse(hello, Keyspaces, _ => false));
        Assert.Null(membership.NewerBy(hello, _ => false));
    }

    [Fact]
    public void A_client_need_not_know_the_cluster_and_is_refused_by_another_or_by_none()
    {
        StaticMembership membership = Formed();
        Hello client = Says(Node(0, "client"), clusterId: 0) with { Role = PeerRole.Client, Keyspaces = "" };

        Assert.Null(membership.RefuseClient(client));
        Assert.Null(membership.RefuseClient(client with { ClusterId = membership.Topology!.ClusterId.Value }));
        Assert.Contains("the client belongs to cluster 0000000000000007, 'a' to", membership.RefuseClient(client with { ClusterId = 7 }), StringComparison.Ordinal);
        Assert.Contains("which is a member", membership.RefuseClient(client with { Member = B }), StringComparison.Ordinal);
        Assert.Contains("'a' is in no cluster yet", Fresh().RefuseClient(client), StringComparison.Ordinal);
    }

    private static Hello Wish(Member member) => Says(member, clusterId: 0) with { WantsToReplace = true };

    private static StaticMembership Fresh(FaultyDisk? disk = null) => new(A, Join, disk is null ? null : Cell(disk));

    private static StaticMembership Formed()
    {
        StaticMembership membership = Fresh();
        membership.Hear("b:1", Says(B, clusterId: 0));
        membership.Hear("c:1", Says(C, clusterId: 0));
        return membership;
    }

    private static DurableCell Cell(FaultyDisk disk) => DurableCell.Open(disk, "topology", StaticMembership.MaxSavedBytes);

    private static Member Node(ulong id, string name) => new(new NodeId(id), name, "", 1, new Endpoints($"{name}:1", $"{name}:2", "", ""));

    private static Hello Says(Member member, ulong clusterId) =>
        new(Hello.Protocol, Hello.Protocol, PeerRole.Node, Lane.Data, clusterId, 0, member, 1, Keyspaces);
}
