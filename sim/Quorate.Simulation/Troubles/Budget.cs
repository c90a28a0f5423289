using Quorate.Core.Quorum;
using Quorate.Node.Storage;

namespace Quorate.Simulation.Troubles;

/// <summary>What a trouble takes from a node's log.</summary>
public enum Loss
{
    Nothing,

    /// <summary>What was not synced, for good.</summary>
    Unsynced,

    /// <summary>Records that were synced, until the node has fetched them from others.</summary>
    Records,
}

/// <summary>
/// Trouble never costs a key W of its logs, so that what was acknowledged at W can be asked of every law (law 3): all trouble
/// that loses data asks here first. W is the quorum; a write at ONE has one log, and where that is damaged it is not read
/// until it is repaired.
/// </summary>
public sealed class Budget(int nodes, Durability durability)
{
    /// <summary>Logs that may be damaged at one time: home replicas of one key may be any W of the nodes.</summary>
    private readonly int _most = ConsistencyLevel.Quorum.Required(Math.Min(Keyspace.DefaultN, nodes)) - 1;

    private int _damaged;

    /// <summary>
    /// Whether that may ever be lost. Only where all that is acknowledged is synced: else power takes what was acknowledged
    /// from any number of logs, and damage near the end of one is taken for a torn tail and cut, for good.
    /// </summary>
    public bool Affords(Loss loss) => loss switch
    {
        Loss.Nothing => true,
        Loss.Unsynced => durability == Durability.Fsync,
        _ => durability == Durability.Fsync && _most > 0,
    };

    /// <summary>Of some kinds of trouble those that can be at all.</summary>
    public IReadOnlyList<TroubleKind> Possible(IReadOnlyList<TroubleKind> kinds) =>
        [.. kinds.Where(kind => kind.LeastNodes <= nodes && Affords(kind.Loss))];

    /// <summary>Whether it may be lost now; what is spent comes back with <see cref="Return"/>.</summary>
    public bool TrySpend(Loss loss)
    {
        if (!Affords(loss) || (loss == Loss.Records && _damaged == _most)) return false;
        if (loss == Loss.Records) _damaged++;
        return true;
    }

    /// <summary>The log that it was spent on is whole again.</summary>
    public void Return(Loss loss)
    {
        if (loss == Loss.Records) _damaged--;
    }
}
