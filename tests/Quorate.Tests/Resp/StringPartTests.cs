using Quorate.Core;
using Xunit;

namespace Quorate.Tests.Resp;

/// <summary>What redis-server 7.0.15 answered to the same words.</summary>
public class StringPartTests
{
    [Fact]
    public void Values_grow_and_are_read_in_parts() => Transcript.Run("""
        > APPEND k hello
        :5
        > APPEND k " w"
        :7
        > GETRANGE k 0 -1
        $7 hello w
        > GETRANGE k -3 -1
        $3 o w
        > SUBSTR k 0 1
        $2 he
        > GETRANGE k 5 2
        $0
        > GETRANGE k -1 -3
        $0
        > GETRANGE k -100 -50
        $1 h
        > GETRANGE k 0 -100
        $1 h
        > GETRANGE k 100 200
        $0
        > GETRANGE k -9223372036854775808 9223372036854775807
        $7 hello w
        > GETRANGE none 0 1
        $0
        > SETRANGE none 5 ""
        :0
        > SETRANGE none 3 a
        :4
        > STRLEN none
        :4
        > SETRANGE k 1 i
        :7
        > GET k
        $7 hillo w
        > SETRANGE k 2 ""
        :7
        """);

    [Fact]
    public void Values_are_answered_as_they_change() => Transcript.Run("""
        > GETSET k v
        $-1
        > GETSET k w
        $1 v
        > GETEX k
        $1 w
        > GETEX k EX 10
        $1 w
        > TTL k
        :10
        > GETEX k PERSIST
        $1 w
        > GETEX k PERSIST
        $1 w
        > TTL k
        :-1
        > GETEX k EXAT 1
        $1 w
        > EXISTS k
        :0
        > GETEX none EX 10
        $-1
        > SET k v EX 10
        +OK
        > GETSET k w
        $1 v
        > TTL k
        :-1
        > GETDEL k
        $1 w
        > GETDEL k
        $-1
        > APPEND k ""
        :0
        > EXISTS k
        :1
        """);

    [Fact]
    public void Parts_change_and_the_expiry_stays() => Transcript.Run("""
        > SET k abc EX 10
        +OK
        > APPEND k d
        :4
        > SETRANGE k 0 x
        :4
        > SETBIT k 0 1
        :0
        > TTL k
        :10
        """);

    [Fact]
    public void Bits_are_set_counted_and_found() => Transcript.Run("""
        > SETBIT b 7 1
        :0
        > SETBIT b 7 0
        :1
        > GETBIT b 100
        :0
        > GETBIT none 1
        :0
        > BITCOUNT b
        :0
        > BITPOS b 1
        :-1
        > BITPOS b 0
        :0
        > BITPOS none 0
        :0
        > BITPOS none 1
        :-1
        > SET k hello
        +OK
        > BITCOUNT k
        :21
        > BITCOUNT k 0 0
        :3
        > BITCOUNT k -100 -50
        :3
        > BITCOUNT k 5 2
        :0
        > BITCOUNT k 1 9 BIT
        :4
        > BITCOUNT none 0 1
        :0
        > BITPOS k 1
        :1
        > BITPOS k 1 -100 -50
        :1
        > BITPOS k 0 1
        :8
        > BITPOS k 0 -3 -100
        :-1
        > BITPOS k 0 -5 -100
        :0
        > BITCOUNT k -5 -100
        :0
        > SETBIT f 0 1
        :0
        > BITOP NOT f f
        :1
        > SETBIT f 0 1
        :0
        > BITPOS f 0
        :8
        > BITPOS f 0 0
        :8
        > BITPOS f 0 0 -1
        :-1
        > BITPOS f 1 3 6 BIT
        :3
        > SET e ""
        +OK
        > BITPOS e 0
        :-1
        """);

