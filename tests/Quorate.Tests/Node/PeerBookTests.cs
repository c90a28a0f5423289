using Quorate.Coordinator;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Node.Membership;
using Xunit;

namespace Quorate.Tests.Node;

public sealed class PeerBookTests
{
    private static readonly Member B = Node(2, "b", "b:1");
    private static readonly Member C = Node(3, "c", "c:1");
    private readonly PeerBook _book = new(["b:1", "seed:1"]);

    [Fact]
    public void Before_there_are_members_the_addresses_to_join_are_called() => Assert.Equal(["b:1", "seed:1"], _book.Addresses);

    [Fact]
    public void Members_are_called_where_they_are_and_the_addresses_to_join_while_somebody_is_missing()
    {
        _book.Call([B, C]);
        Assert.Equal(["b:1", "seed:1", "c:1"], _book.Addresses);
        _book.Up(new Peer("b:1", B));
        _book.Up(new Peer("c:1", C));
        _book.Call([B, C]);
        Assert.Equal(["b:1", "c:1"], _book.Addresses);
    }

    [Fact]
    public void An_address_at_which_a_connected_member_answers_is_called_no_more()
    {
        _book.Call([B, C]);
        _book.Up(new Peer("b:1", B));
        _book.Up(new Peer("seed:1", B));
        Assert.Equal(["b", "c"], _book.Status((_, peer) => peer).Select(peer => peer.Name));
        _book.Call([B, C]);
        Assert.Equal(["b:1", "c:1"], _book.Addresses);
    }

    [Fact]
    public void A_member_that_moved_is_called_at_its_new_address_and_shown_once()
    {
        _book.Call([B, C]);
        var old = new Peer("b:1", B);
        _book.Up(old);
        Assert.True(_book.Down(old, "gone"));
        Member moved = B with { Endpoints = B.Endpoints with { Peer = "b:9" } };
        _book.Call([moved, C]);

        Assert.Contains("b:9", _book.Addresses);
        Assert.Equal("b:9", Assert.Single(_book.Status((_, peer) => peer), peer => peer.Name == "b").Address);
    }

    [Fact]
    public void Only_a_connection_at_the_members_own_address_is_missed_when_it_goes()
    {
        _book.Call([B, C]);
        var byWayOfSeed = new Peer("seed:1", B);
        _book.Up(byWayOfSeed);
        Assert.False(_book.Down(byWayOfSeed, "gone"));
    }

    private static Member Node(ulong id, string name, string peer) => new(new NodeId(id), name, "", 1, new Endpoints(peer, "", "", ""));

    private sealed class Peer(string address, Member member) : StubPeer(address)
    {
        public override Hello Hello { get; } = new(1, 1, PeerRole.Node, Lane.Data, 0, 0, member, 1, "");
    }
}
