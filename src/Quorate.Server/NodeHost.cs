using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quorate.Coordinator.Environment;
using Quorate.Coordinator.Facade;
using Quorate.Node;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Disks;
using Quorate.Resp;
using Quorate.Resp.Protocol;
using Quorate.Server.Configuration;
using Quorate.Server.Facade;
using Quorate.Transport.Gossip;
using Quorate.Transport.Loop;
using Quorate.Transport.Peers;

namespace Quorate.Server;

/// <summary>
/// A node in this process: puts the pieces together, opens the listeners, and takes everything down again. It stops the
/// application when the node cannot go on.
/// </summary>
public sealed class NodeHost : IHostedService, IDisposable
{
    /// <summary>For what is under way: most requests end within their timeout of 2 s.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(4);

    /// <summary>For the loop's last turn; together with what the host itself takes, a stop stays below 10 s.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);

    /// <summary>For peers, gossip and those that are told that there are too many.</summary>
    private const int FurtherConnections = 1_000;

    private readonly NodeSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly EventLoop _loop;
    private readonly LoopThread _thread;
    private readonly WorkerThread _worker;
    private readonly WorkerThread _reader;
    private readonly IDisk _disk;
    private readonly QuorateNode _node;
    private readonly List<IDisposable> _listeners = [];
    private RespServer? _resp;
    private bool _disposed;

    /// <summary>Reads the disk.</summary>
    /// <exception cref="NodeStartException">The node must not start; the message says what to do.</exception>
    /// <exception cref="IOException">The data directory cannot be used.</exception>
    internal NodeHost(NodeSettings settings, TimeProvider time, Random random, ILoggerFactory logs, IHostApplicationLifetime lifetime)
    {
        _settings = settings;
        _time = time;
        _log = logs.CreateLogger("quorate");
        _lifetime = lifetime;
        _disk = settings.Durability == Durability.Memory ? new NoDisk() : new RealDisk(settings.Data);
        _worker = new WorkerThread("disk", WorkerFailed);
        _reader = new WorkerThread("disk reads", WorkerFailed);
        _loop = new EventLoop(time, ISocketDriver.Create(), new NetworkLimits(settings.MaxConnections + FurtherConnections), Note, LoopFailed);
        _thread = new LoopThread(_loop);
        _node = new QuorateNode(
            new NodeOptions(
                settings.Name, settings.Zone, settings.Weight, settings.Endpoints, settings.Join, settings.Durability, settings.Keyspaces, settings.Limits,
                ValueMemoryBytes: settings.ValueMemoryBytes,
                Hints: settings.Hints.LimitsOn(settings.Durability == Durability.Memory ? settings.ValueMemoryBytes : RealDisk.BytesAt(settings.Data)),
                TombstoneAge: settings.TombstoneAge,
                RepairBytesPerSecond: settings.RepairBytesPerSecond,
                Replace: settings.Replace),
            _loop,
            _disk,
            _worker,
            _reader,
            new PeerNetwork(_loop.Network, _loop, settings.Peer.ToString(), settings.Limits, random),
            new GossipLink(_loop.Network, settings.Peer.ToString()),
            random,
            Note,
            Stop);
        Database = new DatabaseFacade(_loop, _node.Database);
        Admin = new AdminFacade(_loop, _node, time);
    }

    /// <summary>The node's coordinator, for threads other than its loop.</summary>
    public DatabaseFacade Database { get; }

    /// <summary>The node's own state, for threads other than its loop.</summary>
    public AdminFacade Admin { get; }

    /// <summary>Why the node could not go on, or null.</summary>
    public string? Failure { get; private set; }

    /// <exception cref="IOException">An address cannot be bound; the message names it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _thread.Start("loop");
        try
        {
            await _thread.DoAsync(() =>
            {
                // First, so that a port that is taken is told before the node says that it serves. Nobody is accepted within this turn.
                OpenRespListeners();
                _node.Start();
            });
        }
        catch
        {
            await _thread.DoAsync(Database.Close);
            await EndLoopAsync(cancellationToken);
            throw;
        }

        Admin.SetNotReady(null);
    }

    /// <summary>Closes the listeners, finishes what is under way, takes leave of the other nodes.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Admin.SetNotReady("the node is stopping");
        if (_thread.Ended.IsCompleted) return;

        // 1. Nobody new comes in, and the others go on without this node.
        await _thread.DoAsync(() =>
        {
            foreach (IDisposable listener in _listeners) listener.Dispose();
            _resp?.Close();
            _node.Leave();
        });

        // 2. What is under way is finished.
        await _thread.WaitUntilAsync(() => _node.IsIdle && _resp?.Sessions.Count is null or 0, DrainPatience, _time);

        try
        {
            // 3. Nobody waits in vain, and what was confirmed is on disk.
            await _thread.DoAsync(() =>
            {
                Database.Close();
                _node.Stop();
            });
        }
        finally
        {
            // 4. What was still to be said is said.
            await EndLoopAsync(cancellationToken);
        }
    }

    /// <summary>A container disposes what it knows under two types twice.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _worker.Dispose();
        _reader.Dispose();
        _disk.Dispose();
    }

    private Task EndLoopAsync(CancellationToken cancellationToken)
    {
        _loop.Stop();
        return _thread.Ended.WaitAsync(StopPatience, _time, cancellationToken);
    }

    private void OpenRespListeners()
    {
        _resp = new RespServer(
            _node.Database, _node, _loop, _settings.Limits, RespLimits.For(_settings.Limits) with { MaxConnections = _settings.MaxConnections }, Note);
        foreach (RespAddress listener in _settings.Resp) Listen(_resp, listener, isCluster: false);
        foreach (RespAddress listener in _settings.RespCluster) Listen(_resp, listener, isCluster: true);
    }

    private void Listen(RespServer resp, RespAddress listener, bool isCluster)
    {
        string address = listener.Address.ToString();
        _listeners.Add(_loop.Network.Listen(address, resp.On(new RespListener(address, isCluster, listener.Keyspace))));
    }

    private void Note(string text) => _log.LogInformation("{Event}", text);

    /// <summary>The node's own word for "I cannot go on": nothing that this turn was about to send may leave.</summary>
    private void Stop(string reason) => throw new NodeFailedException(reason);

    private void LoopFailed(Exception failure)
    {
        Database.Close();
        Fail(failure);
    }

    private void WorkerFailed(Exception failure)
    {
        _loop.Post(Database.Close);
        _loop.Stop();
        Fail(failure);
    }

    private void Fail(Exception failure)
    {
        Failure = failure is NodeFailedException ? failure.Message : failure.ToString();
        _log.LogCritical("The node stops: {Reason}", Failure);
        _lifetime.StopApplication();
    }

    private sealed class NodeFailedException(string reason) : Exception(reason);
}
