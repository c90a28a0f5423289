using FsCheck;
using FsCheck.Fluent;
using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Resp;
using Xunit;

namespace Quorate.Tests.Resp;

/// <summary>What a client may count on when it does not wait for replies.</summary>
public class PipelineTests
{
    [Fact]
    public void A_pipeline_replies_as_if_its_commands_ran_one_by_one_whatever_order_requests_end_in()
    {
        Gen<string> key = Gen.Elements("a", "b", "c");
        Gen<string> command = Gen.OneOf(
            key.Select(k => $"GET {k}"),
            key.SelectMany(k => Gen.Choose(0, 99).Select(value => $"SET {k} {value}")),
            key.SelectMany(k => Gen.Choose(0, 99).Select(value => $"SET {k} {value} NX GET")),
            key.Select(k => $"DEL {k}"),
            key.Select(k => $"QUORATE.WITH W 1 SET {k} w"),
            key.Two().SelectMany(pair => Gen.Elements("DEL", "MGET", "EXISTS").Select(name => $"{name} {pair.Item1} {pair.Item2}")),
            key.Two().Select(pair => $"MSET {pair.Item1} first {pair.Item2} second"),
            Gen.Elements("PING", "DBSIZE", "SELECT 1", "SELECT 0", "HELLO 3", "HELLO 2", "SET a", "STRLEN c", "EXPIRE b 10", "TTL b"));

        Prop.ForAll(Gen.ArrayOf(command).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (commands, seed) =>
        {
            string oneByOne = string.Join(' ', commands.Select(new TestServer().Connect().SayOne).Where(reply => reply.Length > 0));
            Assert.Equal(oneByOne, Shuffled(commands, seed));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Reads_of_one_key_run_together()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        server.Connect().Send("GET a", "STRLEN a", "MGET a b", "GET b");

        Assert.Equal(["read a", "read a", "read a", "read b", "read b"], server.Database.Pending);
    }

    [Fact]
    public void A_write_waits_for_the_reads_before_it()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("GET a", "GET a", "SET a 1");

        server.Database.End("read a");
        Assert.Equal(["read a"], server.Database.Pending);
        server.Database.End("read a");
        Assert.Equal(["write a"], server.Database.Pending);
    }

    [Fact]
    public void The_same_key_in_another_keyspace_is_another_key()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        server.Connect().Send("SET a 1", "SELECT 1", "SET a 2");

        Assert.Equal(["write a", "write a"], server.Database.Pending);
    }

    [Fact]
    public void A_command_on_many_keys_waits_for_all_when_one_is_taken()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("SET a 1", "SET z 1", "MGET x a", "GET x");

        server.Database.End("write a");
        Assert.Equal(["write z"], server.Database.Pending);
        server.Database.End("write z");
        Assert.Equal(["read x", "read a", "read x"], server.Database.Pending);
        server.Database.EndAll();
        Assert.Equal("+OK +OK *2 $-1 $1 1 $-1", client.Hear());
    }

    [Fact]
    public void A_reply_is_in_the_protocol_its_command_was_asked_in()
    {
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send("GET a", "HELLO 3", "GET b");

        server.Database.EndAll();
        string reply = client.Hear();
        Assert.StartsWith("$-1 %7 ", reply);
        Assert.EndsWith("*0 _", reply);
    }

    [Fact]
    public void Get_and_set_allocate_nothing_once_warm()
    {
        var loop = new FakeLoop();
        var server = new RespServer(new OneValueDatabase(), new FakeAdmin(), loop, Limits.Default);
        var connection = new FakeConnection();
        connection.Session = server.On(new RespListener("127.0.0.1:6401"))(connection);
        byte[] pipeline =
        [
            .. TestClient.Encode("SET", "a", "value"), .. TestClient.Encode("GET", "a"), .. TestClient.Encode("SET", "b", "value"),
            .. TestClient.Encode("GET", "b"), .. TestClient.Encode("PING"), .. TestClient.Encode("SET", "a", "value", "EX", "10"),
        ];

        int taken = 0;
        Assert.Equal(0, Allocation.OfWarm(() =>
        {
            connection.ClearWritten();
            for (int i = 0; i < 50; i++) taken += connection.Session.OnBytes(pipeline, out _);
        }));
        Assert.Equal(Allocation.Rounds * 50 * pipeline.Length, taken);
    }

    private static string Shuffled(string[] commands, int seed)
    {
        var random = new Random(seed);
        var server = new TestServer();
        server.Database.Holds = true;
        TestClient client = server.Connect();
        client.Send(commands);
        while (server.Database.Pending.Count > 0)
        {
            server.Database.End(server.Database.Pending[random.Next(server.Database.Pending.Count)]);
            server.Loop.RunTurns();
        }

        Assert.False(client.Connection.IsPaused);
        Assert.Equal(0, client.Connection.Unread);
        return client.Hear();
    }

    private sealed class OneValueDatabase : IDatabase
    {
        private static readonly byte[] Value = [1, 2, 3];

        public KeyspaceTable Keyspaces { get; } = new([]);

        public long WallClock => 1_700_000_000_000;

        public double Load => 0;

        public void Read(in ReadCommand command, IDatabaseSink sink, ulong token) => sink.OnRead(token, new ReadResult(
            FakeDatabase.Ok, default, new Entry(new EntryHead(EntryKind.Register, default, default, 0), Value), default, 0, null));

        public void Write(in WriteCommand command, IDatabaseSink sink, ulong token) =>
            sink.OnWrite(token, new WriteResult(FakeDatabase.Ok, default, default, null));

        public void Edit(in EditCommand command, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

        public void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

        public void Scan(in ScanCommand command, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

        public void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new NotSupportedException();
    }
}
