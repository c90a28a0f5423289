using Quorate.Core.Quorum;

namespace Quorate.Simulation.Workloads;

/// <summary>What clients ask of a request beside its key and value: every level by name and number, timeouts, fan-out, sloppy quorums.</summary>
internal sealed class RequestDraw(Random random, int percentOtherLevels, int mostPercentSloppy, ConsistencyLevel usual = default)
{
    /// <summary>The last one is more than there are replicas, and must be refused.</summary>
    private static readonly ConsistencyLevel[] Levels =
        [.. new[] { "ONE", "TWO", "THREE", "QUORUM", "ALL", "1", "2", "3", "4" }.Select(Parse)];

    /// <summary>A seed draws whether there are any, and how many.</summary>
    private readonly int _percentSloppy = random.Next(2) == 0 ? random.Next(mostPercentSloppy + 1) : 0;

    public RequestOptions Next()
    {
        bool isSloppy = random.Next(100) < _percentSloppy;
        return new(
            NextLevel(),
            isSloppy && random.Next(4) == 0 ? ConsistencyLevel.Any : NextLevel(),
            random.Next(4) == 0 ? random.Next(1, 300) : 0,
            random.Next(4) == 0 ? Fanout.All : Fanout.Default,
            false,
            isSloppy ? QuorumKind.Sloppy : QuorumKind.Default);
    }

    private ConsistencyLevel NextLevel() =>
        random.Next(100) < percentOtherLevels ? Levels[random.Next(Levels.Length)] : usual;

    private static ConsistencyLevel Parse(string text) => ConsistencyLevel.TryParse(text, out ConsistencyLevel level)
        ? level
        : throw new InvalidOperationException($"{text} is no level.");
}
