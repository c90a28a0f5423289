using System.Text.Json.Serialization;
using Quorate.Coordinator;

namespace Quorate.Resp.Info;

/// <summary>Where a key lives.</summary>
/// <param name="Keyspace">Its name.</param>
/// <param name="Key">Read as UTF-8.</param>
/// <param name="Slot">0 to 16,383.</param>
/// <param name="Partition">0 to 1,023.</param>
/// <param name="Epoch">Of the topology that says so.</param>
/// <param name="HomeReplicas">Names, in the order of the preference list.</param>
/// <param name="Fallbacks">The other nodes, in the same order.</param>
internal sealed record RingPlace(
    string Keyspace, string Key, int Slot, int Partition, uint Epoch, string[] HomeReplicas, string[] Fallbacks);

/// <summary>Anti-entropy on one node, and where its members are.</summary>
internal sealed record RepairReport(string Name, RepairStatus Repair, RepairMember[] Members);

/// <summary>A member and its Redis listener, which is empty where it has none.</summary>
internal sealed record RepairMember(string Name, string Resp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(RingPlace))]
[JsonSerializable(typeof(RepairReport))]
internal sealed partial class RespJson : JsonSerializerContext;
