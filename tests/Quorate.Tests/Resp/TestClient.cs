using System.Text;
using Quorate.Core;
using Quorate.Resp;
using Quorate.Resp.Protocol;

namespace Quorate.Tests.Resp;

/// <summary>A node's Redis side without its sockets.</summary>
internal sealed class TestServer
{
    public TestServer(RespLimits? limits = null, Limits? data = null)
    {
        Database = new FakeDatabase(Loop);
        Resp = new RespServer(Database, Admin, Loop, data ?? Limits.Default, limits);
    }

    public FakeLoop Loop { get; } = new();

    public FakeAdmin Admin { get; } = new();

    public FakeDatabase Database { get; }

    public RespServer Resp { get; }

    public TestClient Connect(bool cluster = false, string? keyspace = null) =>
        new(this, new RespListener("127.0.0.1:6401", cluster, keyspace));
}

/// <summary>Feeds text, reads text: commands as lines, replies with their line ends as blanks ("$3 abc").</summary>
internal sealed class TestClient
{
    private readonly TestServer _server;

    public TestClient(TestServer server, RespListener listener)
    {
        _server = server;
        Connection.Session = server.Resp.On(listener)(Connection);
    }

    public FakeConnection Connection { get; } = new();

    public string Say(params string[] lines)
    {
        Send(lines);
        return Hear();
    }

    public string SayOne(string line) => Say(line);

    public void Send(params string[] lines)
    {
        Connection.Receive(Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))));
        _server.Loop.RunTurns();
    }

    /// <summary>What came since the last time.</summary>
    public string Hear()
    {
        _server.Loop.RunTurns();
        string heard = Encoding.UTF8.GetString(Connection.Written).Replace("\r\n", " ", StringComparison.Ordinal).TrimEnd(' ');
        Connection.ClearWritten();
        return heard;
    }

    /// <summary>The same words as a client library sends them.</summary>
    public static byte[] Encode(params string[] words) => Encoding.Latin1.GetBytes(
        $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n")));
}
