using System.Collections.Immutable;
using System.Text.Json;
using Quorate.Coordinator;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Resp;

public class QuorateCommandTests
{
    private readonly TestServer _server = new();

    [Fact]
    public void One_command_may_have_its_own_options()
    {
        TestClient client = _server.Connect();

        Assert.Equal("+OK", client.Say("QUORATE.WITH W all TIMEOUT 150 SET k v"));
        Assert.Equal("$1 v", client.Say("quorate.with r 1 fanout ALL sloppy no get k"));
        Assert.Equal("*1 $1 v", client.Say("QUORATE.WITH R two MGET k"));
        Assert.Equal("$1 v", client.Say("GET k"));
        Assert.Equal(
            [
                new RequestOptions(default, ConsistencyLevel.All, 150, Fanout.Default, false),
                new RequestOptions(ConsistencyLevel.Of(1), default, 0, Fanout.All, false, QuorumKind.Strict),
                new RequestOptions(ConsistencyLevel.Of(2), default, 0, Fanout.Default, false),
                default,
            ],
            _server.Database.Options);
    }

    [Fact]
    public void A_connection_may_have_its_own_levels()
    {
        Transcript.Run(
            """
            > QUORATE.CONSISTENCY
            *4 $4 read $7 DEFAULT $5 write $7 DEFAULT
            > QUORATE.CONSISTENCY READ one WRITE All
            +OK
            > QUORATE.CONSISTENCY
            *4 $4 read $1 1 $5 write $3 ALL
            > GET k
            $-1
            > QUORATE.WITH R 3 GET k
            $-1
            > QUORATE.CONSISTENCY READ DEFAULT
            +OK
            > QUORATE.CONSISTENCY
            *4 $4 read $7 DEFAULT $5 write $3 ALL
            > QUORATE.CONSISTENCY READ
            -ERR syntax error: QUORATE.CONSISTENCY [READ level] [WRITE level]
            > QUORATE.CONSISTENCY READ most
            -ERR 'most' is no consistency level: say ANY, ONE, TWO, THREE, QUORUM, ALL or 1 to 16
            """,
            server: _server);
        Assert.Equal([ConsistencyLevel.Of(1), ConsistencyLevel.Of(3)], _server.Database.Options.Select(options => options.R));
        Assert.All(_server.Database.Options, options => Assert.Equal(ConsistencyLevel.All, options.W));
    }

    [Theory]
    [InlineData("QUORATE.WITH", "wrong number of arguments for 'quorate.with' command")]
    [InlineData("QUORATE.WITH R", "R needs a value")]
    [InlineData("QUORATE.WITH R 2", "QUORATE.WITH needs a command behind its options")]
    [InlineData("QUORATE.WITH R 0 GET k", "'0' is no consistency level: say ANY, ONE, TWO, THREE, QUORUM, ALL or 1 to 16")]
    [InlineData("QUORATE.WITH TIMEOUT 0 GET k", "TIMEOUT is 1 to 3600000 ms, not '0'")]
    [InlineData("QUORATE.WITH FANOUT 2 GET k", "FANOUT is r or all, not '2'")]
    [InlineData("QUORATE.WITH R ANY GET k", "ANY is a level for writes: a read of nobody's copy has no answer")]
    [InlineData("QUORATE.WITH SLOPPY maybe GET k", "SLOPPY is yes or no, not 'maybe'")]
    [InlineData("QUORATE.WITH R 1 GET", "wrong number of arguments for 'get' command")]
    [InlineData("QUORATE.WITH R 1 FOO", "unknown command 'FOO', with args beginning with:")]
    [InlineData("QUORATE.EXPLAIN MGET a b", "QUORATE.EXPLAIN takes a command on one key")]
    [InlineData("QUORATE.EXPLAIN PING", "QUORATE.EXPLAIN takes a command on one key")]
    [InlineData("QUORATE.EXPLAIN DBSIZE", "QUORATE.EXPLAIN takes a command on one key")]
    [InlineData("QUORATE.RING", "wrong number of arguments for 'quorate.ring' command")]
    public void What_is_wrong_with_options_is_said(string command, string error) =>
        Assert.Equal("-ERR " + error, _server.Connect().Say(command));

    [Fact]
    public void Options_do_not_change_the_order_of_commands_on_a_key()
    {
        _server.Database.Holds = true;
        TestClient client = _server.Connect();

        client.Send("QUORATE.WITH W 1 SET k v", "QUORATE.WITH R 1 GET k");
        Assert.Equal(["write k"], _server.Database.Pending);
        _server.Database.EndAll();
        Assert.Equal("+OK $1 v", client.Hear());
    }

