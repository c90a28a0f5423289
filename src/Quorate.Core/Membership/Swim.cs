using System.Collections.Immutable;

namespace Quorate.Core.Membership;

/// <summary>
/// SWIM (Das, Gupta, Motivala 2002) with Lifeguard's three additions (Dadgar, Phillips, Currey 2017): who is alive, found
/// out by probing one member at a time and told by gossip that rides on the probes. A state machine: time and messages in,
/// messages and changes out.
/// </summary>
public sealed class Swim
{
    /// <summary>How often <see cref="Tick"/> is to be called.</summary>
    public const int TickMilliseconds = 50;

    /// <summary>
    /// While this node stood still the others had no chance to be heard, and what they sent may still be unread: such time
    /// counts against nobody. A late turn or a collection of garbage is shorter.
    /// </summary>
    private const int LongestStep = 5 * TickMilliseconds;

    private const int FirstExchanges = 3;

    private readonly SwimOptions _options;
    private readonly Random _random;
    private readonly GossipQueue _gossip;
    private readonly ProbeOrder _order;
    private readonly Relays _relays = new();
    private readonly List<Relay> _silentRelays = [];
    private readonly (int Least, int Most) _suspicionBounds;
    private readonly int _confirmations;
    private Probe? _probe;
    private uint _sequence;
    private long _lastNow;
    private long _time;
    private long _probeAt;
    private long _gossipAt;
    private long _exchangeAt;
    private int _exchanges;

    /// <summary>A node that has heard of nobody yet, and tells of itself.</summary>
    /// <param name="options">How quick and how careful to be.</param>
    /// <param name="self">This node.</param>
    /// <param name="incarnation">Above all that was ever said of this node.</param>
    /// <param name="members">Of the topology, in its order; this node among them.</param>
    /// <param name="now">Monotonic ms.</param>
    /// <param name="random">Whom to probe, ask and tell; the only source of chance here (law 10).</param>
    public Swim(SwimOptions options, Member self, Incarnation incarnation, ImmutableArray<Member> members, long now, Random random)
    {
        _options = options;
        _random = random;
        _lastNow = now;
        _probeAt = random.Next(options.ProbeMilliseconds); // so that nodes that start together do not march in step
        _sequence = (uint)random.Next(); // an answer to an earlier life is no answer to this one
        Self = new MemberUpdate(self, incarnation, MemberState.Alive, self.Id);
        Members = new MemberTable(members, self.Id);
        _order = new ProbeOrder(Members, random);
        _gossip = new GossipQueue(options.Retransmissions, members.Length);
        _gossip.Add(Self);
        _suspicionBounds = Suspicion.Bounds(options, members.Length);
        _confirmations = Math.Clamp(members.Length - 2, 0, options.Confirmations);
    }

    /// <summary>What this node says of itself.</summary>
    public MemberUpdate Self { get; private set; }

    /// <summary>All other members of the topology, and what is held of them.</summary>
    public MemberTable Members { get; }

    /// <summary>How much this node doubts itself.</summary>
    public LocalHealth Health { get; } = new();

    /// <summary>Messages and updates refused because they are not of, for or about members.</summary>
    public long Strangers { get; private set; }

    /// <summary>To be sent and cleared by the caller after each call.</summary>
    public List<OutgoingMessage> Outbox { get; } = [];

    /// <summary>Members whose state or address has changed, in order; to be cleared by the caller after each call.</summary>
    public List<KnownMember> Changes { get; } = [];

    /// <summary>Does what is due.</summary>
    /// <param name="now">Monotonic ms.</param>
    public void Tick(long now)
    {
        Advance(now);
        if (Self.State == MemberState.Left) return;

        // 1. One probe at a time.
        if (_probe is { HasAskedOthers: false, IsAcked: false } && _time >= _probe.AskOthersAt) AskOthers(_probe);
        if (_time >= _probeAt) NextProbe();

        // 2. Who was suspected for too long is dead.
        foreach (KnownMember member in Members.All)
        {
            if (member.Suspicion?.Deadline <= _time) Declare(member, MemberState.Dead);
        }

        // 3. Who asked for help hears that there is nothing to hear.
        _relays.Expire(_time, _silentRelays);
        foreach (Relay relay in _silentRelays) Send(relay.Asker, SwimMessageKind.Nack, relay.AskerSequence);
        _silentRelays.Clear();

        // 4. News spreads.
        if (_time >= _gossipAt) SpreadGossip();

        // 5. What it missed is exchanged whole.
        if (_time >= _exchangeAt) Exchange();
    }

