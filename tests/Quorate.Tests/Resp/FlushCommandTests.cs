using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Resp;

public class FlushCommandTests
{
    [Fact]
    public void Flushdb_deletes_the_keys_of_its_database_and_flushall_those_of_all() => Transcript.Run("""
        > SET a 1
        +OK
        > SELECT 3
        +OK
        > SET b 1
        +OK
        > FLUSHDB
        +OK
        > DBSIZE
        :0
        > SELECT 0
        +OK
        > DBSIZE
        :1
        > FLUSHALL ASYNC
        +OK
        > DBSIZE
        :0
        > GET a
        $-1
        > FLUSHDB SYNC
        +OK
        > FLUSHDB NOW
        -ERR syntax error
        > FLUSHALL SYNC ASYNC
        -ERR syntax error
        > QUORATE.EXPLAIN FLUSHALL
        -ERR QUORATE.EXPLAIN takes a command on one key
        """);

    [Fact]
    public void A_flush_waits_for_the_writes_before_it_and_those_behind_wait_for_it()
    {
        var server = new TestServer();
        TestClient client = server.Connect();
        server.Database.Holds = true;
        client.Send("SET a 1", "FLUSHDB", "SET b 1");
        Assert.Equal(["write a"], server.Database.Pending);
        server.Database.End("write a");
        Assert.Equal(["clear 0"], server.Database.Pending);
        server.Database.End("clear 0");
        Assert.Equal(["write b"], server.Database.Pending);
    }

    [Fact]
    public void A_flushall_of_which_some_failed_says_how_many_were_cleared_and_which_was_not()
    {
        var server = new TestServer();
        TestClient client = server.Connect();
        server.Database.Failing["clear 3"] = FakeDatabase.Failure(OutcomeKind.Unavailable, Verdict.Answered, Verdict.NotConnected, Verdict.NotConnected);
        Assert.StartsWith("-TIMEOUT FLUSHALL: 16 of 17 keyspaces cleared; '3': ", client.Say("FLUSHALL"));

        for (int keyspace = 0; keyspace < 17; keyspace++) server.Database.Failing[$"clear {keyspace}"] = server.Database.Failing["clear 3"];
        Assert.StartsWith("-UNAVAILABLE FLUSHALL: 0 of 17 keyspaces cleared; 'default': ", client.Say("FLUSHALL"));
        Assert.StartsWith("-UNAVAILABLE ", client.Say("FLUSHDB"));
    }

    [Fact]
    public void With_options_a_flush_takes_them()
    {
        var server = new TestServer();
        server.Connect().Say("QUORATE.WITH W ALL TIMEOUT 500 FLUSHALL");
        Assert.Equal(17, server.Database.Options.Count);
        Assert.All(server.Database.Options, options => Assert.Equal((ConsistencyLevel.All, 500), (options.W, options.TimeoutMilliseconds)));
    }

    [Fact]
    public void A_listener_that_is_bound_to_a_keyspace_flushes_no_other()
    {
        var server = new TestServer();
        TestClient everywhere = server.Connect();
        TestClient bound = server.Connect(keyspace: "tight");
        everywhere.Say("SET a 1");
        bound.Say("SET a 2");
        Assert.Equal("+OK", bound.Say("FLUSHALL"));
        Assert.Equal(("$-1", ":1"), (bound.Say("GET a"), everywhere.Say("DBSIZE")));
    }
}
