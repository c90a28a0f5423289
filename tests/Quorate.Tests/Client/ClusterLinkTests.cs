using System.Text;
using Quorate.Client;
using Quorate.Client.Cluster;
using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Tests.Coordinator;
using Quorate.Tests.Transport.Peers;
using Quorate.Transport.Peers;
using Xunit;

namespace Quorate.Tests.Client;

/// <summary>A client among three fake nodes at the addresses a, b and c, which answer every request at once.</summary>
public sealed class ClusterLinkTests
{
    private readonly FakeWorld _world = new();
    private readonly Dictionary<string, FakeHost> _nodes = [];
    private readonly Dictionary<string, PeerNetwork> _networks = [];
    private readonly RecordingSink _sink = new();
    private Topology _topology = new(1, [NodeAt("a", 1), NodeAt("b", 2), NodeAt("c", 3)]);
    private bool _isStarted;

    [Fact]
    public void One_address_leads_to_all_nodes_and_to_a_writer_id()
    {
        OpenNodes("a", "b", "c");

        ClusterLink client = Client(["a"]);
        _world.RunFor(50);

        Assert.True(_isStarted);
        Assert.Equal(new NodeId(5), client.Hello.Member.Id);
        Put(client);
        Assert.Equal(new NodeId(5), _sink.Only.Version.Writer.Node);
        Assert.All(_nodes.Values, node => Assert.Equal(1, node.Served));
    }

    [Fact]
    public void A_client_starts_without_a_node_that_is_away_and_one_that_is_silent()
    {
        OpenNodes("a", "b");
        _world.Listen("c", connection => new Transport.Loop.ScriptedSession(connection) { Bytes = Swallow });

        Client(["a"]);
        _world.RunFor(500);
        Assert.False(_isStarted);
        _world.RunFor(1_000);

        Assert.True(_isStarted);
    }

    [Fact]
    public void A_client_whose_clock_is_wrong_writes_nothing_from_the_first_request_on()
    {
        OpenNodes("a", "b", "c");
        ClusterLink client = Client(["a"], wallClockAhead: 3_600_000);
        while (!_isStarted) _world.RunFor(1);

        Put(client);

        Assert.Equal(OutcomeKind.ClockDrift, _sink.Only.Kind);
        Assert.All(_nodes.Values, node => Assert.Equal(0, node.Served));
    }

    [Fact]
    public void A_newer_topology_is_taken_over_from_whoever_knows_it_and_requests_go_to_the_newcomer()
    {
        OpenNodes("a", "b", "c");
        ClusterLink client = Client(["a"]);
        _world.RunFor(50);
        _networks["c"].Close();
        _topology = Replacement.Of(_topology, NodeAt("d", 4) with { Name = "c" });
        OpenNodes("d");

        Tell("a");
        _networks["a"].Renew();
        _world.RunFor(500);
        Put(client);

        Assert.Equal(2u, client.Topology!.Epoch);
        Assert.Equal((OutcomeKind.Ok, 1), (_sink.Only.Kind, _nodes["d"].Served));
    }

    [Fact]
    public void Who_was_replaced_is_not_asked_any_more()
    {
        OpenNodes("a", "b", "c");
        ClusterLink client = Client(["a"]);
        _world.RunFor(50);
        Hello former = _nodes["c"].Hello;
        _topology = Replacement.Of(_topology, NodeAt("d", 4) with { Name = "c" });
        Tell("a");
        _networks["a"].Renew();
        _world.RunFor(500);

        Assert.Contains("was replaced", client.Refuse(former), StringComparison.Ordinal);
        Assert.DoesNotContain(client.Problems, problem => problem.StartsWith("c:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_that_moved_is_called_where_it_is_now()
    {
        OpenNodes("a", "b", "c");
        ClusterLink client = Client(["a"]);
        _world.RunFor(50);
        _networks["c"].Close();
        _topology = _topology.WithEndpoints(_topology.IndexOf(new NodeId(3)), new Endpoints("e", "", "", ""));
        OpenNodes("e");

        Tell("a");
        _networks["a"].Renew();
        _world.RunFor(500);
        Put(client);

        Assert.Equal(1, _nodes["e"].Served);
    }

    [Fact]
    public void A_node_of_another_cluster_or_of_none_is_refused()
    {
        OpenNodes("a", "b", "c");
        ClusterLink client = Client(["a"]);
        Assert.Contains("is in no cluster yet", client.Refuse(_nodes["a"].Hello with { Members = [] }), StringComparison.Ordinal);
        Assert.Contains("names members of no cluster", client.Refuse(_nodes["a"].Hello with { Members = [NodeAt("a", 1), NodeAt("b", 1)] }), StringComparison.Ordinal);
        _world.RunFor(50);

        Assert.Contains("belongs to cluster 0000000000000007", client.Refuse(_nodes["a"].Hello with { ClusterId = 7 }), StringComparison.Ordinal);
        Assert.Contains("other keyspaces", client.Refuse(_nodes["a"].Hello with { Keyspaces = "other" }), StringComparison.Ordinal);
        Assert.Null(client.Refuse(_nodes["a"].Hello));
    }

    [Fact]
    public void With_no_node_left_the_first_addresses_are_called_again()
    {
        OpenNodes("a", "b", "c");
        _networks["seed"] = new PeerNetwork(_world, new FakeLoop(_world), "seed", Limits.Default, new Random(1));
        _networks["seed"].Open(_nodes["a"], []);
        Client(["seed"]);
        _world.RunFor(50);
        int before = _world.Dials.Count(address => address == "seed");

        foreach (PeerNetwork network in _networks.Values) network.Close();
        _world.RunFor(500);

        Assert.True(_world.Dials.Count(address => address == "seed") > before);
    }

    private ClusterLink Client(string[] seeds, long wallClockAhead = 0, Routing routing = Routing.Direct)
    {
        var loop = new FakeLoop(_world, wallClockAhead);
        var network = new PeerNetwork(_world, loop, null, Limits.Default, new Random(1));
        var client = new ClusterLink(loop, network, seeds, routing, Limits.Default, _ => _isStarted = true, _ => { });
        client.Start();
        return client;
    }

    private void OpenNodes(params string[] addresses)
    {
        foreach (string address in addresses)
        {
            _nodes[address] = new FakeHost(address);
            Tell(address);
            _networks[address] = new PeerNetwork(_world, new FakeLoop(_world), address, Limits.Default, new Random(1));
            _networks[address].Open(_nodes[address], []);
        }
    }

    /// <summary>The node knows the topology as it is now.</summary>
    private void Tell(string address)
    {
        Member self = _topology.Members.Single(member => member.Endpoints.Peer == address);
        _nodes[address].Hello = new Hello(
            1, 1, PeerRole.Node, Lane.Data, _topology.ClusterId.Value, _topology.Epoch, self with { Seat = default }, 1, new KeyspaceTable([]).Describe())
        {
            Members = _topology.Members,
        };
    }

    private void Put(ClusterLink client)
    {
        client.Store.Write(WriteCommand.Put(0, Encoding.UTF8.GetBytes("key"), "value"u8), _sink, 1);
        _world.RunFor(20);
    }

    private static Member NodeAt(string address, ulong id) => new(new NodeId(id), address, "", 1, new Endpoints(address, "", "", ""));

    private static int Swallow(Transport.Loop.ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted)
    {
        wanted = 1;
        return bytes.Length;
    }
}
