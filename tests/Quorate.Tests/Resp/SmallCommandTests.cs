using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Resp;

public class SmallCommandTests
{
    [Fact]
    public void Expiry_is_set_and_told_as_a_point_in_time() => Transcript.Run("""
        > SET k v
        +OK
        > EXPIRETIME k
        :-1
        > EXPIREAT k 99999999999
        :1
        > EXPIRETIME k
        :99999999999
        > PEXPIRETIME k
        :99999999999000
        > PEXPIREAT k 9999999999999 GT
        :0
        > PEXPIREAT k 9999999999999 LT
        :1
        > EXPIRETIME none
        :-2
        > PEXPIREAT k 9223372036854775807
        :1
        > EXPIRETIME k
        :9223372036854776
        > EXPIREAT k 1
        :1
        > EXISTS k
        :0
        > EXPIREAT k 9223372036854775807
        -ERR invalid expire time in 'expireat' command
        """);

    [Fact]
    public void Objects_are_described() => Transcript.Run("""
        > MSET n 123 s abc l 123456789012345678901234567890123456789012345x
        +OK
        > OBJECT ENCODING n
        $3 int
        > OBJECT ENCODING s
        $6 embstr
        > OBJECT ENCODING l
        $3 raw
        > OBJECT ENCODING none
        $-1
        > OBJECT REFCOUNT s
        :1
        > OBJECT FREQ none
        $-1
        > OBJECT FREQ s
        -ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.
        > OBJECT FOO
        -ERR unknown subcommand 'FOO'. Try OBJECT HELP.
        > TOUCH n s none
        :2
        """);

    [Fact]
    public void Wait_answers_how_many_replicas_had_the_last_write_when_it_was_acknowledged()
    {
        var server = new TestServer();
        TestClient client = server.Connect();
        Assert.Equal(":0", client.Say("WAIT 0 0"));
        Assert.Equal("+OK :2", client.Say("SET a 1", "WAIT 1 100"));
        Assert.Equal(":2 :2", client.Say("APPEND a 1", "WAIT 1 100"));
        Assert.Equal("+OK :2", client.Say("MSET a 1 b 2", "WAIT 3 100"));
        server.Database.Failing["a"] = FakeDatabase.Failure(OutcomeKind.TimedOut, Verdict.Stored);
        Assert.EndsWith(":0", client.Say("SET a 1", "WAIT 1 100"));
        Assert.Equal("-ERR timeout is negative", client.Say("WAIT 1 -1"));
        Assert.Equal("-ERR timeout is not an integer or out of range", client.Say("WAIT 1 x"));
    }

    [Fact]
    public void Wait_waits_for_the_writes_before_it()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("SET a 1", "WAIT 1 0");
        Assert.Equal("", client.Hear());
        server.Database.EndAll();
        Assert.Equal("+OK :2", client.Hear());
    }

    [Fact]
    public void Replies_are_left_out_where_the_client_says_so() => Transcript.Run("""
        > CLIENT REPLY OFF
        > SET a 1
        > FOO
        > GET a
        > CLIENT REPLY SKIP
        > PING
        > CLIENT REPLY ON
        +OK
        > GET a
        $1 1
        > CLIENT REPLY SKIP
        > GET a
        > GET a
        $1 1
        > CLIENT REPLY FOO
        -ERR syntax error
        """);

    [Fact]
    public void A_reply_left_out_leaves_the_ones_around_it_in_order()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("GET a", "CLIENT REPLY SKIP", "GET b", "GET c");
        server.Database.End("read c");
        server.Database.End("read b");
        server.Database.End("read a");
        Assert.Equal("$-1 $-1", client.Hear());
    }

    [Fact]
    public void Clients_are_closed_by_what_is_known_of_them()
    {
        var server = new TestServer();
        TestClient self = server.Connect(), other = server.Connect(), listener = server.Connect();
        listener.Say("SUBSCRIBE c");
        Assert.Equal(":1", self.Say("CLIENT KILL TYPE pubsub"));
        Assert.True(listener.Connection.IsClosed);
        Assert.Equal(":0", self.Say("CLIENT KILL ID 99"));
        Assert.Equal(":1", self.Say("CLIENT KILL ID 2"));
        Assert.True(other.Connection.IsClosed);
        Assert.Equal(":0", self.Say("CLIENT KILL ADDR 127.0.0.1:50000"));
        Assert.Equal("-ERR No such client", self.Say("CLIENT KILL 1.2.3.4:5"));
        Assert.Equal(":1", self.Say("CLIENT KILL ADDR 127.0.0.1:50000 SKIPME no"));
        Assert.True(self.Connection.IsClosed);
    }

    [Theory]
    [InlineData("CLIENT KILL ID a", "client-id should be greater than 0")]
    [InlineData("CLIENT KILL TYPE foo", "Unknown client type 'foo'")]
    [InlineData("CLIENT KILL USER nobody", "No such user 'nobody'")]
    [InlineData("CLIENT KILL SKIPME foo ID 3", "syntax error")]
    [InlineData("CLIENT KILL ID 3 FOO bar", "syntax error")]
    [InlineData("CLIENT KILL ADDR", "No such client")]
    [InlineData("COMMAND GETKEYSANDFLAGS SET", "wrong number of arguments for 'command|getkeysandflags' command")]
    public void What_is_wrong_is_said_in_Redis_words(string command, string error) =>
        Assert.Equal("-ERR " + error, new TestServer().Connect().Say(command));

    [Fact]
    public void What_is_missing_says_why()
    {
        TestClient client = new TestServer().Connect();
        Assert.Equal("-ERR unknown command 'MULTI': transactions come with strong keyspaces", client.Say("MULTI"));
        Assert.StartsWith("-ERR unknown command 'EVAL': scripts will not come", client.Say("EVAL x 0"));
    }

    [Fact]
    public void Keys_of_a_command_are_told_with_what_becomes_of_them() => Transcript.Run("""
        > COMMAND GETKEYSANDFLAGS RENAME a b
        *2 *2 $1 a *1 +RW *2 $1 b *1 +RW
        > COMMAND GETKEYS OBJECT ENCODING k
        *1 $1 k
        > COMMAND GETKEYS BITOP AND d a b
        *3 $1 d $1 a $1 b
        """);

    [Fact]
    public void The_time_is_told_in_seconds_and_microseconds()
    {
        string[] words = new TestServer().Connect().Say("TIME").Split(' ');
        Assert.Equal("*2", words[0]);
        Assert.InRange(long.Parse(words[2]), 1_600_000_000, long.MaxValue);
        Assert.InRange(long.Parse(words[4]), 0, 999_999);
    }
}
