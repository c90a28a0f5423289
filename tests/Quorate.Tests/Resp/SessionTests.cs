using Quorate.Core.Quorum;
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
