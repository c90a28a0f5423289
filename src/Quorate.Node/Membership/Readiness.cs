using Quorate.Coordinator.Environment;

namespace Quorate.Node.Membership;

/// <summary>Whether a node should be asked: it knows of each member that it is connected or not alive, or has waited long enough; and it does not leave.</summary>
/// <param name="loop">Where it is called.</param>
/// <param name="unheard">The names of those who are taken for alive and not connected: of them nothing is known yet.</param>
/// <param name="log">One line an event.</param>
internal sealed class Readiness(ILoop loop, Func<string[]> unheard, Action<string> log)
{
    /// <summary>A member that is alive and cannot be reached for so long must not keep this node from serving.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private ITimer? _patience;

    public bool IsReady { get; private set; }

    public bool IsLeaving { get; private set; }

    /// <summary>It serves under a topology, perhaps a newer one: the others are heard from here on.</summary>
    public void Await()
    {
        if (IsLeaving) return;
        _patience?.Dispose();
        _patience = loop.Time.CreateTimer(_ => BecomeReady(), null, Patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something else is known of a member.</summary>
    public void Reconsider()
    {
        if (!IsReady && unheard().Length == 0) BecomeReady();
    }

    public void Leave()
    {
        IsLeaving = true;
        IsReady = false;
        _patience?.Dispose();
    }

    private void BecomeReady()
    {
        if (IsReady || IsLeaving) return;
        IsReady = true;
        string[] missing = unheard();
        log(missing.Length == 0 ? "ready" : $"ready, although nothing was heard of '{string.Join("', '", missing)}' for {Patience.TotalSeconds} s");
    }
}
