using Quorate.Resp.Protocol;
using Xunit;

namespace Quorate.Tests.Resp;

public class PubSubTests
{
    private readonly TestServer _server = new();

    [Fact]
    public void A_message_reaches_who_listens_on_this_node()
    {
        TestClient listener = _server.Connect(), pattern = _server.Connect(), publisher = _server.Connect();
        Assert.Equal("*3 $9 subscribe $1 a :1 *3 $9 subscribe $1 b :2", listener.Say("SUBSCRIBE a b"));
        Assert.Equal("*3 $10 psubscribe $2 a* :1", pattern.Say("PSUBSCRIBE a*"));

        Assert.Equal(":2", publisher.Say("PUBLISH a hello"));
        Assert.Equal(":0", publisher.Say("PUBLISH c hello"));
        Assert.Equal("*3 $7 message $1 a $5 hello", listener.Hear());
        Assert.Equal("*4 $8 pmessage $2 a* $1 a $5 hello", pattern.Hear());

        Assert.Equal("*3 $11 unsubscribe $1 a :1", listener.Say("UNSUBSCRIBE a"));
        Assert.Equal(":1", publisher.Say("PUBLISH a hello"));
        pattern.Connection.Close();
        Assert.Equal(":0", publisher.Say("PUBLISH a hello"));
    }

    [Fact]
    public void A_RESP2_connection_that_listens_may_do_little_else() => Transcript.Run("""
        > SUBSCRIBE a b
        *3 $9 subscribe $1 a :1 *3 $9 subscribe $1 b :2
        > SUBSCRIBE a
        *3 $9 subscribe $1 a :2
        > GET x
        -ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context
        > PUBLISH a x
        -ERR Can't execute 'publish': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context
        > PING
        *2 $4 pong $0
        > PING z
        *2 $4 pong $1 z
        > PSUBSCRIBE p*
        *3 $10 psubscribe $2 p* :3
        > UNSUBSCRIBE
        *3 $11 unsubscribe $1 a :2 *3 $11 unsubscribe $1 b :1
        > UNSUBSCRIBE
        *3 $11 unsubscribe $-1 :1
        > PUNSUBSCRIBE nosuch p*
        *3 $12 punsubscribe $6 nosuch :1 *3 $12 punsubscribe $2 p* :0
        > GET x
        $-1
        """);

    [Fact]
    public void A_RESP3_connection_may_do_everything() => Transcript.Run("""
        > HELLO 3
        %7 $6 server $5 redis $7 version $5 7.2.0 $5 proto :3 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0
        > SUBSCRIBE a
        >3 $9 subscribe $1 a :1
        > PSUBSCRIBE *
        >3 $10 psubscribe $1 * :2
        > PUBLISH a x
        >3 $7 message $1 a $1 x >4 $8 pmessage $1 * $1 a $1 x :2
        > GET none
        _
        > PING
        +PONG
        > UNSUBSCRIBE
        >3 $11 unsubscribe $1 a :1
        > UNSUBSCRIBE
        >3 $11 unsubscribe _ :1
        """);

    [Fact]
    public void A_message_does_not_overtake_the_confirmation()
    {
        _server.Database.Holds = true;
        TestClient listener = _server.Connect();
        listener.Send("GET k", "SUBSCRIBE a");
        _server.Connect().Say("PUBLISH a x");

        Assert.Equal("", listener.Hear());
        _server.Database.EndAll();
        Assert.Equal("$-1 *3 $9 subscribe $1 a :1 *3 $7 message $1 a $1 x", listener.Hear());
    }

    [Fact]
    public void A_listener_that_does_not_keep_up_loses_its_connection()
    {
        TestClient slow = _server.Connect(), quick = _server.Connect(), publisher = _server.Connect();
        slow.Say("SUBSCRIBE a");
        quick.Say("SUBSCRIBE a");
        slow.Connection.Stuck = RespLimits.Default.MaxPushBytes;

        Assert.Equal(":1", publisher.Say("PUBLISH a x"));
        Assert.True(slow.Connection.IsAborted);
        Assert.Equal("*3 $7 message $1 a $1 x", quick.Hear());
        Assert.Equal(":1", publisher.Say("PUBLISH a x"));
    }

