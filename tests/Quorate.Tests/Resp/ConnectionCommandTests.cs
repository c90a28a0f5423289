using Xunit;

namespace Quorate.Tests.Resp;

public class ConnectionCommandTests
{
    private const string Hello2 =
        "*14 $6 server $5 redis $7 version $5 7.2.0 $5 proto :2 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0";

    [Fact]
    public void Greetings() => Transcript.Run($"""
        > PING
        +PONG
        > ping hello
        $5 hello
        > ECHO hi
        $2 hi
        > HELLO
        {Hello2}
        > HELLO 2 AUTH default anything SETNAME me
        {Hello2}
        > CLIENT GETNAME
        $2 me
        > HELLO 4
        -NOPROTO unsupported protocol version
        > HELLO abc
        -ERR Protocol version is not an integer or out of range
        > HELLO 3 FOO
        -ERR Syntax error in HELLO option 'FOO'
        > HELLO 3 SETNAME
        -ERR Syntax error in HELLO option 'SETNAME'
        > HELLO 3 SETNAME "a b"
        -ERR Client names cannot contain spaces, newlines or special characters.
        > HELLO 3 AUTH root x
        -WRONGPASS invalid username-password pair or user is disabled.
        > GET none
        $-1
        """);

    [Fact]
    public void Passwords_are_not_asked_for() => Transcript.Run("""
        > AUTH x
        -ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?
        > AUTH default x
        +OK
        > AUTH root x
        -WRONGPASS invalid username-password pair or user is disabled.
        > AUTH a b c
        -ERR syntax error
        """);

    [Fact]
    public void Databases_are_keyspaces() => Transcript.Run("""
        > SET k zero
        +OK
        > SELECT 15
        +OK
        > GET k
        $-1
        > SET k fifteen
        +OK
        > SELECT 0
        +OK
        > GET k
        $4 zero
        > SELECT 16
        -ERR DB index is out of range
        > SELECT -1
        -ERR DB index is out of range
        > SELECT abc
        -ERR value is not an integer or out of range
        > SELECT
        -ERR wrong number of arguments for 'select' command
        """);

    [Fact]
    public void A_listener_bound_to_a_keyspace_serves_no_other()
    {
        var server = new TestServer();
        Transcript.Run(
            """
            > SET k tight
            +OK
            > SELECT 0
            +OK
            > GET k
            $5 tight
            > SELECT 1
            -ERR DB index is out of range
            """,
            keyspace: "tight",
            server: server);
        Assert.Equal("tight", server.Database.ValueOf("k", keyspace: 16));
        Assert.Contains("'nowhere'", Assert.Throws<ArgumentException>(() => server.Connect(keyspace: "nowhere")).Message);
    }

    [Fact]
    public void Reset_makes_the_connection_new() => Transcript.Run($"""
        > HELLO 3 SETNAME me
        {Hello2.Replace("*14", "%7").Replace("proto :2", "proto :3")}
        > SELECT 3
        +OK
        > QUORATE.CONSISTENCY READ ALL
        +OK
        > SUBSCRIBE a
        >3 $9 subscribe $1 a :1
        > RESET
        +RESET
        > CLIENT GETNAME
        $-1
        > QUORATE.CONSISTENCY
        *4 $4 read $7 DEFAULT $5 write $7 DEFAULT
        > PUBLISH a x
        :0
        """);

    [Theory]
    [InlineData("FOO a b", "-ERR unknown command 'FOO', with args beginning with: 'a' 'b'")]
    [InlineData("FOO", "-ERR unknown command 'FOO', with args beginning with:")]
    [InlineData("\"\"", "-ERR unknown command '', with args beginning with:")]
    [InlineData("FOO \"a\\r\\nb\"", "-ERR unknown command 'FOO', with args beginning with: 'a  b'")]
    [InlineData("PURGE", "-ERR unknown command 'PURGE', with args beginning with:")]
    [InlineData("PING a b", "-ERR wrong number of arguments for 'ping' command")]
    [InlineData("ECHO", "-ERR wrong number of arguments for 'echo' command")]
    [InlineData("CLIENT", "-ERR wrong number of arguments for 'client' command")]
    [InlineData("CLIENT FOO", "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.")]
    [InlineData("CLIENT PAUSE 10", "-ERR unknown subcommand 'PAUSE': no tracking, pausing or unblocking. Try CLIENT HELP.")]
    [InlineData("CLIENT SETNAME", "-ERR wrong number of arguments for 'client|setname' command")]
    public void What_is_unknown_is_said_in_Redis_words(string command, string error) =>
        Assert.Equal(error, new TestServer().Connect().Say(command));

    [Fact]
    public void An_unknown_command_is_shown_in_part()
    {
        string reply = new TestServer().Connect().Say("foo " + new string('a', 200) + " b");

        Assert.Equal($"-ERR unknown command 'foo', with args beginning with: '{new string('a', 128)}'", reply);
    }

    [Fact]
    public void Quit_answers_what_runs_and_closes()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send("SET a 1", "QUIT", "PING");
        Assert.False(client.Connection.IsClosed);
        server.Database.EndAll();
        Assert.Equal("+OK +OK", client.Hear());
        Assert.True(client.Connection.IsClosed);
        Assert.Equal(0, client.Connection.Unread);
    }

    [Fact]
    public void Malformed_protocol_is_answered_behind_what_runs_and_the_connection_closed()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send("SET a 1", "*1", "!", "PING");
        Assert.False(client.Connection.IsClosed);
        server.Database.EndAll();
        Assert.Equal("+OK -ERR Protocol error: expected '$', got '!'", client.Hear());
        Assert.True(client.Connection.IsClosed);
    }

    [Theory]
    [InlineData("POST /kv HTTP/1.1")]
    [InlineData("Host: localhost")]
    public void A_web_page_is_cut_off_without_an_answer(string line)
    {
        TestClient client = new TestServer().Connect();

        Assert.Equal("", client.Say(line, "SET a 1"));
        Assert.True(client.Connection.IsAborted);
    }
}
