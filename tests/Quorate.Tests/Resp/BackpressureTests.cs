using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Xunit;

namespace Quorate.Tests.Resp;

/// <summary>Law 8 for one connection: whatever a client sends or does not read, the node keeps a bounded amount for it.</summary>
public class BackpressureTests
{
    [Fact]
    public void Commands_wait_while_too_many_run_and_go_on_when_half_are_done()
    {
        var server = new TestServer(RespLimits.Default with { MaxPendingReplies = 10 });
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send([.. Enumerable.Range(0, 12).Select(i => $"GET k{i}")]);
        Assert.Equal(10, server.Database.Pending.Count);
        Assert.True(client.Connection.IsPaused);
        for (int i = 0; i < 4; i++) server.Database.End($"read k{i}");
        Assert.True(client.Connection.IsPaused);
        server.Database.End("read k4");
        Assert.False(client.Connection.IsPaused);
        Assert.Equal(7, server.Database.Pending.Count);
    }

    [Fact]
    public void Commands_wait_while_too_many_of_their_bytes_run()
    {
        var server = new TestServer(RespLimits.Default with { MaxPendingBytes = 1000 });
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send($"SET a {new string('x', 2000)}", "SET b 1");
        Assert.Equal(["write a"], server.Database.Pending);
        server.Database.End("write a");
        Assert.Equal(["write b"], server.Database.Pending);
    }

    [Fact]
    public void Commands_wait_while_replies_wait_for_an_earlier_one()
    {
        var server = new TestServer(RespLimits.Default with { MaxPendingBytes = 1000 });
        server.Connect().Say($"SET big {new string('x', 2000)}");
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send("GET a", "GET big");
        server.Database.End("read big");
        client.Send("GET b");
        Assert.Equal(["read a"], server.Database.Pending);
        server.Database.End("read a");
        Assert.Equal(["read b"], server.Database.Pending);
    }

    [Fact]
    public void Commands_wait_for_a_client_that_does_not_read()
    {
        var server = new TestServer();
        TestClient client = server.Connect();
        client.Connection.Stuck = RespLimits.Default.MaxUnsentBytes + 1;

        Assert.Equal("", client.Say("PING"));
        Assert.True(client.Connection.IsPaused);
        client.Connection.Drain();
        Assert.Equal("+PONG", client.Hear());
        Assert.False(client.Connection.IsPaused);
    }

    [Fact]
    public void Commands_of_all_connections_wait_while_the_node_has_enough_to_do()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient first = server.Connect(), second = server.Connect();
        server.Database.Load = 0.5;

        first.Send("SET a 1", "SET b 2");
        second.Send("SET c 3");
        Assert.Empty(server.Database.Pending);
        Assert.True(first.Connection.IsPaused && second.Connection.IsPaused);

        // Only well below does it go on: stopping and starting for each command would cost more than the commands.
        server.Database.Load = 0.3;
        server.Loop.RunTurns();
        Assert.Empty(server.Database.Pending);

