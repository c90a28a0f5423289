using System.Buffers;
using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Tests.Transport.Loop;
using Quorate.Transport.Frames;
using Quorate.Transport.Peers;
using Xunit;

namespace Quorate.Tests.Transport.Peers;

public sealed class PeerNetworkTests
{
    private readonly FakeWorld _world = new();
    private readonly FakeHost _a = new("a");
    private readonly FakeHost _b = new("b");
    private readonly PeerNetwork _networkOfA;
    private readonly PeerNetwork _networkOfB;

    public PeerNetworkTests()
    {
        _networkOfA = NetworkOf("a", 0);
        _networkOfB = NetworkOf("b", 250);
    }

    private IPeer B => Assert.Single(_a.Up);

    [Fact]
    public void Two_nodes_that_name_each_other_connect_both_ways()
    {
        OpenBoth();
        Assert.Equal(["up b b"], _a.Events);
        Assert.Equal(["up a a"], _b.Events);
        Assert.Equal(4, _world.Connections.Count);
        Assert.True(B.IsReachable);
    }

    [Fact]
    public void Requests_are_served_by_the_other_and_answered_on_the_same_connection()
    {
        OpenBoth();
        _a.Events.Clear();
        Put(1);
        B.Get(new GetRequest(0, Epochs.Of(1), "key"u8, 100), Operation(2));
        B.Edit(new EditRequest(0, Epochs.Of(1), "key"u8, RegisterEdit.Persist(), default), Operation(3));
        B.Count(new CountRequest(0, Epochs.Of(1)), Operation(4));
        _world.RunFor(10);
        Assert.Equal(["put 1: Stored 9", "get 2: Answered 5", "edit 3: WrongType", "count 4: Answered 3"], _a.Events);
    }

    [Fact]
    public void Another_protocol_version_is_refused_and_both_sides_hear_both_versions()
    {
        _b.Hello = _b.Hello with { LowestProtocol = 2, HighestProtocol = 3 };
        OpenBoth();
        Assert.Contains("'b' speaks protocol 2 to 3, the other side 1", Assert.Single(_a.Events));
        Assert.Contains("'a' speaks protocol 1, the other side 2 to 3", Assert.Single(_b.Events));
    }

    [Fact]
    public void Only_the_addresses_that_are_called_now_keep_a_connection()
    {
        OpenBoth();
        _networkOfA.Call(["c"]);
        _world.RunFor(1_000);
        Assert.Contains("down b: closed by this node", _a.Events);
        Assert.Contains("refused c: connection refused", _a.Events);
        int dialsOfB = _world.Dials.Count(address => address == "b");

        _networkOfA.Call(["b", "c"]);
        _world.RunFor(10);

        Assert.Equal(dialsOfB + 1, _world.Dials.Count(address => address == "b"));
        Assert.True(B.IsReachable);
    }

    [Fact]
    public void A_closed_network_calls_nobody_any_more()
    {
        OpenBoth();
        _networkOfA.Close();
        _networkOfA.Call(["b", "c"]);
        _world.RunFor(10_000);
        Assert.Empty(_a.Up);
        Assert.DoesNotContain("c", _world.Dials);
    }

    [Fact]
    public void Versions_that_overlap_connect()
    {
        _b.Hello = _b.Hello with { LowestProtocol = 1, HighestProtocol = 3 };
        OpenBoth();
        Assert.Equal(["up b b"], _a.Events);
    }

    [Fact]
    public void Why_a_host_refuses_another_arrives_there()
    {
        _b.RefusesBecause = "keyspace default: N=3 here and N=5 there";
        OpenBoth();
        Assert.Equal(["refused b: refused: keyspace default: N=3 here and N=5 there"], _a.Events);
        Assert.Equal(["refused a: keyspace default: N=3 here and N=5 there"], _b.Events);
    }

    [Fact]
    public void A_refused_node_tries_again_and_connects_once_it_is_not_refused_any_more()
    {
        _b.RefusesBecause = "not yet";
        OpenBoth();
        _b.RefusesBecause = null;
        _world.RunFor(3_000);
        Assert.Equal("up b b", _a.Events[^1]);
    }

