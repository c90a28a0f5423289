using Quorate.Client.Direct;
using Quorate.Client.Failures;
using Quorate.Coordinator.Facade;
using Quorate.Core;
using Quorate.Core.Quorum;

namespace Quorate.Client;

/// <summary>
/// A cluster, for an application: one instance is enough, any thread may use it. Who coordinates its requests says
/// <see cref="QuorateClientOptions.Routing"/>. The application sees none of the thread on which that runs.
/// </summary>
public sealed class QuorateClient : IAsyncDisposable
{
    private readonly ClientProcess _process;
    private readonly KeyspaceTable _keyspaces;
    private readonly RetryingDatabase _database;
    private int _isDisposed;

    private QuorateClient(ClientProcess process, DatabaseFacade database, TimeProvider time)
    {
        _process = process;
        _keyspaces = database.Keyspaces;
        _database = new RetryingDatabase(database, time);
    }

    /// <summary>Names of the cluster's keyspaces.</summary>
    public IEnumerable<string> Keyspaces => _keyspaces.All.Select(keyspace => keyspace.Name);

    internal RetryingDatabase Database
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return _database;
        }
    }

    /// <summary>Connects to a cluster; all its nodes are found through any one that answers.</summary>
    /// <param name="nodes">Peer addresses of some nodes, <c>host:port,host:port</c>: what they are given with <c>--peer</c>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An address is not <c>host:port</c>, or there is none.</exception>
    /// <exception cref="UnavailableException">No node took this client in time; the message says why, address by address.</exception>
    public static async Task<QuorateClient> ConnectAsync(string nodes, QuorateClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QuorateClientOptions();
        string[] seeds = [.. nodes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        if (seeds.Length == 0 || Array.Find(seeds, seed => !seed.Contains(':', StringComparison.Ordinal)) is not null)
            throw new ArgumentException($"'{nodes}' is no list of addresses: give host:port,host:port.", nameof(nodes));

#pragma warning disable RS0030 // A client is its own composition root.
        TimeProvider time = TimeProvider.System;
        var random = new Random();
#pragma warning restore RS0030
        var limits = new Limits(options.MaxKeyBytes, options.MaxValueBytes);
        var process = new ClientProcess(seeds, options.Routing, limits, options.MaxRequests, time, random, options.Log ?? (_ => { }));
        try
        {
            return new QuorateClient(process, await process.StartAsync(options.ConnectTimeout, cancellationToken), time);
        }
        catch
        {
            await process.StopAsync();
            throw;
        }
    }

    /// <summary>A keyspace by its name; the one that every cluster has is <c>default</c>.</summary>
    /// <exception cref="ArgumentException">The cluster has no keyspace of this name.</exception>
    public QuorateKeyspace Keyspace(string name = KeyspaceTable.DefaultName) =>
        _keyspaces.TryFind(name, out int index)
            ? new QuorateKeyspace(this, name, index)
            : throw new ArgumentException($"The cluster has no keyspace '{name}'; it has {string.Join(", ", Keyspaces)}.", nameof(name));

    /// <summary>
    /// Finishes what is under way, within a second, and closes the connections. Who still waits then gets
    /// <see cref="OutcomeUnknownException"/> or <see cref="ReadTimedOutException"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) await _process.StopAsync();
    }
}
