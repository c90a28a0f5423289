using Quorate.Resp.Sessions;

namespace Quorate.Resp.PubSub;

/// <summary>
/// Who listens to what on this node. A message reaches the subscribers of the node it was published at, no others: there is
/// no channel across nodes yet.
/// </summary>
internal sealed class Channels
{
    /// <summary>Of a name in its connection's table and in this one, each with its place there.</summary>
    private const int BytesBesideName = 200;

    private readonly Dictionary<byte[], List<RespSession>> _exact = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], List<RespSession>> _patterns = new(ByteKeyComparer.Instance);

    public int Count => _exact.Count;

    public int PatternCount => _patterns.Count;

    /// <summary>What all subscriptions take.</summary>
    public long Bytes { get; private set; }

    /// <summary>What one takes.</summary>
    public static long SizeOf(byte[] name) => name.Length + BytesBesideName;

    internal void Add(byte[] name, bool isPattern, RespSession session)
    {
        Dictionary<byte[], List<RespSession>> table = isPattern ? _patterns : _exact;
        if (!table.TryGetValue(name, out List<RespSession>? listeners)) table.Add(name, listeners = []);
        listeners.Add(session);
        Bytes += SizeOf(name);
    }

    internal void Remove(byte[] name, bool isPattern, RespSession session)
    {
        Dictionary<byte[], List<RespSession>> table = isPattern ? _patterns : _exact;
        List<RespSession> listeners = table[name];
        listeners.Remove(session);
        Bytes -= SizeOf(name);
        if (listeners.Count == 0) table.Remove(name);
    }

    /// <summary>Returns how many were told. Those that have not taken what they were told before lose their connection.</summary>
    internal int Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        int told = 0;
        List<RespSession>? tooSlow = null;
        if (_exact.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(channel, out List<RespSession>? listeners))
        {
            foreach (RespSession session in listeners)
            {
                if (session.Subscriptions.TryPush(default, channel, message)) told++;
                else (tooSlow ??= []).Add(session);
            }
        }

        foreach ((byte[] pattern, List<RespSession> matching) in _patterns)
        {
            if (!Glob.Matches(pattern, channel)) continue;
            foreach (RespSession session in matching)
            {
                if (session.Subscriptions.TryPush(pattern, channel, message)) told++;
                else (tooSlow ??= []).Add(session);
            }
        }

        // Only now: closing takes a session out of the lists.
        foreach (RespSession session in tooSlow ?? []) session.Server.CloseSlowSubscriber(session);
        return told;
    }
}
