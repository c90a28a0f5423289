using System.Runtime.CompilerServices;

namespace Quorate.Core.Quorum;

/// <summary>
/// How a request ended. Of the failures, all but <see cref="TimedOut"/> promise that no replica stored anything (law 7).
/// </summary>
public enum OutcomeKind : byte
{
    /// <summary>As many replicas confirmed as had to.</summary>
    Ok = 0,

    /// <summary>Too few replicas can be reached, or are fit, for what was asked.</summary>
    Unavailable,

    /// <summary>A queue, buffer or disk is full.</summary>
    Overloaded,

    /// <summary>This coordinator's clock disagrees with its peers'.</summary>
    ClockDrift,

    /// <summary>The key holds another kind of value.</summary>
    WrongType,

    /// <summary>Key or value above the limit.</summary>
    TooLarge,

    /// <summary>Asked for something this cluster cannot mean: R above N, a keyspace that is none.</summary>
    Invalid,

    /// <summary>Some replica may have stored it: outcome unknown.</summary>
    TimedOut,
}

/// <summary>What one replica had to say to one request. The numbers are on the wire.</summary>
public enum Verdict : byte
{
    /// <summary>Not asked.</summary>
    None = 0,

    /// <summary>Asked, no answer yet.</summary>
    Pending = 1,

    /// <summary>Answered a read.</summary>
    Answered = 2,

    /// <summary>The put's version is the winner there.</summary>
    Stored = 3,

    /// <summary>A newer version is the winner there.</summary>
    Superseded = 4,

    /// <summary>Asked, and the connection broke before the answer: it may have stored the put.</summary>
    Lost = 5,

    /// <summary>No connection: nothing was sent.</summary>
    NotConnected = 6,

    /// <summary>Refused: too much in flight, or no room on its disk.</summary>
    Overloaded = 7,

    /// <summary>Refused: the replica's partition is damaged or not synced (law 11).</summary>
    Unfit = 8,

    /// <summary>Refused: the replica knows another topology, or is not home to the key.</summary>
    WrongEpoch = 9,

    /// <summary>Refused: above the replica's size limit.</summary>
    TooLarge = 10,

    /// <summary>Asked as a fallback, and keeps no hint for the key: that says nothing of what the key holds.</summary>
    NoHint = 11,
}

/// <summary>The verdicts of one request, by rank.</summary>
[InlineArray(ReplicaSet.MaxReplicas)]
public struct Verdicts
{
    private Verdict _first;
}

/// <summary>How a request ended, and on whose word: a failure that says whose and how many.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Needed">R or W as a number.</param>
/// <param name="Replicas">How many home replicas the key has: the verdicts in use, and behind them those of fallbacks that were asked.</param>
/// <param name="Confirmed">How many replicas confirmed.</param>
/// <param name="Verdicts">What each replica said, by rank.</param>
public readonly record struct Outcome(OutcomeKind Kind, int Needed, int Replicas, int Confirmed, Verdicts Verdicts)
{
    /// <summary>Whether as many replicas confirmed as had to.</summary>
    public bool IsOk => Kind == OutcomeKind.Ok;

    /// <summary>One that tells of no replica: most often none was asked.</summary>
    public static Outcome Failed(OutcomeKind kind) => new(kind, 0, 0, 0, default);
}

/// <summary>What a verdict says of what the replica stored.</summary>
public static class VerdictExtensions
{
    /// <summary>Whether the replica certainly stored nothing and never will for this request.</summary>
    public static bool IsRefusal(this Verdict verdict) => verdict >= Verdict.NotConnected;
}
