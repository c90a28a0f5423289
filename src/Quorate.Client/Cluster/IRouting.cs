using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Core.Placement;

namespace Quorate.Client.Cluster;

/// <summary>How requests come from this client to the replicas. Loop-side.</summary>
internal interface IRouting
{
    /// <summary>What requests are made of.</summary>
    IKeyValueStore Store { get; }

    /// <summary>Takes what replicas answer.</summary>
    IReplySink Replies { get; }

    /// <summary>Nothing that it was asked is unanswered, and nobody is owed a hint.</summary>
    bool IsIdle { get; }

    /// <summary>The members are these from now on, and none of them is connected yet.</summary>
    void Adopt(Topology topology);

    void Connect(int member, IPeer peer);

    void Disconnect(int member);

    /// <summary>What a node answers that was asked to coordinate.</summary>
    void OnAsked(IPeer peer, OperationId operation, in AskReply reply);

    /// <summary>Requests that are answered end now.</summary>
    void Leave();
}
