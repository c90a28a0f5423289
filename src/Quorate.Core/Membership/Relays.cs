namespace Quorate.Core.Membership;

/// <summary>Pings that this node sent for others. Bounded: beyond that a request is left unanswered, as a lost one is.</summary>
internal sealed class Relays
{
    private const int Most = 256;

    private readonly List<Relay> _waiting = [];

    public bool TryAdd(Relay relay)
    {
        if (_waiting.Count >= Most) return false;
        _waiting.Add(relay);
        return true;
    }

    /// <summary>The target answered.</summary>
    public bool TryTake(uint sequence, out Relay relay)
    {
        int index = _waiting.FindIndex(waiting => waiting.Sequence == sequence);
        relay = index < 0 ? default : _waiting[index];
        if (index >= 0) _waiting.RemoveAt(index);
        return index >= 0;
    }

    /// <summary>Drops what is too old, and adds those whose asker is to be told of the silence: each once.</summary>
    public void Expire(long now, List<Relay> silent)
    {
        _waiting.RemoveAll(relay => relay.ForgetAt <= now);
        for (int i = 0; i < _waiting.Count; i++)
        {
            if (_waiting[i].NackAt > now) continue;
            silent.Add(_waiting[i]);
            _waiting[i] = _waiting[i] with { NackAt = long.MaxValue };
        }
    }
}

/// <summary>A ping that this node sent because another asked for it.</summary>
/// <param name="Sequence">Of this node's ping.</param>
/// <param name="Asker">Who asked for it, under which sequence.</param>
/// <param name="AskerSequence">The asker's.</param>
/// <param name="NackAt">When the asker is told that there is no answer yet, in ms; the end of time once it was.</param>
/// <param name="ForgetAt">An answer that late helps nobody.</param>
internal readonly record struct Relay(uint Sequence, KnownMember Asker, uint AskerSequence, long NackAt, long ForgetAt);