        server.Database.Load = 0.2;
        server.Loop.RunTurns();
        server.Loop.RunTurns();
        Assert.Equal(["write a", "write b", "write c"], server.Database.Pending);
        server.Database.EndAll();
        Assert.Equal("+OK +OK", first.Hear());
        Assert.Equal("+OK", second.Hear());
    }

    [Fact]
    public void Who_waited_longer_for_the_node_goes_on_first_also_where_another_is_busy()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient busy = server.Connect(), late = server.Connect();
        busy.Send("SET a 1");
        server.Database.Load = 0.5;
        late.Send("SET c 3");
        busy.Send("SET b 2");

        server.Database.End("write a");
        server.Database.Load = 0;
        Assert.Empty(server.Database.Pending);
        server.Loop.RunTurns();
        server.Loop.RunTurns();
        Assert.Equal(["write c", "write b"], server.Database.Pending);
    }

    [Fact]
    public void Commands_of_all_connections_wait_while_too_many_of_their_bytes_run()
    {
        var server = new TestServer(RespLimits.Default with { MaxRunningBytes = 1000 });
        server.Database.Holds = true;
        TestClient first = server.Connect(), second = server.Connect(), gone = server.Connect();

        first.Send($"SET a {new string('x', 2000)}");
        second.Send("SET b 1");
        Assert.Equal(["write a"], server.Database.Pending);
        server.Database.End("write a");
        server.Loop.RunTurns();
        server.Loop.RunTurns();
        Assert.Equal(["write b"], server.Database.Pending);

        // What a connection had running when it closed counts no more.
        gone.Send($"SET c {new string('x', 2000)}");
        gone.Connection.Close();
        second.Send("SET d 1");
        Assert.Equal(["write b", "write c", "write d"], server.Database.Pending);
    }

    [Fact]
    public void A_command_of_many_keys_waits_for_the_node_between_its_rounds()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("MGET " + string.Join(' ', Enumerable.Range(0, 2_000)));
        Assert.Equal(1024, server.Database.Pending.Count);
        server.Database.Load = 0.6;
        server.Database.EndAll();
        server.Loop.RunTurns();
        Assert.Empty(server.Database.Pending);
        server.Database.Load = 0;
        server.Loop.RunTurns();
        server.Loop.RunTurns();
        Assert.Equal(976, server.Database.Pending.Count);
        server.Database.EndAll();
        Assert.StartsWith("*2000 ", client.Hear());
    }

    [Fact]
    public void A_value_that_would_be_too_many_bytes_of_replies_is_refused()
    {
        var server = new TestServer(RespLimits.Default with { MaxReplyBytes = 1200 });
        TestClient client = server.Connect();
        client.Say($"SET big {new string('x', 900)}", "SET small 1");
        server.Database.Holds = true;

        client.Send("GET none", "GET big", "GET big", "GET small");
        server.Database.End("read big");
        server.Database.End("read big");
        server.Database.End("read small");
        server.Database.End("read none");
        string reply = client.Hear();
        Assert.StartsWith("$-1 $900 x", reply);
        Assert.EndsWith("-OVERLOADED too many bytes of replies wait on this connection: read fewer large values at once $1 1", reply);

        server.Database.Holds = false;
        Assert.StartsWith("-OVERLOADED MGET: 2 of 3 keys were read, not 'big': too many bytes", client.Say("MGET small big big"));
        Assert.StartsWith("*2 $1 1 $900 x", client.Say("MGET small big"));
    }

    [Fact]
    public void Who_left_most_unread_loses_its_connection_when_all_together_left_too_much()
    {
        const int MiB = 1024 * 1024;
        var server = new TestServer(RespLimits.Default with { MaxUnreadBytes = 10 * MiB });
        TestClient slow = server.Connect(), slower = server.Connect(), quick = server.Connect();
        slow.Connection.Stuck = 4 * MiB;
        slower.Connection.Stuck = 6 * MiB;
        slow.Say("PING");
        slower.Say("PING");
        server.Loop.RunTurns();
        Assert.False(slower.Connection.IsAborted);

        slow.Connection.Stuck = 5 * MiB;
        Assert.Equal("$1 1", quick.Say("GET a", "SET a 1", "GET a")[^4..]);
        slow.Say("GET a");

        Assert.True(slower.Connection.IsAborted);
        Assert.False(slow.Connection.IsAborted);
        Assert.Contains("evicted_clients:1", quick.Say("INFO stats"));

        // What was read counts no more.
        slow.Connection.Drain();
        quick.Connection.Stuck = 9 * MiB;
        quick.Say("GET a");
        Assert.False(quick.Connection.IsAborted);
    }

    [Fact]
    public void Subscribers_that_do_not_read_are_closed_before_all_together_have_too_much()
    {
        var server = new TestServer(RespLimits.Default with { MaxUnreadBytes = 10 * 1024 * 1024 });
        TestClient[] slow = [server.Connect(), server.Connect()];
        foreach (TestClient client in slow)
        {
            client.Say("SUBSCRIBE news");
            client.Connection.Stuck = 6 * 1024 * 1024;
        }

        server.Connect().Say("PUBLISH news x");
        server.Loop.RunTurns();

        Assert.Single(slow, client => client.Connection.IsAborted);
    }

    [Fact]
    public void Malformed_input_of_any_kind_leaves_the_server_as_it_was()
    {
        var random = new Random(7);
        var server = new TestServer(data: new Limits(64, 64));
        byte[] alphabet = [.. "*$\r\n0123456789-'\" GETSPINGMDLUBQ.WITH"u8];
        for (int run = 0; run < 2_000; run++)
        {
            TestClient client = server.Connect();
            var bytes = new byte[random.Next(1, 300)];
            for (int i = 0; i < bytes.Length; i++) bytes[i] = random.Next(10) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            client.Connection.Receive(bytes);
            if (!client.Connection.IsClosed) client.Connection.Close();
        }

        Assert.Empty(server.Resp.Sessions);
        Assert.Equal(0, server.Resp.Channels.Count);
        Assert.Equal("+PONG", server.Connect().Say("PING"));
    }

    [Fact]
    public void Results_that_come_after_the_client_left_are_dropped()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("SET a 1", "GET b", "DEL c d", "SET e 1 NX", "GET e");

        client.Connection.Close();
        server.Database.EndAll();
        Assert.Equal("", client.Hear());
        Assert.Equal("1", server.Database.ValueOf("a"));
    }

    [Fact]
    public void A_client_that_only_listens_from_now_on_still_gets_its_replies()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("SET a 1");
        Assert.True(((Quorate.Resp.Sessions.RespSession)client.Connection.Session).AwaitsReplies);
        server.Database.EndAll();
        Assert.False(((Quorate.Resp.Sessions.RespSession)client.Connection.Session).AwaitsReplies);
    }
}