    [Fact]
    public void Bits_of_several_values_are_joined() => Transcript.Run("""
        > MSET a abc b ab c "  "
        +OK
        > BITOP AND d a b
        :3
        > STRLEN d
        :3
        > GETRANGE d 0 1
        $2 ab
        > BITCOUNT d 2 2
        :0
        > BITOP OR d a c
        :3
        > GET d
        $3 abc
        > BITOP XOR d a c
        :3
        > GET d
        $3 ABc
        > BITOP AND d a none
        :3
        > BITCOUNT d
        :0
        > BITOP XOR a a a
        :3
        > BITCOUNT a
        :0
        > BITOP NOT d none
        :0
        > EXISTS d
        :0
        """);

    [Fact]
    public void The_longest_common_part_is_found() => Transcript.Run("""
        > MSET k1 ohmytext k2 mynewtext
        +OK
        > LCS k1 k2
        $6 mytext
        > LCS k1 k2 LEN
        :6
        > LCS k1 k2 IDX
        *4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6
        > LCS k1 k2 IDX MINMATCHLEN 4 WITHMATCHLEN
        *4 $7 matches *1 *3 *2 :4 :7 *2 :5 :8 :4 $3 len :6
        > LCS k1 none
        $0
        > LCS none none2 IDX
        *4 $7 matches *0 $3 len :0
        """);

    [Fact]
    public void Values_too_long_to_compare_on_the_loop_are_refused()
    {
        TestClient client = new TestServer().Connect();
        client.Say($"SET a {new string('x', 3_000)}", $"SET b {new string('y', 3_000)}");
        Assert.StartsWith("-ERR LCS compares values whose lengths multiply to at most 4194304", client.Say("LCS a b"));
    }

    [Theory]
    [InlineData("APPEND k", "wrong number of arguments for 'append' command")]
    [InlineData("GETRANGE k a 2", "value is not an integer or out of range")]
    [InlineData("SETRANGE k -1 x", "offset is out of range")]
    [InlineData("SETRANGE k a x", "value is not an integer or out of range")]
    [InlineData("SETRANGE k 9223372036854775807 x", "value is larger than 100 bytes; nothing was written")]
    [InlineData("SETRANGE k 100 x", "value is larger than 100 bytes; nothing was written")]
    [InlineData("GETEX k EX 0", "invalid expire time in 'getex' command")]
    [InlineData("GETEX k EX 10 PERSIST", "syntax error")]
    [InlineData("GETEX k PX abc", "value is not an integer or out of range")]
    [InlineData("SETBIT k 7 2", "bit is not an integer or out of range")]
    [InlineData("SETBIT k 7 01", "bit is not an integer or out of range")]
    [InlineData("SETBIT k -1 1", "bit offset is not an integer or out of range")]
    [InlineData("SETBIT k 4294967296 1", "bit offset is not an integer or out of range")]
    [InlineData("SETBIT k 800 1", "value is larger than 100 bytes; nothing was written")]
    [InlineData("GETBIT k 4294967296", "bit offset is not an integer or out of range")]
    [InlineData("BITCOUNT k 0", "syntax error")]
    [InlineData("BITCOUNT k 0 1 xx", "syntax error")]
    [InlineData("BITCOUNT k a 1", "value is not an integer or out of range")]
    [InlineData("BITCOUNT k 1 2 BIT x", "syntax error")]
    [InlineData("BITPOS k 2", "The bit argument must be 1 or 0.")]
    [InlineData("BITPOS k a", "value is not an integer or out of range")]
    [InlineData("BITPOS k 1 0 bit", "value is not an integer or out of range")]
    [InlineData("BITOP NOT d a b", "BITOP NOT must be called with a single source key.")]
    [InlineData("BITOP foo d a", "syntax error")]
    [InlineData("BITOP AND d", "wrong number of arguments for 'bitop' command")]
    [InlineData("LCS a b LEN IDX", "If you want both the length and indexes, please just use IDX.")]
    [InlineData("LCS a b MINMATCHLEN", "syntax error")]
    [InlineData("LCS a b MINMATCHLEN a", "value is not an integer or out of range")]
    public void What_is_wrong_is_said_in_Redis_words(string command, string error) =>
        Assert.Equal("-ERR " + error, new TestServer(data: new Limits(100, 100)).Connect().Say(command));
}
