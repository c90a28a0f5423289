using System.Text.Json.Serialization;
using Quorate.Coordinator;

namespace Quorate.Resp.Info;

/// <summary>Where a key lives.</summary>
/// <param name="HomeReplicas">Names, in the order of the preference list.</param>
/// <param name="Fallbacks">The other nodes, in the same order.</param>
internal sealed record RingPlace(
    string Keyspace, string Key, int Slot, int Partition, uint Epoch, string[] HomeReplicas, string[] Fallbacks);

/// <summary>Anti-entropy on one node, and where its members are.</summary>
internal sealed record RepairReport(string Name, RepairStatus Repair, RepairMember[] Members);

/// <param name="Resp">Its Redis listener; empty where it has none.</param>
internal sealed record RepairMember(string Name, string Resp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(RingPlace))]
[JsonSerializable(typeof(RepairReport))]
internal sealed partial class RespJson : JsonSerializerContext;
