using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Placement;

namespace Quorate.Node.Handoff;

/// <summary>Hands hints over to whoever is live (Dynamo, section 4.6): one line a member, each at its own pace.</summary>
/// <param name="store">All that is kept for others.</param>
/// <param name="numbers">The store's number of each keyspace.</param>
/// <param name="coordinator">Delivers each hint.</param>
/// <param name="loop">Ticks every 100 ms.</param>
/// <param name="log">One line each time hints begin to go to a member.</param>
internal sealed class HintedHandoff(HintStore store, ushort[] numbers, QuorumCoordinator coordinator, ILoop loop, Action<string> log)
{
    /// <summary>Short beside a failure detector's time, and next to nothing to do while there are no hints.</summary>
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(100);

    private readonly List<HandoffLine> _lines = [];
    private Topology? _topology;
    private ITimer? _timer;

    /// <summary>What is kept for a member; null before there are members, and for this node.</summary>
    public HintCounts? CountsFor(int member) => _lines.Find(line => line.Member == member)?.Counts;

    public void Adopt(Topology topology, int self)
    {
        _timer?.Dispose();
        _lines.Clear();
        _topology = topology;
        for (int member = 0; member < topology.Members.Length; member++)
        {
            if (member != self) _lines.Add(new HandoffLine(member, store, store.For(topology.Members[member].Id), numbers, coordinator, loop));
        }

        _timer = loop.Time.CreateTimer(_ => Tick(), null, TickEvery, TickEvery);
    }

    /// <summary>Whether a member is connected and not suspected.</summary>
    public void OnLiveness(int member, bool isLive)
    {
        if (_lines.Find(line => line.Member == member) is not { } line || line.IsLive == isLive) return;
        line.IsLive = isLive;
        if (isLive && line.Count > 0) log($"handing {line.Count} hints over to '{_topology!.Members[member].Name}'");
        if (isLive) line.OnTick();
    }

    public void Stop() => _timer?.Dispose();

    private void Tick()
    {
        foreach (HandoffLine line in _lines) line.OnTick();
    }
}
