using System.Collections.Immutable;

namespace Quorate.Node.Storage;

/// <summary>What was found when the log was opened.</summary>
/// <param name="Entries">Keys recovered, deleted and expired ones included.</param>
/// <param name="Bytes">Bytes of their keys and payloads.</param>
/// <param name="CutBytes">Bytes of a torn tail that were cut off.</param>
/// <param name="Damages">Places where something is wrong that is no torn tail.</param>
/// <param name="UnfitPartitions">Partitions that are not served because of them.</param>
/// <param name="Findings">A line for each cut and damage, the first <see cref="MaxFindings"/> of them.</param>
public sealed record RecoveryReport(
    long Entries, long Bytes, long CutBytes, int Damages, int UnfitPartitions, ImmutableArray<string> Findings)
{
    /// <summary>What is found beyond is counted and not told.</summary>
    public const int MaxFindings = 20;
}
