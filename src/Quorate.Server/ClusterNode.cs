using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quorate.Server.Configuration;
using Quorate.Server.Facade;

namespace Quorate.Server;

/// <summary>One node of a <see cref="QuorateCluster"/>.</summary>
public sealed class ClusterNode : IDisposable
{
    private static readonly TimeSpan ServingPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    private readonly IHost _host;
    private readonly TimeProvider _time;
    private Task? _stopped;

    internal ClusterNode(string name, string peer, string resp, IReadOnlyList<string> peers, Action<QuorateOptions>? configure)
    {
        (Name, PeerAddress, RespAddress) = (name, peer, resp);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging().AddQuorateNode(options =>
        {
            configure?.Invoke(options);
            (options.Name, options.Peer, options.Resp, options.RespCluster, options.Http) = (name, peer, [resp], [], "");
            (options.Join, options.Durability) = (peers, "memory");
        });
        _host = builder.Build();
        _time = _host.Services.GetRequiredService<TimeProvider>();
        Database = _host.Services.GetRequiredService<QuorateDatabase>();
        Admin = _host.Services.GetRequiredService<AdminFacade>();
    }

    /// <summary>Unique in its cluster.</summary>
    public string Name { get; }

    /// <summary><c>host:port</c>: where other nodes and .NET clients connect to.</summary>
    public string PeerAddress { get; }

    /// <summary><c>host:port</c>: where Redis clients connect to.</summary>
    public string RespAddress { get; }

    /// <summary>Requests that this node coordinates, with no socket between.</summary>
    public QuorateDatabase Database { get; }

    /// <summary>Its status, and whether it is ready.</summary>
    public AdminFacade Admin { get; }

    /// <summary>Takes it away: the others go on without it, and it does not come back.</summary>
    public Task StopAsync() => _stopped ??= _host.StopAsync();

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    internal Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    /// <exception cref="TimeoutException">It does not; says why not.</exception>
    internal async Task ServesAsync(CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        while (await WhyNotServingAsync() is { } reason)
        {
            if (_time.GetElapsedTime(began) > ServingPatience) throw new TimeoutException($"{Name} does not serve after {ServingPatience.TotalSeconds} s: {reason}");
            await Task.Delay(LookEvery, _time, cancellationToken);
        }
    }

    /// <summary>While a cluster forms, who is ready may lose connections once more: the last to know of it makes them all anew.</summary>
    private async Task<string?> WhyNotServingAsync()
    {
        if (await Admin.WhyNotReadyAsync() is { } reason) return reason;
        string[] missing = [.. (await Admin.StatusAsync()).Peers.Where(peer => !peer.Connected).Select(peer => peer.Name)];
        return missing.Length == 0 ? null : $"it is not connected to {string.Join(", ", missing)}";
    }
}