    [Fact]
    public void A_node_that_is_not_there_yet_is_dialled_with_growing_pauses_and_found()
    {
        _networkOfA.Open(_a, ["b"]);
        _world.RunFor(60_000);
        Assert.InRange(_world.Dials.Count, 60 / 2, 60 + 10);
        Assert.All(_a.Events, text => Assert.Equal("refused b: connection refused", text));

        _networkOfB.Open(_b, []);
        _world.RunFor(2_010);
        Assert.Equal("up b b", _a.Events[^1]);
    }

    [Fact]
    public void A_lost_connection_is_told_and_dialled_again_soon()
    {
        OpenBoth();
        _world.Connections[0].Other!.Abort();
        _world.RunFor(100);
        Assert.Equal(["up b b", "down b: closed by the other side", "up b b"], _a.Events);
    }

    [Fact]
    public void A_dropped_peer_is_not_reachable_from_then_on_and_dialled_again()
    {
        OpenBoth();
        IPeer first = B;
        first.Drop("the test says so");
        Assert.False(first.IsReachable);
        _world.RunFor(100);
        Assert.Equal(["up b b", "down b: the test says so", "up b b"], _a.Events);
        Assert.NotSame(first, B);

        first.Count(default, Operation(5));
        Assert.Equal("count 5: NotConnected 0", _a.Events[^1]);
    }

    [Fact]
    public void A_peer_that_owes_too_many_answers_gets_no_further_requests_until_it_answers()
    {
        OpenBoth(maxInFlightBytes: 1_000);
        _a.Events.Clear();
        _b.IsSilent = true;
        for (uint i = 0; i < 100; i++) Put(i);
        int sent = 100 - _a.Events.Count(text => text.Contains("Overloaded"));
        Assert.Equal(100 - sent, _a.Events.Count);
        Assert.InRange(sent, 2, 10);
        _world.RunFor(1_000);
        Assert.Equal(sent, _b.Served);

        B.Get(new GetRequest(0, default, "a longer key than the rest of the room has, whatever was sent of the puts"u8, 1), Operation(1));
        B.Edit(new EditRequest(0, default, new byte[200], RegisterEdit.Persist(), default), Operation(2));
        Assert.Equal(["get 1: Overloaded 0", "edit 2: Overloaded"], _a.Events.TakeLast(2));
    }

    [Fact]
    public void Answered_requests_make_room_for_others()
    {
        OpenBoth(maxInFlightBytes: 1_000);
        for (uint i = 0; i < 100; i++)
        {
            Put(i);
            _world.RunFor(5);
        }

        Assert.Equal(100, _a.Events.Count(text => text.Contains("Stored")));
    }

    [Fact]
    public void One_request_is_sent_however_large_and_none_above_the_limit()
    {
        OpenBoth(maxInFlightBytes: 1_000);
        _a.Events.Clear();
        Put(1, new byte[Limits.Default.MaxValueBytes]);
        Put(2, new byte[Limits.Default.MaxValueBytes + Limits.Default.MaxKeyBytes + 64 * 1024]);
        _world.RunFor(10);
        Assert.Equal(["put 2: TooLarge 0", "put 1: Stored 9"], _a.Events);
    }

    [Fact]
    public void A_peer_that_reads_nothing_makes_nobody_hold_more_than_the_bound()
    {
        OpenBoth(maxInFlightBytes: 100_000);
        FakeConnection near = _world.Connections[0];
        near.IsStalled = true;
        for (uint i = 0; i < 1_000; i++) Put(i, new byte[1_000]);
        Assert.InRange(near.PendingOutput, 90_000, 110_000);
    }

