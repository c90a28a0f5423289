using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.PubSub;

/// <summary>What one connection listens to.</summary>
internal sealed class Subscriptions(RespSession session)
{
    private readonly HashSet<byte[]> _channels = new(ByteKeyComparer.Instance);
    private readonly HashSet<byte[]> _patterns = new(ByteKeyComparer.Instance);

    public int ChannelCount => _channels.Count;

    public int PatternCount => _patterns.Count;

    public int Count => _channels.Count + _patterns.Count;

    /// <summary>Why the names behind the command's may not all be added, or null. One that is there already, or comes twice, takes no room.</summary>
    internal string? Refusal(Arguments words, bool isPattern)
    {
        RespLimits limits = session.Server.RespLimits;
        int room = limits.MaxSubscriptions - Count;
        HashSet<byte[]> mine = isPattern ? _patterns : _channels;
        var added = new HashSet<byte[]>(ByteKeyComparer.Instance);
        for (int i = 1; i < words.Count && added.Count <= room; i++)
        {
            byte[] name = words[i].ToArray();
            if (!mine.Contains(name)) added.Add(name);
        }

        if (added.Count > room) return $"ERR a connection may have {limits.MaxSubscriptions} subscriptions";
        return session.Server.Channels.Bytes + added.Sum(Channels.SizeOf) <= limits.MaxSubscriptionBytes
            ? null
            : "OVERLOADED the subscriptions of all clients take all that this node keeps for them: unsubscribe, or listen at another node";
    }

    internal void Add(ReadOnlySpan<byte> name, bool isPattern)
    {
        HashSet<byte[]> mine = isPattern ? _patterns : _channels;
        byte[] copy = name.ToArray();
        if (mine.Add(copy)) session.Server.Channels.Add(copy, isPattern, session);
        Confirm(isPattern ? "psubscribe"u8 : "subscribe"u8, name, false);
    }

    internal void Remove(ReadOnlySpan<byte> name, bool isPattern)
    {
        byte[] copy = name.ToArray();
        if ((isPattern ? _patterns : _channels).Remove(copy)) session.Server.Channels.Remove(copy, isPattern, session);
        Confirm(isPattern ? "punsubscribe"u8 : "unsubscribe"u8, name, false);
    }

    internal void RemoveAll(bool isPattern)
    {
        HashSet<byte[]> mine = isPattern ? _patterns : _channels;
        if (mine.Count == 0)
        {
            Confirm(isPattern ? "punsubscribe"u8 : "unsubscribe"u8, default, true);
            return;
        }

        foreach (byte[] name in mine.ToArray()) Remove(name, isPattern);
    }

    /// <summary>Without a word to the client: RESET, or the connection is gone.</summary>
    internal void Clear()
    {
        foreach (byte[] name in _channels) session.Server.Channels.Remove(name, false, session);
        foreach (byte[] name in _patterns) session.Server.Channels.Remove(name, true, session);
        _channels.Clear();
        _patterns.Clear();
    }

    /// <summary>
    /// Tells of a message, or returns false where too much is unread; <paramref name="pattern"/> is empty where the channel
    /// itself was subscribed to.
    /// </summary>
    internal bool TryPush(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        if (session.IsEnding) return true;
        if (session.ReplyBytes + message.Length > session.Server.RespLimits.MaxPushBytes) return false;

        RespWriter push = session.PushNow();
        push.Push(pattern.IsEmpty ? 3 : 4);
        push.Bulk(pattern.IsEmpty ? "message"u8 : "pmessage"u8);
        if (!pattern.IsEmpty) push.Bulk(pattern);
        push.Bulk(channel);
        push.Bulk(message);
        session.CountUnread();
        return true;
    }

    private void Confirm(ReadOnlySpan<byte> what, ReadOnlySpan<byte> name, bool nothing)
    {
        RespWriter reply = session.PushNow();
        reply.Push(3);
        reply.Bulk(what);
        if (nothing) reply.Null();
        else reply.Bulk(name);
        reply.Integer(Count);
    }
}
