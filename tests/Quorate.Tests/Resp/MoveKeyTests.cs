using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Resp;

public class MoveKeyTests
{
    [Fact]
    public void Keys_are_renamed_and_copied() => Transcript.Run("""
        > SET a 1 EX 100
        +OK
        > RENAME a b
        +OK
        > EXISTS a
        :0
        > TTL b
        :100
        > SET c 3
        +OK
        > RENAMENX b c
        :0
        > RENAMENX b d
        :1
        > MGET b c d
        *3 $-1 $1 3 $1 1
        > RENAME d d
        +OK
        > RENAMENX d d
        :0
        > COPY d c
        :0
        > COPY d c REPLACE
        :1
        > MGET d c
        *2 $1 1 $1 1
        > TTL c
        :100
        > COPY none x
        :0
        > COPY d e DB 3
        :1
        > EXISTS e
        :0
        > SELECT 3
        +OK
        > GET e
        $1 1
        """);

    [Theory]
    [InlineData("RENAME none x", "no such key")]
    [InlineData("RENAMENX none x", "no such key")]
    [InlineData("COPY a a", "source and destination objects are the same")]
    [InlineData("COPY a a DB 0", "source and destination objects are the same")]
    [InlineData("COPY a b DB 16", "DB index is out of range")]
    [InlineData("COPY a b DB x", "value is not an integer or out of range")]
    [InlineData("COPY a b FOO", "syntax error")]
    public void What_is_wrong_is_said_in_Redis_words(string command, string error) =>
        Assert.Equal("-ERR " + error, new TestServer().Connect().Say(command));

    [Fact]
    public void A_source_that_may_still_be_there_is_named_and_the_outcome_is_unknown()
    {
        var server = new TestServer();
        TestClient client = server.Connect();
        client.Say("SET a 1");
        server.Database.Failing["write a"] = FakeDatabase.Failure(OutcomeKind.Unavailable, Verdict.NotConnected);

        Assert.StartsWith("-TIMEOUT RENAME: the new key was written, the old one may still be there: ", client.Say("RENAME a b"));
        Assert.Equal("1", server.Database.ValueOf("b"));
    }

    [Fact]
    public void Commands_behind_a_rename_see_what_it_did()
    {
        var server = new TestServer();
        TestClient client = server.Connect();
        client.Say("SET a 1");
        server.Database.Holds = true;
        client.Send("RENAME a b", "GET b", "GET a", "GET z");
        Assert.Equal(["read a"], server.Database.Pending);
        while (server.Database.Pending.Count > 0) server.Database.End(server.Database.Pending[^1]);

        Assert.Equal("+OK $1 1 $-1 $-1", client.Hear());
    }
}
