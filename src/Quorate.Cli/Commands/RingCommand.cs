using System.CommandLine;
using System.Text.Json;
using Quorate.Cli.Output;

namespace Quorate.Cli.Commands;

internal static class RingCommand
{
    /// <summary>What QUORATE.RING answers.</summary>
    /// <param name="HomeReplicas">Names, the first one first.</param>
    /// <param name="Fallbacks">Who stands in for them.</param>
    private sealed record Place(int Slot, int Partition, IReadOnlyList<string> HomeReplicas, IReadOnlyList<string> Fallbacks);

    public static Command Make(ClientVerb verb)
    {
        Argument<string> key = ClientVerb.Key();
        return verb.Make(
            "ring",
            "Show where a key lives.",
            writes: false,
            [key],
            parsed => [ClientVerb.Utf8("QUORATE.RING"), ClientVerb.Utf8(parsed.GetRequiredValue(key))],
            (_, reply, json) =>
            {
                if (json) verb.Terminal.JsonOf(JsonSerializer.Deserialize<JsonElement>(reply.Bytes));
                else Print(verb.Terminal, JsonSerializer.Deserialize<Place>(reply.Bytes, JsonSerializerOptions.Web)!);
                return ExitCode.Ok;
            });
    }

    private static void Print(Terminal terminal, Place place) => terminal.Table(
        ["place", "value"],
        [
            ["slot", $"{place.Slot}"],
            ["partition", $"{place.Partition}"],
            ["home replicas", string.Join(", ", place.HomeReplicas)],
            ["fallbacks", place.Fallbacks.Count == 0 ? "none" : string.Join(", ", place.Fallbacks)],
        ]);
}
