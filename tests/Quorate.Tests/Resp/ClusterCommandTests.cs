using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Xunit;

namespace Quorate.Tests.Resp;

public class ClusterCommandTests
{
    private const string Id1 = "0000000000000001000000000000000000000000";

    private readonly TestServer _server = new();

    [Fact]
    public void A_standalone_listener_has_no_cluster() => Transcript.Run("""
        > CLUSTER INFO
        -ERR This instance has cluster support disabled
        > READONLY
        -ERR This instance has cluster support disabled
        > CLUSTER FOO
        -ERR unknown subcommand 'FOO'. Try CLUSTER HELP.
        """);

    [Fact]
    public void A_cluster_listener_answers_as_a_cluster() => Transcript.Run(
        $"""
        > CLUSTER MYID
        $40 {Id1}
        > CLUSTER KEYSLOT somekey
        :11058
        > CLUSTER KEYSLOT foo{"{hash_tag}"}
        :2515
        > READONLY
        +OK
        > READWRITE
        +OK
        > ASKING
        +OK
        > SELECT 0
        +OK
        > SELECT 1
        -ERR SELECT is not allowed in cluster mode
        > CLUSTER SLOTS
        *0
        > SET any key
        +OK
        """,
        cluster: true);

    [Fact]
    public void Before_the_first_epoch_the_cluster_is_down()
    {
        TestClient client = _server.Connect(cluster: true);
        Assert.Contains("cluster_state:fail", client.Say("CLUSTER INFO"));

        _server.Admin.Topology = ThreeNodes();
        string info = client.Say("CLUSTER INFO");
        Assert.Contains("cluster_state:ok cluster_slots_assigned:16384", info);
        Assert.Contains("cluster_known_nodes:3 cluster_size:3", info);
    }

    [Fact]
    public void Every_slot_has_one_owner_and_it_is_the_first_home_replica()
    {
        _server.Admin.Topology = ThreeNodes();
        Topology topology = _server.Admin.Topology;
        string[] owners = OwnersBySlot();

        for (int slot = 0; slot < Slot.Count; slot++)
        {
            Assert.Equal(topology.Members[topology.PreferenceListOf(Partition.OfSlot(slot))[0]].Name, owners[slot]);
        }
    }

    [Fact]
    public void Nodes_that_are_not_connected_own_nothing()
    {
        _server.Admin.Topology = ThreeNodes();
        _server.Admin.Disconnected.Add("node-2");

        Assert.Equal(["node-1", "node-3"], OwnersBySlot().Distinct().Order());
        string nodes = Nodes(_server.Connect(cluster: true));
        Assert.Contains("0000000000000002000000000000000000000000 127.0.0.1:6412@7402 master,fail - 0 0 1 disconnected\n", nodes);
        Assert.Contains($"{Id1} 127.0.0.1:6411@7401 myself,master - 0 0 1 connected ", nodes);
    }

    [Fact]
    public void Nodes_slots_and_shards_agree()
    {
        _server.Admin.Topology = ThreeNodes();
        TestClient client = _server.Connect(cluster: true);
        string nodes = Nodes(client), slots = client.Say("CLUSTER SLOTS"), shards = client.Say("CLUSTER SHARDS");

        int ranges = nodes.Split('\n').Sum(line => line.Split(' ').Skip(8).Count());
        Assert.StartsWith($"*{ranges} ", slots);
        Assert.StartsWith("*3 *4 $5 slots *", shards);
        string[] ends = nodes.Split('\n')[0].Split(' ')[8].Split('-');
        Assert.Contains($":{ends[0]} :{ends[1]} *4 $9 127.0.0.1 :6411 $40 {Id1} *0", slots);
    }

    internal static Topology ThreeNodes() => new(1, [.. Enumerable.Range(1, 3).Select(number => new Member(
        new NodeId((ulong)number), $"node-{number}", $"zone-{number}", 1,
        new Endpoints($"127.0.0.1:740{number}", $"127.0.0.1:640{number}", $"127.0.0.1:641{number}", "")))]);

    /// <summary>The lines, without the length before them.</summary>
    private static string Nodes(TestClient client)
    {
        string reply = client.Say("CLUSTER NODES");
        return reply[(reply.IndexOf(' ') + 1)..].TrimEnd();
    }

    private string[] OwnersBySlot()
    {
        var owners = new string[Slot.Count];
        foreach (string line in Nodes(_server.Connect(cluster: true)).Split('\n'))
        {
            string[] words = line.Split(' ');
            foreach (string range in words.Skip(8))
            {
                string[] ends = range.Split('-');
                for (int slot = int.Parse(ends[0]); slot <= int.Parse(ends[1]); slot++)
                {
                    Assert.Null(owners[slot]);
                    owners[slot] = $"node-{words[1].Split('@')[0][^1]}";
                }
            }
        }

        Assert.All(owners, Assert.NotNull);
        return owners;
    }
}
