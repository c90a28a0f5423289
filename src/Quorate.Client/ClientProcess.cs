using Quorate.Client.Cluster;
using Quorate.Coordinator.Facade;
using Quorate.Core;
using Quorate.Transport.Loop;
using Quorate.Transport.Peers;

namespace Quorate.Client;

/// <summary>A <see cref="ClusterLink"/> on sockets, and its loop on a thread of its own: started once, and stopped without leaving anybody waiting.</summary>
internal sealed class ClientProcess
{
    /// <summary>For what is under way; after their answers, writes wait 200 ms for a silent replica before a hint takes its place.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(1);

    /// <summary>For the loop's last turn.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);

    private readonly TimeProvider _time;
    private readonly EventLoop _loop;
    private readonly LoopThread _thread;
    private readonly ClusterLink _link;
    private readonly TaskCompletionSource<DatabaseFacade> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DatabaseFacade? _facade;

    public ClientProcess(IReadOnlyList<string> seeds, Routing routing, Limits limits, int maxRequests, TimeProvider time, Random random, Action<string> log)
    {
        _time = time;
        _loop = new EventLoop(time, ISocketDriver.Create(), new NetworkLimits(), log, Fail);
        _thread = new LoopThread(_loop);
        var network = new PeerNetwork(_loop.Network, _loop, listenAddress: null, limits, random);
        _link = new ClusterLink(_loop, network, seeds, routing, limits, OnStarted, log);

        void OnStarted(ClusterLink link)
        {
            _facade = new DatabaseFacade(_loop, link.Store, maxRequests);
            _started.TrySetResult(_facade);
        }
    }

    /// <returns>When some node has welcomed this client; until then it goes on calling them.</returns>
    public Task<DatabaseFacade> Start()
    {
        _thread.Start("quorate client");
        _loop.Post(_link.Start);
        return _started.Task;
    }

    /// <summary>Why no node has welcomed it yet, address by address.</summary>
    public async Task<string> ProblemsAsync()
    {
        string problems = "";
        await _thread.DoAsync(() => problems = string.Join("; ", _link.Problems));
        return problems.Length == 0 ? "none has answered" : problems;
    }

    public async Task StopAsync()
    {
        // 1. What is under way is finished, and what it owes to silent replicas is left with a node.
        await _thread.DoAsync(_link.Leave);
        await _thread.WaitUntilAsync(() => _link.IsIdle, DrainPatience, _time);

        // 2. Nobody waits in vain.
        _started.TrySetCanceled();
        await _thread.DoAsync(() =>
        {
            _facade?.Close();
            _link.Stop();
        });

        // 3. What was still to be said is said.
        _loop.Stop();
        await _thread.Ended.WaitAsync(StopPatience, _time);
    }

    /// <summary>On the loop, which ends: every request is answered, and later ones are refused.</summary>
    private void Fail(Exception failure)
    {
        _facade?.Close();
        _started.TrySetException(failure);
    }
}
