using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Resp;

public class ManyKeysTests
{
    private readonly TestServer _server = new();

    [Fact]
    public void All_keys_are_asked_at_once_and_answered_in_their_order()
    {
        TestClient client = _server.Connect();
        client.Say("MSET a 1 b 2 c 3");
        _server.Database.Holds = true;

        client.Send("MGET a b none c", "PING");
        Assert.Equal(["read a", "read b", "read none", "read c"], _server.Database.Pending);
        foreach (string name in new[] { "read c", "read none", "read a" }) _server.Database.End(name);
        Assert.Equal("", client.Hear());
        _server.Database.End("read b");
        Assert.Equal("*4 $1 1 $1 2 $-1 $1 3 +PONG", client.Hear());
    }

    [Fact]
    public void When_one_key_fails_the_reply_says_which_were_done()
    {
        _server.Database.Failing["b"] = FakeDatabase.Failure(OutcomeKind.Unavailable);
        TestClient client = _server.Connect();
        const string why = "this node has not heard all of its peers yet, so the cluster is not formed";

        Assert.Equal($"-UNAVAILABLE MSET: 2 of 3 keys were written, not 'b': {why}", client.Say("MSET a 1 b 2 c 3"));
        Assert.Equal($"-UNAVAILABLE MGET: 2 of 3 keys were read, not 'b': {why}", client.Say("MGET a b c"));
        Assert.Equal($"-UNAVAILABLE DEL: 1 of 2 keys were done, not 'b': {why}", client.Say("DEL a b"));
        Assert.Equal($"-UNAVAILABLE EXISTS: 1 of 2 keys were looked up, not 'b': {why}", client.Say("EXISTS a b"));
        Assert.Equal($"-UNAVAILABLE {why}", client.Say("DEL b"));
        Assert.Equal("1", new string([.. client.Say("EXISTS c").Skip(1)]));
    }

    [Fact]
    public void A_key_that_may_be_written_is_told_apart_from_one_that_is_not()
    {
        _server.Database.Failing["a"] = Outcome.Failed(OutcomeKind.Overloaded);
        _server.Database.Failing["c"] = Outcome.Failed(OutcomeKind.TimedOut);
        string reply = _server.Connect().Say("MSET a 1 b 2 c 3 d 4");

        Assert.StartsWith("-TIMEOUT MSET: 2 of 4 keys were written, not known for 'c', not 'a': ", reply);
    }

    [Fact]
    public void A_delete_whose_read_failed_has_certainly_not_deleted()
    {
        TestClient client = _server.Connect();
        client.Say("MSET a 1 b 2");
        _server.Database.Failing["read a"] = Outcome.Failed(OutcomeKind.TimedOut);
        Assert.StartsWith("-TIMEOUT DEL: 1 of 2 keys were done, not 'a': ", client.Say("DEL a b"));

        client.Say("SET b 2");
        _server.Database.Failing.Clear();
        _server.Database.Failing["write a"] = Outcome.Failed(OutcomeKind.TimedOut);
        Assert.StartsWith("-TIMEOUT DEL: 1 of 2 keys were done, not known for 'a': ", client.Say("DEL a b"));
    }

    [Fact]
    public void Thousands_of_keys_go_in_rounds_and_stop_after_the_first_failed_one()
    {
        TestClient client = _server.Connect();
        string[] pairs = [.. Enumerable.Range(0, 3000).SelectMany(i => new[] { $"key{i}", $"{i}" })];
        client.Connection.Receive(TestClient.Encode(["MSET", .. pairs]));
        Assert.Equal("+OK", client.Hear());
        Assert.Equal("2999", _server.Database.ValueOf("key2999"));

        client.Connection.Receive(TestClient.Encode(["MGET", .. Enumerable.Range(0, 3000).Select(i => $"key{i}")]));
        Assert.EndsWith("$4 2998 $4 2999", client.Hear());

        _server.Database.Failing["key7"] = FakeDatabase.Failure(OutcomeKind.Unavailable);
        client.Connection.Receive(TestClient.Encode(["MSET", .. pairs]));
        Assert.StartsWith("-UNAVAILABLE MSET: 1023 of 3000 keys were written, not 'key7', the last 1976 not tried: ", client.Hear());
    }

    [Fact]
    public void A_key_named_twice_is_written_in_order()
    {
        _server.Database.Holds = true;
        TestClient client = _server.Connect();

        client.Send("MSET a 1 b 2 a 3");
        Assert.Equal(["write a"], _server.Database.Pending);
        for (int i = 0; i < 3; i++)
        {
            _server.Database.EndAll();
            _server.Loop.RunTurns();
        }

        Assert.Equal("+OK", client.Hear());
        Assert.Equal("3", _server.Database.ValueOf("a"));
    }

    [Fact]
    public void A_client_that_leaves_halfway_leaves_nothing_behind()
    {
        _server.Database.Holds = true;
        TestClient client = _server.Connect();
        client.Connection.Receive(TestClient.Encode(["MGET", .. Enumerable.Range(0, 3000).Select(i => $"key{i}")]));

        client.Connection.Close();
        _server.Database.EndAll();
        _server.Loop.RunTurns();
        Assert.Empty(_server.Database.Pending);
        Assert.Empty(_server.Resp.Sessions);
    }
}
