using Quorate.Coordinator;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Cluster;

/// <summary>Where a request is coordinated: one of the coordinator's two homes, a node or a client of its own.</summary>
public interface ISimHome
{
    string Name { get; }

    Scheduler Scheduler { get; }

    /// <summary>All nodes of the cluster.</summary>
    IReadOnlyList<SimNode> All { get; }

    /// <summary>Whom to ask what is about all keys at once: a client has no way to.</summary>
    SimNode Node { get; }

    /// <summary>Runs a request on the home's loop; where nobody is there to take it, it is lost at once.</summary>
    void Ask(SimCall call, Action<IKeyValueStore> request);

    /// <summary>The same, for what is asked by an application that hosts it.</summary>
    void AskAsApplication(SimCall call, Action<QuorateDatabase> request);

    /// <summary>Tells who asked, when the turn sends what it has to send: not at all if the home dies in it.</summary>
    void Reply(Action tell);

    /// <summary>The call is answered.</summary>
    void Forget(SimCall call);
}
