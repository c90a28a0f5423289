using System.Collections.Immutable;
using Quorate.Client;
using Quorate.Server.Configuration;

namespace Quorate.Cli.Bench;

internal enum BenchOperation
{
    Get,
    Put,

    /// <summary>As many gets as puts.</summary>
    Mix,
}

/// <param name="Nodes">Connections are dealt out to them in turn.</param>
/// <param name="Pipeline">Requests of one connection that are in flight at a time.</param>
/// <param name="Seconds">Of measured load; loading and reading back come on top.</param>
/// <param name="Theta">Of <see cref="Zipf"/>.</param>
/// <param name="Rate">Requests a second in an open loop; null is as fast as answers come.</param>
/// <param name="Load">Whether every key is written first.</param>
/// <param name="Routing">Of the .NET client; null for Redis' protocol.</param>
/// <param name="Tag">A hash tag that all keys have, so that they are in one slot; empty for none.</param>
/// <param name="Seed">The same seed draws the same keys and operations.</param>
internal sealed record BenchOptions(
    ImmutableArray<ListenAddress> Nodes,
    BenchOperation Operation,
    int Connections,
    int Pipeline,
    int Seconds,
    int ValueBytes,
    int Keys,
    double Theta,
    int? Rate,
    bool Load,
    bool Verify,
    int Seed,
    Routing? Routing = null,
    string Tag = "");
