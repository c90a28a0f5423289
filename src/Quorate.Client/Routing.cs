namespace Quorate.Client;

/// <summary>Who coordinates a client's requests: sends them to the replicas, counts the quorum, repairs what is stale.</summary>
public enum Routing
{
    /// <summary>A home replica of the key, which so saves a way over the network; another node where none can be reached.</summary>
    TokenAware = 0,

    /// <summary>One node for all keys, the first that welcomed this client; another where it cannot be reached.</summary>
    ViaNode = 1,

    /// <summary>This client itself: the quickest, and no work for the nodes; for clients whose clock is right and whose network to all nodes is good.</summary>
    Direct = 2,
}
