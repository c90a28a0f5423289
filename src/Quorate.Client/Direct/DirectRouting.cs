using Quorate.Client.Cluster;
using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Client.Direct;

/// <summary>The coordinator's second home: runs requests' fan-out in the client's process, over connections of its own to every node.</summary>
internal sealed class DirectRouting(ILoop loop, HybridClock clock, KeyspaceTable keyspaces, Limits limits, Func<bool> clockAgrees) : IRouting
{
    private readonly QuorumCoordinator _coordinator = new(loop, clock, keyspaces, limits, clockAgrees);

    public IKeyValueStore Store => _coordinator;

    public IReplySink Replies => _coordinator;

    public bool IsIdle => _coordinator.IsIdle;

    /// <summary>
    /// Requests under way go on under the topology they began with. Nodes that know the newer one refuse them, and then they may be
    /// made again: whoever adopts a topology renews its connections, which is how this client hears of it.
    /// </summary>
    public void Adopt(Topology topology) => _coordinator.Adopt(topology, QuorumCoordinator.NoMember);

    public void Connect(int member, IPeer peer) => _coordinator.Connect(member, peer);

    public void Disconnect(int member) => _coordinator.Disconnect(member);

    /// <summary>It asks no node to coordinate.</summary>
    public void OnAsked(IPeer peer, OperationId operation, in AskReply reply)
    {
    }

    /// <summary>What requests owe to silent replicas becomes hints.</summary>
    public void Leave() => _coordinator.Leave();
}
