using Quorate.Core.Messages;

namespace Quorate.Coordinator;

/// <summary>Connections to the other nodes: sockets in a process, a virtual network in the simulator.</summary>
public interface IPeerNetwork
{
    /// <summary>Accepts peers and keeps one connection of its own to each address, redialled with backoff.</summary>
    /// <exception cref="IOException">The address to listen on cannot be bound; the message names it.</exception>
    void Open(INodeHost host, IReadOnlyList<string> addresses);

    /// <summary>Keeps one connection to each address, and accepts nobody: for a client, which no node calls.</summary>
    void OpenAsClient(IPeerHost host, IReadOnlyList<string> addresses);

    /// <summary>Keeps a connection to each of these from now on, and to no other address.</summary>
    void Call(IReadOnlyList<string> addresses);

    /// <summary>Closes every connection, so that both ends shake hands anew: what <see cref="IPeerHost.Hello"/> says has changed.</summary>
    void Renew();

    /// <summary>Closes every connection for good, and accepts none any more.</summary>
    void Close();
}

/// <summary>The coordinator behind the connections: a node's or a client's.</summary>
public interface IPeerHost
{
    /// <summary>What this node or client says of itself, now.</summary>
    Hello Hello { get; }

    /// <summary>Takes the answers to what was sent through an <see cref="IPeer"/>.</summary>
    IReplySink Replies { get; }

    /// <summary>The answer to what was asked with <see cref="IPeer.Walk"/>.</summary>
    void OnWalked(OperationId operation, WalkReply reply);

    /// <summary>The answer to what was asked with <see cref="IPeer.Ask"/>.</summary>
    void OnAsked(IPeer peer, OperationId operation, in AskReply reply);

    /// <summary>Why the other may not connect, or null where it may. Protocol versions were compared before.</summary>
    string? Refuse(Hello theirs);

    /// <summary>A connection that this node opened is ready for requests.</summary>
    void OnUp(IPeer peer);

    /// <summary>It is gone: what was asked and not answered may or may not have happened.</summary>
    void OnDown(IPeer peer, string reason);

    /// <summary>A dial or its handshake failed; <paramref name="reason"/> says why, in this node's words or the other's. It is tried again.</summary>
    void OnRefused(string address, string reason);
}

/// <summary>A host that others connect to, and that serves them: a node.</summary>
public interface INodeHost : IPeerHost
{
    /// <summary>The replica here, which their requests are for.</summary>
    IReplicaService Service { get; }

    /// <summary>What clients have coordinated here.</summary>
    IDatabase Database { get; }

    /// <summary>Whether it should coordinate anything: others know more while it is starting, and will outlive it when it is about to stop.</summary>
    bool IsReady { get; }

    /// <summary>The answer to a hello that was not refused.</summary>
    Hello Welcome(Hello theirs);

    /// <summary>Another home replica compares its tree with this node's.</summary>
    WalkReply Answer(WalkRequest request);
}

/// <summary>A connection that this node opened to another, after the handshake.</summary>
public interface IPeer : IReplica
{
    /// <summary>Where it was called, as <c>host:port</c>.</summary>
    string Address { get; }

    /// <summary>What the other said of itself.</summary>
    Hello Hello { get; }

    /// <summary>The other's clock minus ours in ms, by the best recent ping; null where it was not heard lately.</summary>
    long? ClockOffset { get; }

    /// <summary>Asks for a step of a walk; false where it cannot be sent now.</summary>
    bool Walk(WalkRequest request, OperationId operation);

    /// <summary>Has the other coordinate a request; false where it cannot be sent now.</summary>
    bool Ask(in AskRequest request, OperationId operation);

    /// <summary>Closes the connection; it is dialled again.</summary>
    void Drop(string reason);
}
