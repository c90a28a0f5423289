using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Workloads;

/// <summary>
/// One client: asks some coordinator, waits as long as it told that one to and a little longer, and where it was not told ok asks
/// again through another. A put that is asked again is a new write of the same value: both may come to be.
/// </summary>
/// <param name="next">What it wants done next.</param>
/// <param name="log">Takes each call that is made.</param>
internal sealed class Client(SimCluster cluster, Random random, int meanThinkMicroseconds, Func<Func<ISimHome, SimCall>> next, Action<SimCall> log)
{
    private const int MostAttempts = 4;

    /// <summary>Microseconds before the second attempt; twice as long before each further one.</summary>
    private const int Pause = 10_000;

    /// <summary>Microseconds beyond the timeout: what a network takes. A node that stands still answers no sooner.</summary>
    private const int Patience = 20_000;
    private ISimHome? _home;
    private bool _isStopped;

    /// <summary>It stays with a coordinator that serves it, most of the time.</summary>
    private ISimHome PickHome() =>
        _home is null || random.Next(4) == 0 ? cluster.Homes[random.Next(cluster.Homes.Count)] : _home;

    public void Start() => cluster.Scheduler.After(random.Next(2 * meanThinkMicroseconds), () =>
    {
        if (!_isStopped) Ask(next(), random.Next(1, MostAttempts + 1), attempt: 1);
    });

    /// <summary>Begins nothing further.</summary>
    public void Stop() => _isStopped = true;

    private void Ask(Func<ISimHome, SimCall> request, int attempts, int attempt)
    {
        SimCall call = request(_home = PickHome());
        call.Attempt = attempt;
        log(call);
        call.Then(() => GoOn(call, request, attempts));
        if (!call.IsEnded) cluster.Scheduler.After((call.TimeoutMilliseconds * 1000L) + Patience, call.GiveUp);
    }

    private void GoOn(SimCall call, Func<ISimHome, SimCall> request, int attempts)
    {
        if (call.IsAcknowledgedBySloppyQuorum) call.Witnesses = cluster.WitnessesOf(call.Key);
        if (!call.IsOk) _home = null;
        if (call.IsOk || call.Attempt == attempts)
        {
            Start();
            return;
        }

        cluster.Scheduler.After(random.Next(Pause << call.Attempt), () =>
        {
            if (!_isStopped) Ask(request, attempts, call.Attempt + 1);
        });
    }
}