    [Fact]
    public void A_listener_that_was_closed_is_counted_once_however_often_it_listens()
    {
        TestClient slow = _server.Connect(), leaving = _server.Connect(), publisher = _server.Connect();
        slow.Say("SUBSCRIBE a", "PSUBSCRIBE a* ?");
        leaving.Say("SUBSCRIBE a");
        slow.Connection.Stuck = leaving.Connection.Stuck = RespLimits.Default.MaxPushBytes;
        Assert.Contains("client_output_buffer_limit_disconnections:0", publisher.Say("INFO stats"));

        leaving.Connection.Close();
        publisher.Say("PUBLISH a x", "PUBLISH a x");

        Assert.True(slow.Connection.IsAborted);
        Assert.Contains("client_output_buffer_limit_disconnections:1", publisher.Say("INFO stats"));
    }

    [Fact]
    public void Subscriptions_of_a_connection_are_bounded()
    {
        var server = new TestServer(RespLimits.Default with { MaxSubscriptions = 3 });
        TestClient client = server.Connect();

        client.Say("SUBSCRIBE a b");
        Assert.Equal("-ERR a connection may have 3 subscriptions", client.Say("PSUBSCRIBE c d"));
        Assert.Equal("*3 $9 subscribe $1 c :3", client.Say("SUBSCRIBE c"));
    }

    [Fact]
    public void Subscriptions_of_all_connections_together_are_bounded_by_what_they_take()
    {
        var server = new TestServer(RespLimits.Default with { MaxSubscriptionBytes = 3 * 1200 });
        (TestClient first, TestClient second) = (server.Connect(), server.Connect());
        string long1 = new('a', 1000), long2 = new('b', 1000), long3 = new('c', 1000), long4 = new('d', 1000);

        first.Say($"SUBSCRIBE {long1} {long2}");
        Assert.StartsWith("-OVERLOADED the subscriptions of all clients", second.Say($"PSUBSCRIBE {long3} {long4}"));
        Assert.Equal($"*3 $10 psubscribe $1000 {long3} :1", second.Say($"PSUBSCRIBE {long3}"));
        Assert.StartsWith("-OVERLOADED", first.Say($"SUBSCRIBE {long3}"));

        first.Connection.Close();
        Assert.Equal($"*3 $9 subscribe $1000 {long4} :2", second.Say($"SUBSCRIBE {long4}"));
    }

    [Fact]
    public void A_name_that_is_listened_to_already_or_comes_twice_takes_no_further_room() => Transcript.Run(
        """
        > SUBSCRIBE a a b
        *3 $9 subscribe $1 a :1 *3 $9 subscribe $1 a :1 *3 $9 subscribe $1 b :2
        > SUBSCRIBE b c c a
        *3 $9 subscribe $1 b :2 *3 $9 subscribe $1 c :3 *3 $9 subscribe $1 c :3 *3 $9 subscribe $1 a :3
        > SUBSCRIBE a b c
        *3 $9 subscribe $1 a :3 *3 $9 subscribe $1 b :3 *3 $9 subscribe $1 c :3
        > PSUBSCRIBE a
        -ERR a connection may have 3 subscriptions
        > UNSUBSCRIBE a a
        *3 $11 unsubscribe $1 a :2 *3 $11 unsubscribe $1 a :2
        > PSUBSCRIBE a a
        *3 $10 psubscribe $1 a :3 *3 $10 psubscribe $1 a :3
        > PSUBSCRIBE a b
        -ERR a connection may have 3 subscriptions
        """,
        server: new TestServer(RespLimits.Default with { MaxSubscriptions = 3 }));
}
