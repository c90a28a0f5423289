using Quorate.Server.Configuration;

namespace Quorate.Server;

/// <summary>
/// A throw-away cluster for tests: real nodes on loopback in this process, which keep everything in memory. One line starts it, and
/// disposing it leaves nothing behind.
/// </summary>
public sealed class QuorateCluster : IAsyncDisposable
{
    /// <summary>Somebody else may take a port between its choice and its use.</summary>
    private const int MostAttempts = 5;

    private readonly ClusterNode[] _nodes;

    private QuorateCluster(ClusterNode[] nodes) => _nodes = nodes;

    /// <summary>In the order of their names, <c>n1</c>, <c>n2</c>, …</summary>
    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    /// <summary>Any of them is as good as another: the first.</summary>
    public QuorateDatabase Database => _nodes[0].Database;

    /// <summary>What a <c>QuorateClient</c> connects to: <c>host:port,host:port</c>.</summary>
    public string PeerAddresses => string.Join(',', _nodes.Select(node => node.PeerAddress));

    /// <summary>Starts a cluster and waits until all its nodes serve.</summary>
    /// <param name="nodes">1 to 16.</param>
    /// <param name="configure">Changes what each node is told: keyspaces, limits. Name, addresses and durability are the cluster's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">No ports could be had.</exception>
    /// <exception cref="TimeoutException">They did not come to serve within 30 s; says why not.</exception>
    public static async Task<QuorateCluster> StartAsync(int nodes = 3, Action<QuorateOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodes, 16);
        for (int attempt = 1; ; attempt++)
        {
            int[] ports = LoopbackPorts.Take(2 * nodes);
            string[] peers = [.. ports.Take(nodes).Select(port => $"127.0.0.1:{port}")];
            var cluster = new QuorateCluster([.. Enumerable.Range(0, nodes).Select(index => new ClusterNode($"n{index + 1}", peers[index], $"127.0.0.1:{ports[nodes + index]}", peers, configure))]);
            try
            {
                foreach (ClusterNode node in cluster._nodes) await node.StartAsync(cancellationToken);
                // Twice: one that serves may have lost a connection to one that came to serve after it.
                foreach (ClusterNode node in cluster._nodes.Concat(cluster._nodes)) await node.ServesAsync(cancellationToken);
                return cluster;
            }
            catch (IOException) when (attempt < MostAttempts)
            {
                await cluster.DisposeAsync();
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Stops all nodes; what they held is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.StopAsync()));
        foreach (ClusterNode node in _nodes) node.Dispose();
    }
}
