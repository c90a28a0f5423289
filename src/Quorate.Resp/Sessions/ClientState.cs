using Quorate.Core.Quorum;

namespace Quorate.Resp.Sessions;

/// <summary>What a client has set on its connection.</summary>
internal sealed class ClientState(long id, int keyspace)
{
    /// <summary>Redis allows any length; CLIENT LIST shows all of them.</summary>
    private const int MaxNameBytes = 1024;

    public const string NameProblem = "ERR Client names cannot contain spaces, newlines or special characters.";

    private readonly int _firstKeyspace = keyspace;

    /// <summary>Unique while the node runs.</summary>
    public long Id => id;

    public string Name { get; set; } = "";

    public string LibraryName { get; set; } = "";

    public string LibraryVersion { get; set; } = "";

    /// <summary>RESP2 or RESP3.</summary>
    public byte Protocol { get; set; } = 2;

    /// <summary>Redis' number of the keyspace.</summary>
    public int Database { get; private set; }

    public int Keyspace { get; private set; } = keyspace;

    /// <summary>What a request asks that says nothing itself.</summary>
    public RequestOptions Options { get; set; }

    /// <summary>How many replicas confirmed the last write by the time it was acknowledged; 0 where it failed or there was none.</summary>
    public int ReplicasOfLastWrite { get; set; }

    public ReplyMode ReplyMode { get; set; }

    public string LastCommand { get; set; } = "NULL";

    /// <summary>Whether CLIENT LIST can show it in one word.</summary>
    public static bool IsName(ReadOnlySpan<byte> text) => text.Length <= MaxNameBytes && !text.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>The keyspaces of Redis' databases come first and in order; database 0 is what the listener is bound to.</summary>
    public void Select(int database)
    {
        Database = database;
        Keyspace = KeyspaceOf(database);
    }

    public int KeyspaceOf(int database) => database == 0 ? _firstKeyspace : database;

    /// <summary>A command has been taken.</summary>
    public void EndCommand()
    {
        if (ReplyMode == ReplyMode.SkipFromNow) ReplyMode = ReplyMode.SkipThis;
        else if (ReplyMode == ReplyMode.SkipThis) ReplyMode = ReplyMode.On;
    }

    /// <summary>As it was when the client connected. What it runs on stays its own: the library's name and version.</summary>
    public void Reset()
    {
        Name = "";
        Protocol = 2;
        Options = default;
        ReplyMode = ReplyMode.On;
        Select(0);
    }
}
