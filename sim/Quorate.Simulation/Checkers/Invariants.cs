using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Checkers;

/// <summary>All that is checked of a run.</summary>
public static class Invariants
{
    public static IReadOnlyList<IChecker> All { get; } =
    [
        new AcknowledgedWritesAreRead(),
        new LaterWritesWin(),
        new ReadsDoNotGoBack(),
        new SessionsDoNotGoBack(),
        new CertainFailuresDidNothing(),
        new AVersionNamesOneValue(),
        new ReadsFindWhatWasPut(),
        new ExpiredStaysExpired(),
        new StampsRise(),
        new RequestsEnd(),
        new ReplicasAgree(),
        new SloppyWritesAreKept(),
        new SloppyWritesComeHome(),
        new MemoryIsBounded(),
    ];

    public static Violation? FirstBroken(History history) =>
        All.Select(checker => checker.Check(history)).FirstOrDefault(violation => violation is not null);
}
