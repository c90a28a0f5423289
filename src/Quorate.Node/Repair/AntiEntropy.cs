using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Replication;
using Quorate.Node.Storage;

namespace Quorate.Node.Repair;

/// <summary>
/// Compares this node with each other home replica once a second (Dynamo, section 4.7; always on, nobody runs it). Of two nodes the
/// one that is first in the topology asks: one walk mends both. What is unfit here is mended from any of them.
/// </summary>
/// <param name="numbers">The store's number of each keyspace.</param>
/// <param name="isFilling">Whether this node has taken the place of another and is not filled yet.</param>
/// <param name="whole">Called again and again while nothing is unfit.</param>
/// <param name="horizon">Of an N and a partition: where what nobody else holds was deleted.</param>
internal sealed class AntiEntropy(
    TreeServer trees,
    LogStore store,
    ushort[] numbers,
    QuorumCoordinator coordinator,
    ReplicaService replica,
    Func<int, int, HybridTimestamp> horizon,
    Func<bool> isFilling,
    Action whole,
    ILoop loop,
    Random random,
    Action<string> log)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly List<WalkLink> _links = [];
    private readonly List<PeerWalk> _walks = [];
    private Mending? _mending;
    private ITimer? _timer;

    /// <summary>What was mended since the start.</summary>
    public MendCounts Mended { get; private set; } = new(0, 0, 0);

    public void Adopt(Topology topology, int self)
    {
        _timer?.Dispose();
        foreach (WalkLink link in _links) link.Down();
        _links.Clear();
        _walks.Clear();
        trees.Adopt(topology, self);
        for (int member = 0; member < topology.Members.Length; member++) _links.Add(new WalkLink(member, loop));
        for (int member = self + 1; member < topology.Members.Length; member++)
        {
            _walks.Add(new PeerWalk(
                _links[member], topology.Members[member], topology.Members[self], topology.Epoch, trees, store, numbers, coordinator, replica, loop, random, log));
        }

        _mending = new Mending(trees, store, replica, coordinator, topology, _links.ToArray(), DescentTo, horizon, isFilling, Note, loop, log);
        _timer = loop.Time.CreateTimer(_ => Tick(), null, Every, Every);

        Descent DescentTo(WalkLink link, YieldingWindow window) => new(link, topology.Members[self].Id, topology.Epoch, trees, window, loop, random);
    }

    public WalkReply Answer(WalkRequest request) => trees.Answer(request);

    public void OnUp(int member, IPeer peer) => LinkTo(member)?.Up(peer);

    public void OnDown(int member) => LinkTo(member)?.Down();

    /// <summary>The round of a walk's question is the member.</summary>
    public void OnWalked(OperationId operation, WalkReply reply) => LinkTo((int)operation.Round)?.OnWalked(operation, reply);

    /// <summary>Null for members that ask this node, and for itself.</summary>
    public RepairCounts? CountsFor(int member) => _walks.Find(walk => walk.Member == member)?.Counts;

    public void Stop() => _timer?.Dispose();

    private void Note(MendCounts more) =>
        Mended = new MendCounts(Mended.Partitions + more.Partitions, Mended.Entries + more.Entries, Mended.Erased + more.Erased);

    private WalkLink? LinkTo(int member) => member < _links.Count ? _links[member] : null;

    private void Tick()
    {
        foreach (PeerWalk walk in _walks) Guard(walk.RunAsync());
        if (store.UnfitPartitions == 0) whole();
        else Guard(_mending!.RunAsync());
    }

    /// <summary>What goes wrong here is a bug, and stops the node as any other on its loop.</summary>
    private static async void Guard(Task round) => await round;
}
