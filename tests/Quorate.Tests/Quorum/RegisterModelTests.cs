using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Quorum;

/// <summary>Laws 2, 3, 4 and 7 over thousands of random orders of events; a failure names its seed.</summary>
public class RegisterModelTests
{
    private const int Seeds = 30_000;
    private static readonly (int N, int W, int R)[] Settings =
        [(3, 2, 2), (3, 2, 2), (3, 3, 1), (3, 1, 3), (3, 2, 3), (5, 3, 3), (5, 2, 4), (4, 3, 2), (2, 2, 1)];

    private static readonly Lazy<ILookup<string, string>> Broken = new(Explore);

    [Fact]
    public void No_acknowledged_write_loses_to_an_older_one_whatever_the_clocks_say() => AssertNever("older wins");

    [Fact]
    public void An_acknowledged_write_is_at_W_replicas_or_something_newer_is() => AssertNever("lost");

    [Fact]
    public void A_read_finds_every_write_that_was_acknowledged_before_it_began() => AssertNever("stale read");

    [Fact]
    public void Reads_at_a_quorum_never_go_back() => AssertNever("read goes back");

    [Fact]
    public void A_certain_failure_left_nothing_anywhere() => AssertNever("uncertain failure");

    [Fact]
    public void No_version_is_minted_twice() => AssertNever("minted twice");

    [Fact]
    public void Every_request_ends() => AssertNever("endless");

    private static void AssertNever(string what) => Assert.Empty(Broken.Value[what].Take(3));

    private static ILookup<string, string> Explore() =>
        (from seed in Enumerable.Range(0, Seeds)
         from broken in Judge(seed, Settings[seed % Settings.Length])
         select (broken.What, Where: $"seed {seed}: {broken.Who}")).ToLookup(broken => broken.What, broken => broken.Where);

    private static IEnumerable<(string What, string Who)> Judge(int seed, (int N, int W, int R) setting)
    {
        (int n, int w, int r) = setting;
        var model = new RegisterModel(seed, n, w, r);
        model.Run(puts: 2 + seed % 3, reads: 4);
        RegisterModel.Put[] acknowledged = [.. model.Puts.Where(put => put.IsAcknowledged)];
        RegisterModel.Read[] answered = [.. model.Reads.Where(read => read.IsOk)];

        foreach (RegisterModel.Put put in acknowledged)
        {
            bool hasLost = 2 * w > n && acknowledged.Any(other => other.Ended < put.Began && other.Version >= put.Version);
            if (hasLost) yield return ("older wins", $"{put.Version}");
            if (model.Replicas.Count(replica => replica.Entry.Head.Version >= put.Version) < w) yield return ("lost", $"{put.Version}");
        }

        foreach (RegisterModel.Read read in answered)
        {
            bool isStale = w + r > n && acknowledged.Any(put => put.Ended < read.Began && put.Version > read.Version);
            if (isStale) yield return ("stale read", $"{read.Version}");
            bool goesBack = 2 * r > n && answered.Any(other => other.Ended < read.Began && other.Version > read.Version);
            if (goesBack) yield return ("read goes back", $"{read.Version}");
        }

        foreach (RegisterModel.Put put in model.Puts.Where(put => IsCertainFailure(put.Kind)))
        {
            if (model.Replicas.Any(replica => replica.EverHeld.Overlaps(put.Versions))) yield return ("uncertain failure", $"{put.Version}");
        }

        if (model.Reads.Any(read => IsCertainFailure(read.Kind) && read.HasChangedReplicas)) yield return ("uncertain failure", "a read");
        if (model.Puts.SelectMany(put => put.Versions).CountBy(version => version).Any(minted => minted.Value > 1)) yield return ("minted twice", "");
        if (model.Puts.Any(put => put.Ended == int.MaxValue) || model.Reads.Any(read => read.Ended == int.MaxValue)) yield return ("endless", "");
    }

    private static bool IsCertainFailure(OutcomeKind kind) => kind is not (OutcomeKind.Ok or OutcomeKind.TimedOut);
}
