namespace Quorate.Core.Repair;

/// <summary>What a replica that lost data must do before it votes again (law 11).</summary>
public static class Mend
{
    /// <summary>
    /// How many other home replicas to walk: what was acknowledged is on W logs, so at least W - 1 of the others have it, and N - W + 1
    /// of the others cannot all be without it. At most all of them: what only the own log held (W = 1) is lost.
    /// </summary>
    /// <param name="n">Home replicas.</param>
    /// <param name="w">Logs that a write was acknowledged at.</param>
    public static int Needed(int n, int w) => Math.Clamp(n - w + 1, 1, Math.Max(1, n - 1));
}