    [Fact]
    public void Who_does_not_read_its_answers_is_not_read_until_it_does()
    {
        OpenBoth(maxInFlightBytes: 100_000);
        FakeConnection far = _world.Connections[1];
        far.IsStalled = true;
        _b.Value = new byte[30_000];
        _a.Events.Clear();
        for (uint i = 0; i < 100; i++) B.Get(new GetRequest(0, default, "key"u8, int.MaxValue), Operation(i));
        _world.RunFor(100);
        Assert.True(far.IsPaused);
        Assert.Equal(4, _b.Served);
        Assert.InRange(far.PendingOutput, 100_000, 135_000);

        far.Unstall();
        _world.RunFor(1_000);
        Assert.Equal(100, _a.Events.Count(text => text.Contains("Answered")));
    }

    [Fact]
    public void A_silent_peer_is_dropped_after_five_seconds_on_both_ends()
    {
        OpenBoth();
        foreach (FakeConnection connection in _world.Connections) connection.IsStalled = true;
        _world.RunFor(4_500);
        Assert.Equal(["up b b"], _a.Events);
        _world.RunFor(2_000);
        Assert.Contains("down b: nothing was heard for 5 s", _a.Events);
        Assert.Equal("up b b", _a.Events[^1]);
    }

    [Fact]
    public void An_idle_connection_stays()
    {
        OpenBoth();
        _world.RunFor(600_000);
        Assert.Equal(["up b b"], _a.Events);
    }

    [Fact]
    public void A_handshake_that_is_not_finished_is_given_up_on_both_ends()
    {
        _world.Listen("b", connection => new ScriptedSession(connection) { Bytes = Swallow });
        _networkOfA.Open(_a, ["b"]);
        ScriptedSession? mute = null;
        _world.Connect("a", connection => mute = new ScriptedSession(connection) { Bytes = Swallow }, _ => { });
        _world.RunFor(6_100);
        Assert.Equal("refused b: the handshake was not finished within 5 s", _a.Events[0]);
        Assert.Equal("closed by the other side", mute!.ClosedBecause);
    }

    [Fact]
    public void The_others_clock_is_known_once_it_was_heard()
    {
        OpenBoth();
        Assert.Equal(250, B.ClockOffset);
        _world.RunFor(10_000);
        Assert.Equal(250, B.ClockOffset);
        Assert.Equal(-250, Assert.Single(_b.Up).ClockOffset);
        _world.Connections[0].IsStalled = true;
        _world.RunFor(4_000);
        Assert.Null(B.ClockOffset);
    }

    [Fact]
    public void Renewal_shakes_hands_anew_on_every_connection_at_once()
    {
        OpenBoth();
        _a.Hello = _a.Hello with { Epoch = 1, Keyspaces = "changed" };
        _networkOfA.Renew();
        _world.RunFor(200);
        Assert.Equal(["up b b", "down b: renewed by this node", "up b b"], _a.Events);
        Assert.Equal(["up a a", "down a: closed by the other side", "up a a"], _b.Events);
        Assert.Equal("changed", Assert.Single(_b.Up).Hello.Keyspaces);
    }

    [Fact]
    public void Renewal_also_dials_those_that_wait_for_their_turn()
    {
        _networkOfA.Open(_a, ["b"]);
        _world.RunFor(30_000);
        int dials = _world.Dials.Count;
        _networkOfA.Renew();
        _world.RunFor(2);
        Assert.Equal(dials + 1, _world.Dials.Count);
    }

    [Fact]
    public void Who_is_back_is_dialled_at_once_when_another_connection_is_lost()
    {
        PeerNetwork networkOfC = NetworkOf("c", 0);
        networkOfC.Open(new FakeHost("c"), []);
        _networkOfA.Open(_a, ["b", "c"]);
        _world.RunFor(30_000);
        _networkOfB.Open(_b, []);

        networkOfC.Close();
        _world.RunFor(4);

        Assert.Equal("up b b", _a.Events[^1]);
        Assert.Equal("down c: closed by the other side", _a.Events[^2]);
    }

    [Fact]
    public void A_closed_network_dials_and_accepts_nobody()
    {
        OpenBoth();
        _networkOfA.Close();
        _world.RunFor(10);
        Assert.Equal(["up b b", "down b: closed by this node"], _a.Events);
        int dials = _world.Dials.Count(address => address == "b");
        _world.RunFor(10_000);
        Assert.Equal(dials, _world.Dials.Count(address => address == "b"));
        Assert.Equal("refused a: connection refused", _b.Events[^1]);
    }

