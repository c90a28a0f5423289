using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Quorate.Core;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;

namespace Quorate.Server.Configuration;

/// <summary>A Redis listener.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Keyspace">The one it is bound to, or null.</param>
public readonly record struct RespAddress(ListenAddress Address, string? Keyspace);

/// <summary><see cref="QuorateOptions"/> that were understood: what a node is made from, whole and within bounds.</summary>
/// <param name="Name">Unique in its cluster: 1 to 64 letters, digits, dots, dashes or underscores.</param>
/// <param name="Zone">What fails together, spelt as a name is; <c>default</c> where nothing was said.</param>
/// <param name="Weight">Share of the data relative to the other nodes, 1 to 65,535; 1 by default.</param>
/// <param name="Data">The node's directory, <c>.quorate/NAME</c> by default; not touched under <see cref="Durability.Memory"/>.</param>
/// <param name="Durability">When a write counts as stored; <see cref="Durability.Fsync"/> by default.</param>
/// <param name="ValueMemoryBytes">Memory for values, 1 GiB by default; those beyond are read from disk.</param>
/// <param name="Resp">Redis listeners, <c>127.0.0.1:6401</c> by default; may be none.</param>
/// <param name="RespCluster">Redis Cluster listeners; none by default.</param>
/// <param name="Http">The HTTP listener, <c>127.0.0.1:8401</c> by default; null for none.</param>
/// <param name="Peer">Where the other nodes connect to, over TCP and UDP; <c>127.0.0.1:7401</c> by default.</param>
/// <param name="Join">Peer addresses of the other nodes, each once as <c>host:port</c>, the own one left out; empty for a cluster of one.</param>
/// <param name="Keyspaces">The same on every node; those Redis has are always among them.</param>
/// <param name="Limits">Of keys and values in bytes, 64 KiB and 16 MiB by default.</param>
/// <param name="MaxConnections">Redis clients at a time, 1 to 1,000,000; 10,000 by default.</param>
/// <param name="Hints">What hints may take that no acknowledged write counts on: 10 % of the disk and three hours by default.</param>
/// <param name="TombstoneAge">How long one is kept at least, a minute to a year; a day by default. The same on every node.</param>
/// <param name="RepairBytesPerSecond">What this node's anti-entropy moves at most, both ways together: 64 KiB or more, 16 MiB by default.</param>
/// <param name="Replace">With an empty data directory: take the place of the member of this name, which is gone for good.</param>
public sealed record NodeSettings(
    string Name,
    string Zone,
    int Weight,
    string Data,
    Durability Durability,
    long ValueMemoryBytes,
    ImmutableArray<RespAddress> Resp,
    ImmutableArray<RespAddress> RespCluster,
    ListenAddress? Http,
    ListenAddress Peer,
    ImmutableArray<string> Join,
    KeyspaceTable Keyspaces,
    Limits Limits,
    int MaxConnections,
    HintSettings Hints,
    TimeSpan TombstoneAge,
    long RepairBytesPerSecond,
    bool Replace = false)
{
    /// <summary>Reads them all before it says what is wrong.</summary>
    /// <param name="options">As they were given.</param>
    /// <exception cref="OptionsValidationException">No node can be made from them; says all that is wrong.</exception>
    public static NodeSettings From(QuorateOptions options) =>
        NodeSettingsReader.Read(options, out IReadOnlyList<string> problems)
        ?? throw new OptionsValidationException(nameof(QuorateOptions), typeof(QuorateOptions), problems);

    /// <summary>What the others are told: the first listener of each kind.</summary>
    public Endpoints Endpoints => new(
        Peer.ToString(),
        Resp.IsEmpty ? "" : Resp[0].Address.ToString(),
        RespCluster.IsEmpty ? "" : RespCluster[0].Address.ToString(),
        Http?.ToString() ?? "");
}
