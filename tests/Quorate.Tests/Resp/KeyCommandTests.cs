using Xunit;

namespace Quorate.Tests.Resp;

public class KeyCommandTests
{
    [Fact]
    public void Keys_come_and_go() => Transcript.Run("""
        > MSET a 1 b 2 c 3
        +OK
        > DBSIZE
        :3
        > EXISTS a
        :1
        > EXISTS none
        :0
        > EXISTS a a none b
        :3
        > TYPE a
        +string
        > TYPE none
        +none
        > DEL a a none b
        :2
        > UNLINK c
        :1
        > DEL c
        :0
        > DBSIZE
        :0
        """);

    [Fact]
    public void Expiry_is_set_and_taken_away() => Transcript.Run("""
        > TTL k
        :-2
        > PTTL k
        :-2
        > EXPIRE k 10
        :0
        > PERSIST k
        :0
        > SET k v
        +OK
        > TTL k
        :-1
        > PERSIST k
        :0
        > EXPIRE k 10
        :1
        > TTL k
        :10
        > PEXPIRE k 2500
        :1
        > PTTL k
        :2500
        > TTL k
        :3
        > PERSIST k
        :1
        > TTL k
        :-1
        > EXPIRE k -1
        :1
        > GET k
        $-1
        > SET k v
        +OK
        > EXPIRE k -9000000000000000
        :1
        > EXISTS k
        :0
        """);

    [Fact]
    public void Expiry_under_conditions() => Transcript.Run("""
        > SET k v
        +OK
        > EXPIRE k 100 XX
        :0
        > EXPIRE k 100 GT
        :0
        > EXPIRE k 100 NX
        :1
        > EXPIRE k 200 NX
        :0
        > EXPIRE k 50 GT
        :0
        > EXPIRE k 200 gt
        :1
        > EXPIRE k 300 LT
        :0
        > EXPIRE k 100 XX LT
        :1
        > TTL k
        :100
        > SET j v
        +OK
        > EXPIRE j 100 LT
        :1
        """);

    [Theory]
    [InlineData("EXPIRE k", "wrong number of arguments for 'expire' command")]
    [InlineData("EXPIRE k abc", "value is not an integer or out of range")]
    [InlineData("EXPIRE k 9223372036854775807", "invalid expire time in 'expire' command")]
    [InlineData("PEXPIRE k 9223372036854775807", "invalid expire time in 'pexpire' command")]
    [InlineData("EXPIRE k 1 NX XX", "NX and XX, GT or LT options at the same time are not compatible")]
    [InlineData("EXPIRE k 1 NX GT", "NX and XX, GT or LT options at the same time are not compatible")]
    [InlineData("EXPIRE k 1 GT LT", "GT and LT options at the same time are not compatible")]
    [InlineData("EXPIRE k 1 FOO", "Unsupported option FOO")]
    [InlineData("DEL", "wrong number of arguments for 'del' command")]
    [InlineData("DBSIZE x", "wrong number of arguments for 'dbsize' command")]
    public void What_is_wrong_is_said_in_Redis_words(string command, string error) =>
        Assert.Equal("-ERR " + error, new TestServer().Connect().Say(command));

    [Fact]
    public void A_delete_reads_first_and_writes_only_what_is_there()
    {
        var server = new TestServer();
        TestClient client = server.Connect();
        client.Say("SET a 1");
        server.Database.Holds = true;

        client.Send("DEL a b");
        Assert.Equal(["read a", "read b"], server.Database.Pending);
        server.Database.End("read b");
        server.Database.End("read a");
        Assert.Equal(["write a"], server.Database.Pending);
        server.Database.End("write a");
        Assert.Equal(":1", client.Hear());
    }

    [Fact]
    public void The_size_of_the_database_counts_the_writes_before_it_and_none_behind()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();

        client.Send("SET a 1", "DBSIZE", "SET b 2");
        Assert.Equal(["write a"], server.Database.Pending);
        server.Database.End("write a");
        Assert.Equal(["count"], server.Database.Pending);
        server.Database.End("count");
        Assert.Equal(["write b"], server.Database.Pending);
        server.Database.EndAll();
        Assert.Equal("+OK :1 +OK", client.Hear());
    }
}
