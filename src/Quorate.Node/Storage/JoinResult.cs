using Quorate.Core.Quorum;

namespace Quorate.Node.Storage;

/// <summary>What became of an entry that was joined.</summary>
/// <param name="Verdict">
/// <see cref="Verdict.Stored"/> or <see cref="Verdict.Superseded"/>; else a refusal that changed nothing:
/// <see cref="Verdict.Overloaded"/>, <see cref="Verdict.Unfit"/> or <see cref="Verdict.TooLarge"/>.
/// </param>
/// <param name="By">The version of the winner, stored or superseding.</param>
/// <param name="Position">Where the winner is in the log: the answer waits while this is above the durable position.</param>
public readonly record struct JoinResult(Verdict Verdict, Version By, long Position)
{
    /// <summary>Nothing has changed, and there is no winner to wait for.</summary>
    /// <param name="verdict">Why.</param>
    public static JoinResult Refused(Verdict verdict) => new(verdict, Version.None, 0);
}
