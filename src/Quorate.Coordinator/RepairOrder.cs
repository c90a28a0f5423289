namespace Quorate.Coordinator;

/// <summary>What anti-entropy can be told to do.</summary>
public enum RepairAct
{
    /// <summary>Anti-entropy stands still, with whoever asks too, until it is resumed or the node restarts.</summary>
    Pause,

    /// <summary>It runs again.</summary>
    Resume,

    /// <summary>An eager pass: everything is compared once, now.</summary>
    Start,

    /// <summary>Ends an eager pass; what it moved stays.</summary>
    Stop,

    /// <summary>
    /// What is unfit on this node is mended from whoever is fit now, be they too few (law 11): what only damaged logs held is lost.
    /// </summary>
    AcceptLoss,
}

/// <summary>What an operator wants of anti-entropy on one node.</summary>
/// <param name="Act">What to do.</param>
/// <param name="Keyspace">Of a pass: the only one to mend; null for all.</param>
/// <param name="IsNow">Of a pass: does not yield to clients' load. The bound on bytes a second holds.</param>
/// <param name="WithAll">Of a pass: with every other home replica; else with those that this node is the one to ask, so that a pass on all nodes compares each pair once.</param>
public readonly record struct RepairOrder(RepairAct Act, string? Keyspace = null, bool IsNow = false, bool WithAll = false);