    [Fact]
    public void Nothing_but_a_hello_is_taken_before_the_handshake()
    {
        _networkOfB.Open(_b, []);
        ScriptedSession stranger = DialRaw("b", output => PutCodec.WriteReply(output, default, default));
        _world.RunFor(10);
        Assert.NotNull(stranger.ClosedBecause);

        stranger = DialRaw("b", output => CountCodec.Write(output, default, default));
        _world.RunFor(10);
        Assert.NotNull(stranger.ClosedBecause);
        Assert.Equal(0, _b.Served);
    }

    [Fact]
    public void Requests_that_come_with_the_hello_in_one_piece_are_served()
    {
        _networkOfB.Open(_b, []);
        ScriptedSession stranger = DialRaw("b", output =>
        {
            HandshakeCodec.Write(output, MessageType.Hello, _a.Hello);
            for (int i = 0; i < 3; i++) CountCodec.Write(output, default, default);
        });
        _world.RunFor(10);
        Assert.Equal(3, _b.Served);
        Assert.Null(stranger.ClosedBecause);
    }

    [Fact]
    public void An_answer_that_was_never_asked_for_is_passed_on_and_a_malformed_one_closes()
    {
        _networkOfA.Open(_a, ["b"]);
        ScriptedSession? far = null;
        _world.Listen("b", connection =>
        {
            HandshakeCodec.Write(connection.Output, MessageType.Welcome, _b.Hello);
            PutCodec.WriteReply(connection.Output, Operation(77), new PutReply(Verdict.Stored, default, 3));
            return far = new ScriptedSession(connection) { Bytes = Swallow };
        });
        _world.RunFor(100);
        Assert.Equal("put 77: Stored 3", _a.Events[^1]);
        Assert.True(B.IsReachable);

        far!.Connection.Output.Write(new byte[100]);
        _world.RunFor(3);
        Assert.Equal("down b: protocol error: a frame of length 0 is too short", _a.Events[^1]);
    }

    [Fact]
    public void Whoever_is_dialled_and_is_no_node_is_told_as_such()
    {
        _networkOfA.Open(_a, ["b"]);
        _world.Listen("b", connection =>
        {
            connection.Output.Write("-ERR Protocol error: this is Redis\r\n"u8);
            return new ScriptedSession(connection) { Bytes = Swallow };
        });

        _world.RunFor(100);

        Assert.StartsWith("refused b: the other side does not speak the nodes' protocol, so this may be no peer address", _a.Events[^1]);
    }

    [Fact]
    public void An_exception_of_the_node_itself_stops_the_node()
    {
        OpenBoth();
        _b.IsBroken = true;
        B.Get(new GetRequest(0, default, "key"u8, 1), Operation(1));
        Assert.Throws<InvalidOperationException>(() => _world.RunFor(10));
        InvalidOperationException posted = Assert.Throws<InvalidOperationException>(() => _world.RunFor(10));
        Assert.Contains("The node failed on a message", posted.Message);
    }

