using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Reaping;

namespace Quorate.Node.Repair;

/// <summary>
/// Compares this node with each other home replica once a second (Dynamo, section 4.7; always on, nobody runs it). Of two nodes the
/// one that is first in the topology asks: one walk mends both.
/// </summary>
/// <param name="numbers">The store's number of each keyspace.</param>
internal sealed class AntiEntropy(
    TreeServer trees, Reaper reaper, Horizons horizons, LogStore store, ushort[] numbers, QuorumCoordinator coordinator, IReplicaService replica, ILoop loop, Random random, Action<string> log)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly List<PeerWalk> _walks = [];
    private WalkLink?[] _links = [];
    private ITimer? _timer;

    /// <param name="start">This node's start number.</param>
    public void Adopt(Topology topology, int self, uint start)
    {
        trees.Adopt(topology, self);
        _links = [.. Enumerable.Range(0, topology.Members.Length).Select(member => member == self ? null : new WalkLink(member, loop))];
        reaper.Adopt(topology, self, _links, start);
        for (int member = self + 1; member < topology.Members.Length; member++)
        {
            _walks.Add(new PeerWalk(
                member, topology.Members[member], topology.Members[self], topology.Epoch, _links[member]!, trees, reaper, horizons, store, numbers, coordinator, replica, loop, random, log));
        }

        _timer = loop.Time.CreateTimer(_ => Tick(), null, Every, Every);
    }

    public WalkReply Answer(WalkRequest request) => trees.Answer(request);

    public void OnUp(int member, IPeer peer)
    {
        _links[member]?.Up(peer);
        reaper.Hear(member, peer.Hello.Start);
    }

    public void OnDown(int member) => _links[member]?.Down();

    /// <summary>The round of a walk's question is the member.</summary>
    public void OnWalked(OperationId operation, WalkReply reply) => _links.ElementAtOrDefault((int)operation.Round)?.OnWalked(operation, reply);

    /// <summary>Null for members that ask this node, and for itself.</summary>
    public RepairCounts? CountsFor(int member) => Find(member)?.Counts;

    public void Stop()
    {
        _timer?.Dispose();
        reaper.Stop();
    }

    private PeerWalk? Find(int member) => _walks.Find(walk => walk.Member == member);

    private void Tick()
    {
        foreach (PeerWalk walk in _walks) Guard(walk.RunAsync());
    }

    /// <summary>What goes wrong here is a bug, and stops the node as any other on its loop.</summary>
    private static async void Guard(Task round) => await round;
}
