using Quorate.Coordinator.Facade;
using Quorate.Core;

namespace Quorate.Client;

/// <summary>
/// A cluster, for an application, over connections of its own to every node. Who coordinates its requests says
/// <see cref="QuorateClientOptions.Routing"/>.
/// </summary>
public sealed class QuorateClient : QuorateDatabase, IAsyncDisposable
{
    private readonly ClientProcess _process;

    private QuorateClient(ClientProcess process, TimeProvider time, IValueSerializer serializer)
        : base(process.Start(), time, serializer) => _process = process;

    /// <summary>Connects to a cluster; all its nodes are found through any one that answers.</summary>
    /// <param name="nodes">Peer addresses of some nodes, <c>host:port,host:port</c>: what they are given with <c>--peer</c>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An address is not <c>host:port</c>, or there is none.</exception>
    /// <exception cref="UnavailableException">No node took this client in time; the message says why, address by address.</exception>
    public static async Task<QuorateClient> ConnectAsync(string nodes, QuorateClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QuorateClientOptions();
        QuorateClient client = Start(nodes, options);
        try
        {
            await client.OpenAsync(options.ConnectTimeout, cancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// A client that connects in the background, for as long as it takes: a request that comes before waits, within its own timeout, and then
    /// fails with <see cref="UnavailableException"/>. So an application starts while the cluster is away.
    /// </summary>
    /// <param name="nodes">Peer addresses of some nodes, <c>host:port,host:port</c>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An address is not <c>host:port</c>, or there is none.</exception>
    public static QuorateClient Start(string nodes, QuorateClientOptions? options = null)
    {
        options ??= new QuorateClientOptions();
#pragma warning disable RS0030 // A client is its own composition root.
        TimeProvider time = TimeProvider.System;
        var random = new Random();
#pragma warning restore RS0030
        var limits = new Limits(options.MaxKeyBytes, options.MaxValueBytes);
        var process = new ClientProcess(AddressesIn(nodes), options.Routing, limits, options.MaxRequests, time, random, options.Log ?? (_ => { }));
        return new QuorateClient(process, time, options.Serializer);
    }

    /// <exception cref="ArgumentException">An address is not <c>host:port</c>, or there is none.</exception>
    internal static string[] AddressesIn(string nodes)
    {
        string[] addresses = [.. nodes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return addresses.Length > 0 && Array.TrueForAll(addresses, address => address.Contains(':', StringComparison.Ordinal))
            ? addresses
            : throw new ArgumentException($"'{nodes}' is no list of addresses: give host:port,host:port.", nameof(nodes));
    }

    /// <summary>
    /// Finishes what is under way, within a second, and closes the connections. Who still waits then gets
    /// <see cref="OutcomeUnknownException"/> or <see cref="ReadTimedOutException"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (TryClose()) await _process.StopAsync();
    }

    /// <inheritdoc/>
    protected override Task<string> WhyNotOpenAsync() => _process.ProblemsAsync();
}