    [Fact]
    public void A_client_is_leased_an_id_and_served_and_nobody_calls_it()
    {
        _networkOfB.Open(_b, []);
        _a.Hello = AsClient(_a.Hello);
        ClientNetwork().OpenAsClient(_a, ["b"]);
        _world.RunFor(20);
        Assert.Equal(5u, B.Hello.Lease.Value);

        Put(1);
        _world.RunFor(10);

        Assert.Equal("put 1: Stored 9", _a.Events[^1]);
        Assert.Equal(["b"], _world.Dials);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_whose_version_leaves_no_room_for_later_ones_is_cut_before_it_is_served(bool asks)
    {
        _networkOfB.Open(_b, []);
        _a.Hello = AsClient(_a.Hello);
        ClientNetwork().OpenAsClient(_a, ["b"]);
        _world.RunFor(20);
        var last = new Version(new HybridTimestamp(long.MaxValue), new WriterId(new NodeId(5), 1));
        var entry = new Entry(EntryHead.Tombstone(last), default);

        if (asks) B.Ask(new AskRequest(AskKind.Write, 0, "key"u8, default, entry, false, default), Operation(1));
        else B.Put(new PutRequest(0, Epochs.Of(9), "key"u8, entry), Operation(1));
        _world.RunFor(10);

        Assert.StartsWith("down b", _a.Events[^1], StringComparison.Ordinal);
        Assert.Equal(0, _b.Served);
    }

    [Fact]
    public void What_a_client_asks_of_a_node_that_is_not_ready_or_for_a_keyspace_that_is_none_is_refused()
    {
        _networkOfB.Open(_b, []);
        _a.Hello = AsClient(_a.Hello);
        ClientNetwork().OpenAsClient(_a, ["b"]);
        _b.IsReady = false;
        _world.RunFor(20);

        Ask(1, keyspace: 0);
        _world.RunFor(10);
        _b.IsReady = true;
        Ask(2, keyspace: 0);
        Ask(3, keyspace: ushort.MaxValue);
        _world.RunFor(10);

        Assert.Equal(["asked 1: Unavailable ", "asked 2: Ok ", "asked 3: Invalid "], _a.Events[^3..]);

        void Ask(uint slot, ushort keyspace) =>
            Assert.True(B.Ask(new AskRequest(AskKind.Read, keyspace, "key"u8, default, default, false, default), Operation(slot)));
    }

    [Fact]
    public void A_client_that_speaks_as_a_home_replica_is_cut()
    {
        _networkOfB.Open(_b, []);
        _a.Hello = AsClient(_a.Hello);
        ClientNetwork().OpenAsClient(_a, ["b"]);
        _world.RunFor(20);

        B.Walk(new WalkRequest(WalkStep.Vouch, Epochs.Of(1), default, 3, 0, default, 1, []), Operation(1));
        _world.RunFor(10);

        Assert.StartsWith("down b", _a.Events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_without_an_address_opens_for_clients_only() =>
        Assert.Throws<InvalidOperationException>(() => ClientNetwork().Open(_a, ["b"]));

    private PeerNetwork ClientNetwork() => new(_world, new FakeLoop(_world), null, Limits.Default, new Random(1));

    private static Hello AsClient(Hello hello) => hello with { Role = PeerRole.Client, Member = hello.Member with { Id = default } };

    private static OperationId Operation(uint slot) => new(slot, 1, 0);

    private static int Swallow(ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted)
    {
        wanted = 1;
        return bytes.Length;
    }

    private PeerNetwork NetworkOf(string name, long wallClockAhead, long maxInFlightBytes = 64 * 1024 * 1024) =>
        new(_world, new FakeLoop(_world, wallClockAhead), name, Limits.Default, new Random(1), maxInFlightBytes);

    private void OpenBoth()
    {
        _networkOfA.Open(_a, ["b"]);
        _networkOfB.Open(_b, ["a"]);
        _world.RunFor(20);
    }

    private void OpenBoth(long maxInFlightBytes)
    {
        NetworkOf("a", 0, maxInFlightBytes).Open(_a, ["b"]);
        NetworkOf("b", 0, maxInFlightBytes).Open(_b, []);
        _world.RunFor(20);
    }

    private void Put(uint slot, byte[]? value = null)
    {
        var head = new EntryHead(EntryKind.Register, default, Expiry.Never, 0);
        B.Put(new PutRequest(0, Epochs.Of(9), "key"u8, new Entry(head, value ?? new byte[10])), Operation(slot));
    }

    private ScriptedSession DialRaw(string address, Action<IBufferWriter<byte>> write)
    {
        ScriptedSession? session = null;
        _world.Connect(
            address,
            connection =>
            {
                write(connection.Output);
                return session = new ScriptedSession(connection) { Bytes = Swallow };
            },
            reason => throw new InvalidOperationException(reason));
        _world.RunFor(2);
        return session!;
    }
}
