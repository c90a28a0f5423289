namespace Quorate.Coordinator;

/// <summary>What a coordinator has done since its start.</summary>
public sealed class CoordinatorCounters
{
    /// <summary>That ended well.</summary>
    public long Reads { get; set; }

    /// <summary>That ended well: puts, deletes, clears and read-modify-writes.</summary>
    public long Writes { get; set; }

    /// <summary>Write-backs sent to replicas that were behind.</summary>
    public long Repairs { get; set; }

    /// <summary>Puts that lost to a newer version and went out again above it.</summary>
    public long Restamps { get; set; }

    /// <summary>Reads and writes that ended otherwise.</summary>
    public long Failures { get; set; }
}
