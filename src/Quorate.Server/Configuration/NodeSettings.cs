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

/// <summary><see cref="QuorateOptions"/> that were understood: what a node is made from.</summary>
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
