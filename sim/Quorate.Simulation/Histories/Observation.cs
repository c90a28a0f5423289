using Quorate.Core.Versions;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Histories;

public enum Verb
{
    Get,
    Put,
    PutIf,
    Delete,
    Expire,
}

/// <summary>What a client knows after its request.</summary>
public enum Told
{
    /// <summary>Nothing yet.</summary>
    Nothing,
    Ok,

    /// <summary>It failed, and certainly did nothing (law 7).</summary>
    CertainlyNot,

    /// <summary>It may have been done, or may yet be.</summary>
    Unknown,
}

/// <summary>One request as its client saw it.</summary>
/// <param name="Node">The coordinator.</param>
/// <param name="Value">What was to be put, or what a read found.</param>
/// <param name="Level">R of a read, W of a write.</param>
/// <param name="Version">Of what was read or written; of a failed write what it was last tried under, where that is known.</param>
/// <param name="Began">Microseconds of virtual time.</param>
/// <param name="Ended">Likewise; 0 where nothing was told.</param>
public sealed record Observation(
    string Node, Verb Verb, string Key, string? Value, int Level, Told Told, Version Version, long Began, long Ended)
{
    private const int Shown = 24;

    /// <summary>Unix ms, of what was put or read; 0 for never.</summary>
    public long ExpiresAt { get; init; }

    /// <summary>Up to where any node had let go of tombstones for good when this ended.</summary>
    public HybridTimestamp GoneUpTo { get; init; }

    /// <summary>Number of the session in which it was asked; 0 for none.</summary>
    public int Session { get; init; }

    /// <summary>From 1: what a client is not told ok of it may ask again.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Fallbacks might stand in: its replicas need not meet those of any other request.</summary>
    public bool IsSloppy { get; init; }

    /// <summary>Of a sloppy write: nodes that held it, or something newer, when it was acknowledged.</summary>
    public int Keepers { get; init; }

    /// <summary>Of a sloppy write: nodes that could not be asked.</summary>
    public int Silent { get; init; }

    /// <summary>R of a read or W of a write, as far as others may count on it: of home replicas.</summary>
    public int Meets => IsSloppy ? 0 : Level;

    /// <summary>Whether a write was made: an edit's condition may not hold.</summary>
    public bool Applied { get; init; } = true;

    public string Failure { get; init; } = "";

    /// <summary>The node stood still or died meanwhile.</summary>
    public bool IsDisturbed { get; init; }

    public int TimeoutMilliseconds { get; init; }

    public bool IsRead => Verb == Verb.Get;

    public bool IsOkRead => IsRead && Told == Told.Ok;

    /// <summary>A put or delete that was acknowledged.</summary>
    public bool IsAcknowledgedWrite => Verb is Verb.Put or Verb.PutIf or Verb.Delete && Told == Told.Ok && Applied;

    public bool IsPut => Verb is Verb.Put or Verb.PutIf;

    /// <summary>A put or delete of which the client was told that it was not made.</summary>
    public bool IsCertainlyNotMade => (IsPut || Verb == Verb.Delete) && (Told == Told.CertainlyNot || (Told == Told.Ok && !Applied));

    /// <summary>Whether it may have left the key deleted, or as good as that by now, and a horizon has passed it.</summary>
    public bool MayBeGoneBy(HybridTimestamp horizon)
    {
        if ((Value is not null && ExpiresAt == 0) || Told == Told.CertainlyNot) return false;
        // Nobody knows the version of what was lost with its coordinator.
        HybridTimestamp written = Version == Version.None ? HybridTimestamp.FromMilliseconds(SimClock.RightAt(Began)) : Version.Timestamp;
        HybridTimestamp expired = HybridTimestamp.FromMilliseconds(ExpiresAt == 0 ? 0 : ExpiresAt + 1);
        return written <= horizon && expired <= horizon;
    }

    public override string ToString()
    {
        string value = Value is null ? "(none)" : Value.Length <= Shown ? Value : $"{Value[..Shown]}… ({Value.Length})";
        string told = Told == Told.Ok && !Applied ? "did not apply" : $"{Told} {(Told == Told.Ok ? $"{Version}" : Failure)}";
        string again = Attempt > 1 ? $", attempt {Attempt}" : "";
        string session = Session > 0 ? $", session {Session}" : "";
        return $"{Began,10} {Ended,10} {Node} {Verb} {Key}={value} at {Level}{(IsSloppy ? ", sloppy" : "")}{session}{again}: {told}";
    }
}
