using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Xunit;

namespace Quorate.Tests.Resp;

public sealed class SessionTests
{
    [Fact]
    public void A_value_that_was_set_is_got()
    {
        var server = new TestServer();
        TestClient client = server.Connect();

        Assert.Equal("+OK", client.Say("SET k hello"));
        Assert.Equal("$5 hello", client.Say("GET k"));
        Assert.Equal("$-1", client.Say("GET other"));
        Assert.Equal("+PONG", client.Say("PING"));
    }

    [Fact]
    public void A_node_that_is_not_ready_says_loading_to_whoever_wants_data_and_answers_for_itself()
    {
        var server = new TestServer();
        server.Admin.IsReady = false;
        TestClient client = server.Connect();

        foreach (string line in new[] { "GET k", "SET k v", "MGET a b", "DBSIZE", "FLUSHALL", "PING" }) Assert.StartsWith("-LOADING this node is starting", client.Say(line));
        Assert.Contains("loading:1", client.Say("INFO"));
        Assert.Equal("+OK", client.Say("CLIENT SETNAME me"));
        server.Admin.IsReady = true;
        Assert.Equal("+OK", client.Say("SET k v"));
    }

    [Fact]
    public void A_connection_too_many_is_told_so_and_closed()
    {
        var server = new TestServer(RespLimits.Default with { MaxConnections = 2 });
        TestClient first = server.Connect();
        server.Connect();

        TestClient third = server.Connect();

        Assert.Equal("-ERR max number of clients reached", third.Hear());
        Assert.True(third.Connection.IsClosed);
        Assert.Contains("rejected_connections:1", first.Say("INFO stats"));
        first.Say("QUIT");
        Assert.Equal("+PONG", server.Connect().Say("PING"));
    }

    [Fact]
    public void Closing_answers_what_runs_and_takes_nothing_more()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient busy = server.Connect();
        TestClient idle = server.Connect();
        busy.Send("SET a 1");

        server.Resp.Close();

        Assert.True(idle.Connection.IsClosed);
        Assert.False(busy.Connection.IsClosed);
        busy.Send("SET b 2");
        server.Database.EndAll();
        Assert.Equal("+OK", busy.Hear());
        Assert.True(busy.Connection.IsClosed);
    }

    [Fact]
    public void Commands_of_a_pipeline_run_at_once_and_reply_in_order()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send("SET a 1", "SET b 2", "PING", "GET c");
        Assert.Equal(["write a", "write b", "read c"], server.Database.Pending);

        server.Database.End("read c");
        server.Database.End("write b");
        Assert.Equal("", client.Hear());
        server.Database.End("write a");
        Assert.Equal("+OK +OK +PONG $-1", client.Hear());
    }

    [Fact]
    public void A_read_waits_for_the_write_before_it_on_the_same_key()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send("SET a 1", "GET a", "GET b");
        Assert.Equal(["write a"], server.Database.Pending);
        Assert.True(client.Connection.IsPaused);

        server.Database.End("write a");
        Assert.Equal(["read a", "read b"], server.Database.Pending);
        server.Database.EndAll();
        Assert.Equal("+OK $1 1 $-1", client.Hear());
        Assert.False(client.Connection.IsPaused);
    }

    [Fact]
    public void A_failure_says_whose_and_how_many()
    {
        var server = new TestServer();
        server.Database.Failing["a"] = FakeDatabase.Failure(OutcomeKind.Unavailable);

        Assert.Equal(
            "-UNAVAILABLE this node has not heard all of its peers yet, so the cluster is not formed",
            server.Connect().Say("SET a 1"));
    }
}