    [Fact]
    public void Explaining_runs_the_command_and_shows_what_happened()
    {
        TestClient client = _server.Connect();
        client.Say("SET k v");
        const string outcome = "Ok: this node has not heard all of its peers yet, so the cluster is not formed";
        const string line = "$26       12 us  node-1  asked";

        Assert.Equal(
            $"*4 $1 v ${outcome.Length} {outcome} $33 version 0.1002@0000000000000001-1 {line}", client.Say("QUORATE.EXPLAIN GET k"));
        Assert.StartsWith("*4 +OK ", client.Say("QUORATE.EXPLAIN QUORATE.WITH W 2 SET k w"));
        Assert.StartsWith("*4 $1 w ", client.Say("QUORATE.EXPLAIN SET k x GET"));
        Assert.StartsWith("*4 :1 ", client.Say("QUORATE.EXPLAIN EXISTS k"));
        Assert.StartsWith("*4 *1 $1 x ", client.Say("QUORATE.EXPLAIN MGET k"));
        string deleted = client.Say("QUORATE.EXPLAIN DEL k");
        Assert.StartsWith("*5 :1 ", deleted);
        Assert.EndsWith($"{line} {line}", deleted);

        _server.Database.Failing["k"] = Outcome.Failed(OutcomeKind.TimedOut);
        Assert.StartsWith("*4 -TIMEOUT ", client.Say("QUORATE.EXPLAIN GET k"));
        Assert.All(_server.Database.Options.Skip(1), options => Assert.True(options.Explain));
    }

    [Fact]
    public void Status_and_ring_are_JSON()
    {
        TestClient client = _server.Connect();
        Assert.StartsWith("-UNAVAILABLE ", client.Say("QUORATE.RING k"));
        _server.Admin.Topology = ClusterCommandTests.ThreeNodes();

        JsonElement status = Json(client.Say("QUORATE.STATUS"));
        Assert.Equal("node-1", status.GetProperty("name").GetString());
        Assert.Equal(3, status.GetProperty("coordinated").GetProperty("repairs").GetInt32());
        Assert.True(status.GetProperty("peers")[0].GetProperty("connected").GetBoolean());

        JsonElement ring = Json(client.Say("QUORATE.RING {foo}bar"));
        Assert.Equal(12182, ring.GetProperty("slot").GetInt32());
        Assert.Equal(12182 / 16, ring.GetProperty("partition").GetInt32());
        Assert.Equal("default", ring.GetProperty("keyspace").GetString());
        ImmutableArray<ushort> order = [.. _server.Admin.Topology.PreferenceListOf(Partition.OfSlot(12182)).Members];
        Assert.Equal(
            order.Select(member => _server.Admin.Topology.Members[member].Name),
            ring.GetProperty("homeReplicas").EnumerateArray().Select(name => name.GetString()!));
        Assert.Empty(ring.GetProperty("fallbacks").EnumerateArray());
    }

    [Theory]
    [InlineData("PAUSE", RepairAct.Pause, null, false, false)]
    [InlineData("resume", RepairAct.Resume, null, false, false)]
    [InlineData("STOP", RepairAct.Stop, null, false, false)]
    [InlineData("ACCEPTLOSS", RepairAct.AcceptLoss, null, false, false)]
    [InlineData("START", RepairAct.Start, null, false, false)]
    [InlineData("START NOW KEYSPACE 3 WITHALL", RepairAct.Start, "3", true, true)]
    public void Repair_orders_are_handed_to_the_node(string words, RepairAct act, string? keyspace, bool isNow, bool withAll)
    {
        Assert.Equal("+OK", _server.Connect().Say($"QUORATE.REPAIR {words}"));
        Assert.Equal([new RepairOrder(act, keyspace, isNow, withAll)], _server.Admin.Orders);
    }

    [Theory]
    [InlineData("PAUSE now")]
    [InlineData("START KEYSPACE")]
    [InlineData("START soon")]
    [InlineData("mend")]
    public void A_repair_order_that_makes_no_sense_is_not_handed_on(string words)
    {
        Assert.StartsWith("-ERR say QUORATE.REPAIR, ", _server.Connect().Say($"QUORATE.REPAIR {words}"));
        Assert.Empty(_server.Admin.Orders);
    }

    [Fact]
    public void Repair_says_why_the_node_refuses_and_where_its_members_are()
    {
        _server.Admin.Refusal = "it is paused: resume first";
        Assert.Equal("-ERR it is paused: resume first", _server.Connect().Say("QUORATE.REPAIR START"));

        _server.Admin.Topology = ClusterCommandTests.ThreeNodes();
        JsonElement report = Json(_server.Connect().Say("QUORATE.REPAIR"));
        Assert.Equal("node-1", report.GetProperty("name").GetString());
        Assert.Equal(77, report.GetProperty("repair").GetProperty("movedBytes").GetInt32());
        Assert.Equal(["node-1", "node-2", "node-3"], report.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("name").GetString()!));
    }

    private static JsonElement Json(string bulk) => JsonDocument.Parse(bulk[bulk.IndexOf('{')..]).RootElement;
}
