using Quorate.Core;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Resp;

public class StringCommandTests
{
    [Fact]
    public void Get_and_set() => Transcript.Run("""
        > GET k
        $-1
        > SET k hello
        +OK
        > GET k
        $5 hello
        > STRLEN k
        :5
        > STRLEN none
        :0
        > set K2 ""
        +OK
        > get K2
        $0
        > HELLO 3 SETNAME a
        %7 $6 server $5 redis $7 version $5 7.2.0 $5 proto :3 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0
        > GET none
        _
        """);

    [Fact]
    public void Set_with_conditions() => Transcript.Run("""
        > SET k a XX
        $-1
        > SET k a NX
        +OK
        > SET k b NX
        $-1
        > SET k b XX GET
        $1 a
        > SET k c NX GET
        $1 b
        > GET k
        $1 b
        > SET other x NX GET
        $-1
        > GET other
        $1 x
        > SET k d GET
        $1 b
        > SET k e nx nx
        $-1
        > HELLO 3
        %7 $6 server $5 redis $7 version $5 7.2.0 $5 proto :3 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0
        > SET k e NX
        _
        """);

    [Fact]
    public void Set_with_an_expiry() => Transcript.Run("""
        > SET k v EX 10
        +OK
        > TTL k
        :10
        @4400
        > TTL k
        :6
        > PTTL k
        :5600
        > SET k w KEEPTTL
        +OK
        > PTTL k
        :5600
        @5600
        > GET k
        $-1
        > SET k v PX 1500
        +OK
        > PTTL k
        :1500
        > SET k v
        +OK
        > TTL k
        :-1
        > SET k v PXAT 1
        +OK
        > GET k
        $-1
        > SET k v EXAT 2000000000
        +OK
        > TTL k
        :299999990
        > SET k v GET EX 5
        $1 v
        > TTL k
        :5
        """);

    [Fact]
    public void The_old_words_for_set() => Transcript.Run("""
        > SETNX k a
        :1
        > SETNX k b
        :0
        > SETEX k 10 c
        +OK
        > TTL k
        :10
        > PSETEX k 1500 d
        +OK
        > PTTL k
        :1500
        > GET k
        $1 d
        > SETEX k 0 e
        -ERR invalid expire time in 'setex' command
        > PSETEX k x e
        -ERR value is not an integer or out of range
        """);

    [Theory]
    [InlineData("GET", "wrong number of arguments for 'get' command")]
    [InlineData("GET a b", "wrong number of arguments for 'get' command")]
    [InlineData("SET a", "wrong number of arguments for 'set' command")]
    [InlineData("SET a b EX", "syntax error")]
    [InlineData("SET a b NX XX", "syntax error")]
    [InlineData("SET a b EX 1 PX 1", "syntax error")]
    [InlineData("SET a b KEEPTTL EX 3", "syntax error")]
    [InlineData("SET a b EX 3 KEEPTTL", "syntax error")]
    [InlineData("SET a b NOPE", "syntax error")]
    [InlineData("SET a b GX 3", "syntax error")]
    [InlineData("SET a b EX abc", "value is not an integer or out of range")]
    [InlineData("SET a b EX 0", "invalid expire time in 'set' command")]
    [InlineData("SET a b PXAT -1", "invalid expire time in 'set' command")]
    [InlineData("SET a b EX 9223372036854775807", "invalid expire time in 'set' command")]
    [InlineData("SET a b PX 9223372036854775807", "invalid expire time in 'set' command")]
    [InlineData("MSET a", "wrong number of arguments for 'mset' command")]
    [InlineData("MSET a b c", "wrong number of arguments for 'mset' command")]
    [InlineData("MGET", "wrong number of arguments for 'mget' command")]
    public void What_is_wrong_is_said_in_Redis_words(string command, string error) =>
        Assert.Equal("-ERR " + error, new TestServer().Connect().Say(command));

    [Fact]
    public void Many_keys_at_once() => Transcript.Run("""
        > MSET a 1 b 2 c 3
        +OK
        > MGET a none c a
        *4 $1 1 $-1 $1 3 $1 1
        > MSET a first b x a last
        +OK
        > MGET a b
        *2 $4 last $1 x
        > HELLO 3
        %7 $6 server $5 redis $7 version $5 7.2.0 $5 proto :3 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0
        > MGET a none
        *2 $4 last _
        """);

    [Fact]
    public void A_key_or_value_above_the_limit_is_refused_and_the_connection_stays() => Transcript.Run(
        """
        > SET 12345678 v
        +OK
        > SET 123456789 v
        -ERR key is larger than 8 bytes
        > MGET a 123456789
        -ERR key is larger than 8 bytes
        > SET k 1234567890123456
        +OK
        > SET k 12345678901234567
        -ERR value is larger than 16 bytes; nothing was written
        > SETNX k 12345678901234567
        -ERR value is larger than 16 bytes; nothing was written
        > SETEX k 10 12345678901234567
        -ERR value is larger than 16 bytes; nothing was written
        > MSET a 1 b 12345678901234567
        -ERR value is larger than 16 bytes; nothing was written
        > MGET a k
        *2 $-1 $16 1234567890123456
        """,
        server: new TestServer(data: new Limits(8, 16)));

    [Theory]
    [InlineData(OutcomeKind.Unavailable, "UNAVAILABLE this node has not heard")]
    [InlineData(OutcomeKind.TimedOut, "TIMEOUT ")]
    [InlineData(OutcomeKind.Overloaded, "OVERLOADED this node has too many requests in flight")]
    [InlineData(OutcomeKind.ClockDrift, "CLOCKDRIFT this node's clock differs")]
    [InlineData(OutcomeKind.TooLarge, "ERR key or value is above the size limit")]
    [InlineData(OutcomeKind.Invalid, "ERR the node that was asked has no such keyspace")]
    [InlineData(OutcomeKind.WrongType, "WRONGTYPE Operation against a key holding the wrong kind of value")]
    public void Each_failure_has_its_first_word(OutcomeKind kind, string begin)
    {
        var server = new TestServer();
        server.Database.Failing["k"] = Outcome.Failed(kind);
        TestClient client = server.Connect();

        foreach (string command in new[] { "GET k", "SET k v", "SET k v NX", "DEL k", "MGET k", "EXISTS k" })
        {
            Assert.StartsWith("-" + begin, client.Say(command));
        }
    }
}
