using System.Text.Json.Serialization;
using Quorate.Coordinator;

namespace Quorate.Resp.Info;

/// <summary>Where a key lives.</summary>
/// <param name="HomeReplicas">Names, in the order of the preference list.</param>
/// <param name="Fallbacks">The other nodes, in the same order.</param>
internal sealed record RingPlace(
    string Keyspace, string Key, int Slot, int Partition, uint Epoch, string[] HomeReplicas, string[] Fallbacks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodeStatus))]
[JsonSerializable(typeof(RingPlace))]
internal sealed partial class RespJson : JsonSerializerContext;
