using System.Collections.Immutable;
using Quorate.Core.Membership;

namespace Quorate.Tests.Membership;

/// <summary>Nothing but <see cref="Swim"/> values, virtual milliseconds and a network that loses messages. One seed, one run.</summary>
internal sealed class SwimWorld
{
    private readonly PriorityQueue<(int Node, SwimMessage? Message), (long At, long Order)> _events = new();
    private readonly Random _random;
    private readonly SimulatedMember[] _nodes;
    private readonly ImmutableArray<Member> _members;
    private readonly HashSet<(int From, int To)> _cuts = [];
    private readonly HashSet<int> _moved = [];
    private long _order;

    public SwimWorld(int nodes, int seed, double loss = 0)
    {
        Loss = loss;
        _random = new Random(seed);
        _members = [.. Enumerable.Range(0, nodes).Select(MemberOf)];
        _nodes = [.. Enumerable.Range(0, nodes).Select(node => new SimulatedMember(Make(node, start: 1)))];
        for (int node = 0; node < nodes; node++) Plan(_random.Next(Swim.TickMilliseconds), node, null);
    }

    public long Now { get; private set; }

    public double Loss { get; set; }

    public int Count => _nodes.Length;

    /// <summary>Called for each change that a running node sees: who saw it, and whom it is about.</summary>
    public Action<int, KnownMember>? Changed { get; set; }

    public Swim this[int node] => _nodes[node].Swim;

    public int Random(int below) => _random.Next(below);

    public bool IsRunning(int node) => _nodes[node].IsUp;

    public IEnumerable<int> Others(int than) => Enumerable.Range(0, Count).Where(node => node != than && _nodes[node].IsUp);

    /// <summary>What a node holds of another.</summary>
    public KnownMember View(int of, int about) => _nodes[of].Swim.Members.Find(_members[about].Id)!;

    public bool AllSee(int about, MemberState state) => Others(about).All(node => View(node, about).State == state);

    public void Kill(int node) => _nodes[node].IsUp = false;

    public void Restart(int node, uint start, bool elsewhere = false)
    {
        if (elsewhere) _moved.Add(node);
        _nodes[node].IsUp = true;
        _nodes[node].Swim = Make(node, start);
    }

    /// <summary>The process stands still: what arrives waits, and after it its timers fire before it reads.</summary>
    public void Pause(int node, int milliseconds) => _nodes[node].PausedUntil = Now + milliseconds;

    public void Cut(int from, int to) => _cuts.Add((from, to));

    public void Heal() => _cuts.Clear();

    /// <summary>A message made by a test arrives.</summary>
    public void Inject(int node, SwimMessage message)
    {
        this[node].Receive(Now, message);
        Drain(node);
    }

    public void Leave(int node)
    {
        this[node].Leave();
        Drain(node);
        Kill(node);
    }

    public void RunFor(long milliseconds) => RunUntil(() => false, milliseconds);

    /// <summary>How long it took, or null where it did not come to hold in time.</summary>
    public long? RunUntil(Func<bool> condition, long bound)
    {
        long start = Now, end = Now + bound;
        while (!condition())
        {
            if (!_events.TryPeek(out _, out (long At, long) next) || next.At > end)
            {
                Now = end;
                return null;
            }

            Step();
        }

        return Now - start;
    }

    private void Step()
    {
        _events.TryDequeue(out (int Node, SwimMessage? Message) what, out (long At, long) key);
        Now = key.At;
        SimulatedMember node = _nodes[what.Node];
        if (node.PausedUntil > Now)
        {
            Plan(what.Message is null ? node.PausedUntil - Now : node.PausedUntil - Now + 1, what.Node, what.Message);
            return;
        }

        if (what.Message is null) Plan(Swim.TickMilliseconds, what.Node, null);
        if (!node.IsUp) return;
        if (what.Message is null) node.Swim.Tick(Now);
        else node.Swim.Receive(Now, what.Message);
        Drain(what.Node);
    }

    private void Drain(int node)
    {
        Swim swim = _nodes[node].Swim;
        foreach (OutgoingMessage sent in swim.Outbox) Carry(node, sent);
        swim.Outbox.Clear();
        foreach (KnownMember changed in swim.Changes) Changed?.Invoke(node, changed);
        swim.Changes.Clear();
    }

    /// <summary>To the address that the sender believes in, which a node that moved does not hear.</summary>
    private void Carry(int from, OutgoingMessage sent)
    {
        int to = (int)sent.To.Id.Value - 1;
        if (_random.NextDouble() < Loss || _cuts.Contains((from, to)) || sent.To.Endpoints != EndpointsOf(to)) return;
        Plan(1 + _random.Next(5), to, sent.Message);
    }

    private void Plan(long after, int node, SwimMessage? message) => _events.Enqueue((node, message), (Now + after, _order++));

    private Swim Make(int node, uint start) => new(
        SwimOptions.Default, MemberOf(node) with { Endpoints = EndpointsOf(node) }, Incarnation.OfStart(start), _members, Now, new Random(_random.Next()));

    private Endpoints EndpointsOf(int node) => new(_moved.Contains(node) ? $"moved{node}:1" : $"node{node}:1", "", "", "");

    private Member MemberOf(int node) => new(new NodeId((ulong)node + 1), $"n{node}", "", 1, EndpointsOf(node));

    private sealed class SimulatedMember(Swim swim)
    {
        public Swim Swim { get; set; } = swim;

        public bool IsUp { get; set; } = true;

        public long PausedUntil { get; set; }
    }
}