    /// <summary>
    /// Takes in a message, and answers it into <see cref="Outbox"/>. One from a stranger, or meant for somebody else, is counted
    /// and dropped.
    /// </summary>
    /// <param name="now">Monotonic ms.</param>
    /// <param name="message">As it came; it may be anybody's.</param>
    public void Receive(long now, SwimMessage message)
    {
        Advance(now);
        KnownMember? sender = Members.Find(message.Sender.Member);
        if (sender is null || message.To != Self.Member.Id)
        {
            Strangers++;
            return;
        }

        Learn(message.Sender);
        foreach (MemberUpdate update in message.Updates) Learn(update);
        switch (message.Kind)
        {
            case SwimMessageKind.Ping:
                Send(sender, SwimMessageKind.Ack, message.Sequence);
                break;
            case SwimMessageKind.PingRequest:
                ProbeFor(sender, message);
                break;
            case SwimMessageKind.Ack:
                TakeAck(message.Sequence);
                break;
            case SwimMessageKind.Nack:
                if (_probe?.Sequence == message.Sequence) _probe.Nack(sender.Member.Id);
                break;
            case SwimMessageKind.Pull:
                SendAll(sender, SwimMessageKind.Gossip);
                break;
        }
    }

    /// <summary>A member was heard otherwise, and said this of itself.</summary>
    public void Hear(Member member, Incarnation incarnation) =>
        Learn(new MemberUpdate(member, incarnation, MemberState.Alive, member.Id));

    /// <summary>Tells everybody at once that this node stops, so that nobody has to suspect it. Nothing else is said afterwards.</summary>
    public void Leave()
    {
        Self = Self with { State = MemberState.Left };
        foreach (KnownMember member in Members.All)
        {
            if (member.IsProbed) Send(member, SwimMessageKind.Gossip);
        }
    }

    private void Advance(long now)
    {
        _time += Math.Clamp(now - _lastNow, 0, LongestStep);
        _lastNow = now;
    }

    private void Learn(MemberUpdate update)
    {
        if (update.Member.Id == Self.Member.Id)
        {
            LearnOfSelf(update);
        }
        else if (Members.Find(update.Member) is not { } member)
        {
            Strangers++;
        }
        else if (update.Overrides(member.Incarnation, member.State))
        {
            Suspicion? suspicion = update.State == MemberState.Suspect ? new Suspicion(update.From, _suspicionBounds, _confirmations, _time) : null;
            if (member.Adopt(update, suspicion)) Changes.Add(member);
            _gossip.Add(member.Update);
        }
        else if (update.State == MemberState.Suspect && update.Incarnation == member.Incarnation && member.Suspicion?.Confirm(update.From) == true)
        {
            // Each further accuser is news, until there are enough.
            _gossip.Add(update);
        }
    }

    /// <summary>Whatever is said of this node above what it says itself is taken back: with a higher incarnation.</summary>
    private void LearnOfSelf(MemberUpdate update)
    {
        if (Self.State == MemberState.Left || !update.Overrides(Self.Incarnation, Self.State)) return;
        Self = Self with { Incarnation = update.Incarnation.Next };
        if (update.State == MemberState.Suspect) Health.Worsen();
        _gossip.Add(Self);
    }

    private void Declare(KnownMember member, MemberState state) =>
        Learn(new MemberUpdate(member.Member, member.Incarnation, state, Self.Member.Id));

    private void NextProbe()
    {
        if (_probe is { IsAcked: false }) Conclude(_probe);
        _probe = null;
        _probeAt = _time + Health.Stretch(_options.ProbeMilliseconds);
        Knock();
        if (_order.Next() is not { } target) return;
        _probe = new Probe(target, ++_sequence, _time + Health.Stretch(_options.AckMilliseconds));
        Send(target, SwimMessageKind.Ping, _probe.Sequence);
    }

