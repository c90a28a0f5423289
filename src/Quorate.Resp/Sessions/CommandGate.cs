using Quorate.Resp.Protocol;

namespace Quorate.Resp.Sessions;

/// <summary>
/// Decides whether the next command of a connection may start now. When it may not, it and all behind it wait; the gate
/// remembers for what, and says when that is over.
/// </summary>
internal sealed class CommandGate(ReplyRing ring, RespLimits limits)
{
    private readonly PendingKeys _keys = new();
    private long _requestBytes;
    private Reason _waitsFor;
    private ulong _key;
    private KeyAccess _access;
    private bool _runsAlone;

    private enum Reason : byte
    {
        Nothing,

        /// <summary>An earlier command on the same key.</summary>
        Key,

        /// <summary>All earlier commands.</summary>
        All,

        /// <summary>Half of what this connection may have running.</summary>
        Room,

        /// <summary>The client to take its replies.</summary>
        Client,

        /// <summary>The node, which has enough to do for others too.</summary>
        Node,
    }

    public bool IsWaiting => _waitsFor != Reason.Nothing;

    public bool WaitsForNode => _waitsFor == Reason.Node;

    /// <summary>Bytes of the commands that run.</summary>
    public long RequestBytes => _requestBytes;

    /// <param name="unsent">Bytes of replies that the client has not taken.</param>
    /// <param name="nodeHasRoom">For whatever a connection may ask of it.</param>
    public bool HasRoom(long unsent, bool nodeHasRoom)
    {
        if (_runsAlone && !ring.IsEmpty) return Wait(Reason.All);
        _runsAlone = false;
        if (unsent > limits.MaxUnsentBytes) return Wait(Reason.Client);
        if (ring.Count >= limits.MaxPendingReplies || PendingBytes > limits.MaxPendingBytes) return Wait(Reason.Room);
        return nodeHasRoom || Wait(Reason.Node);
    }

    public bool Admits(ulong key, KeyAccess access)
    {
        if (_keys.IsEmpty || !_keys.Conflicts(key, access)) return true;
        (_key, _access) = (key, access);
        return Wait(Reason.Key);
    }

    /// <summary>For a command of many keys, or all of them: one look at each is enough, so it then waits for everything.</summary>
    public bool AdmitsAmongMany(ulong key, KeyAccess access) =>
        _keys.IsEmpty || !_keys.Conflicts(key, access) || Wait(Reason.All);

    /// <summary>For a command on all keys: nothing runs beside it.</summary>
    public bool AdmitsAlone()
    {
        _runsAlone = ring.IsEmpty;
        return _runsAlone || Wait(Reason.All);
    }

    public void Enter(int requestBytes) => _requestBytes += requestBytes;

    public void Leave(int requestBytes) => _requestBytes -= requestBytes;

    public void Hold(ulong key, KeyAccess access) => _keys.Add(key, access);

    public void Release(ulong key, KeyAccess access) => _keys.Remove(key, access);

    /// <summary>Whether a running command holds the key.</summary>
    public bool IsHeld(ulong key) => _keys.Conflicts(key, KeyAccess.Write);

    /// <summary>True where the node was waited for: it says so in the order in which connections came, lest a busy one keep others out.</summary>
    public bool TryOpenForNode()
    {
        if (!WaitsForNode) return false;
        _waitsFor = Reason.Nothing;
        return true;
    }

    /// <summary>True once when what was waited for is over.</summary>
    public bool TryOpen(long unsent)
    {
        bool over = _waitsFor switch
        {
            Reason.Key => !_keys.Conflicts(_key, _access),
            Reason.All => ring.IsEmpty,
            Reason.Room => ring.Count <= limits.MaxPendingReplies / 2 && PendingBytes <= limits.MaxPendingBytes / 2,
            Reason.Client => unsent <= limits.MaxUnsentBytes / 2,
            _ => false,
        };
        if (over) _waitsFor = Reason.Nothing;
        return over;
    }

    private long PendingBytes => _requestBytes + ring.BufferedBytes;

    private bool Wait(Reason reason)
    {
        _waitsFor = reason;
        return false;
    }
}