    private void Conclude(Probe probe)
    {
        Health.Worsen(probe.DoubtInSelf);
        if (probe.Target.Incarnation == probe.Incarnation) Declare(probe.Target, MemberState.Suspect);
    }

    private void AskOthers(Probe probe)
    {
        IReadOnlyList<KnownMember> helpers = Members.Draw(
            _options.IndirectProbes, _random, member => member.State == MemberState.Alive && member != probe.Target);
        probe.AskOthers(helpers);
        foreach (KnownMember helper in helpers) Send(helper, SwimMessageKind.PingRequest, probe.Sequence, probe.Target.Member.Id);
    }

    private void ProbeFor(KnownMember asker, SwimMessage message)
    {
        if (Members.Find(message.Target) is not { } target) return;
        uint sequence = ++_sequence;
        var relay = new Relay(sequence, asker, message.Sequence, _time + _options.NackMilliseconds, _time + _options.ProbeMilliseconds);
        if (_relays.TryAdd(relay)) Send(target, SwimMessageKind.Ping, sequence);
    }

    private void TakeAck(uint sequence)
    {
        if (_probe is { IsAcked: false } && _probe.Sequence == sequence)
        {
            _probe.IsAcked = true;
            Health.Improve();
        }
        else if (_relays.TryTake(sequence, out Relay relay))
        {
            Send(relay.Asker, SwimMessageKind.Ack, relay.AskerSequence);
        }
    }

    /// <summary>The dead are not probed; but where a cut made both sides dead to each other, somebody must knock first.</summary>
    private void Knock()
    {
        foreach (KnownMember dead in Members.Draw(1, _random, member => member.State == MemberState.Dead)) Send(dead, SwimMessageKind.Ping);
    }

    private void SpreadGossip()
    {
        _gossipAt = _time + _options.GossipMilliseconds;
        if (_gossip.Count == 0) return;
        foreach (KnownMember member in Members.Draw(_options.GossipFanout, _random, member => member.IsProbed)) Send(member, SwimMessageKind.Gossip);
    }

    private void Exchange()
    {
        // A node that starts asks several one after the other: whom it asks may be gone.
        _exchangeAt = _time + (_exchanges++ < FirstExchanges ? _options.ProbeMilliseconds : _options.ExchangeMilliseconds);
        foreach (KnownMember member in Members.Draw(1, _random, member => member.State == MemberState.Alive)) SendAll(member, SwimMessageKind.Pull);
    }

    /// <summary>Everything held, in as many messages as it takes; each is taken on its own, so a lost one costs only itself.</summary>
    /// <param name="to">Who receives it.</param>
    /// <param name="first">What the first message asks for.</param>
    private void SendAll(KnownMember to, SwimMessageKind first)
    {
        List<MemberUpdate> updates = [];
        int room = SwimMessage.UpdateBudget - Self.Size;
        SwimMessageKind kind = first;
        foreach (KnownMember member in Members.All)
        {
            if (member.Incarnation == Incarnation.Unheard && member.State == MemberState.Alive) continue;
            MemberUpdate update = member.Update;
            if (update.Size > room) Flush();
            updates.Add(update);
            room -= update.Size;
        }

        if (updates.Count > 0 || kind == SwimMessageKind.Pull) Flush();

        void Flush()
        {
            Outbox.Add(new OutgoingMessage(to.Member, new SwimMessage(kind, Self, to.Member.Id, 0, default, updates)));
            (kind, updates, room) = (SwimMessageKind.Gossip, [], SwimMessage.UpdateBudget - Self.Size);
        }
    }

    private void Send(KnownMember to, SwimMessageKind kind, uint sequence = 0, NodeId target = default)
    {
        List<MemberUpdate> updates = [];
        int room = SwimMessage.UpdateBudget - Self.Size;
        if (to.State != MemberState.Alive)
        {
            // Lifeguard's "buddy system": who is suspected hears of it first, and can take it back.
            MemberUpdate accusation = to.Update;
            updates.Add(accusation);
            room -= accusation.Size;
        }

        _gossip.Take(room, updates);
        Outbox.Add(new OutgoingMessage(to.Member, new SwimMessage(kind, Self, to.Member.Id, sequence, target, updates)));
    }
}
