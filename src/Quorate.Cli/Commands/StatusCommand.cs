using System.CommandLine;
using System.Text.Json;
using Quorate.Cli.Client;
using Quorate.Cli.Output;
using Quorate.Coordinator;

namespace Quorate.Cli.Commands;

internal static class StatusCommand
{
    public static Command Make(ClientVerb verb) => verb.Make(
        "status",
        "Show a node and how it sees the others.",
        writes: false,
        [],
        _ => [ClientVerb.Utf8("QUORATE.STATUS")],
        (_, reply, json) =>
        {
            if (json) verb.Terminal.JsonOf(JsonSerializer.Deserialize<JsonElement>(reply.Bytes));
            else Print(verb.Terminal, JsonSerializer.Deserialize<NodeStatus>(reply.Bytes, JsonSerializerOptions.Web)!);
            return ExitCode.Ok;
        });

    private static void Print(Terminal terminal, NodeStatus node)
    {
        terminal.Table(
            ["node", "value"],
            [
                ["name", node.Name],
                ["id", $"{node.Id}, start {node.Start}"],
                ["zone", node.Zone],
                ["state", node.State],
                ["cluster", node.ClusterId.Length == 0 ? "not formed" : $"{node.ClusterId}, epoch {node.Epoch}"],
                ["durability", node.Durability],
                ["entries", $"{node.Entries} ({node.Bytes} bytes of keys and values)"],
                ["log", Log(node.Space)],
                ["compaction", $"{(node.Space.IsCompacting ? "running" : "idle")}, {node.Space.CompactedSegments} segments ({Megabytes(node.Space.CompactedBytes)}) freed since the start"],
                ["snapshots", $"of {node.Space.Snapshots} segments ({Megabytes(node.Space.SnapshotBytes)}), {node.Space.UnreadSegments} segments not read again since the start"],
                ["value memory", $"{Megabytes(node.Space.ValueMemoryBytes)} of {Megabytes(node.Space.ValueMemoryLimit)}, {node.Space.Loads} values read from disk"],
                ["hints", $"{node.Hints} kept for others, {node.HintsDropped} dropped"],
                ["tombstones", Tombstones(node.Tombstones)],
                ["anti-entropy", Repair(node.Repair)],
                ["unfit partitions", $"{node.Unfit}, {node.Mended?.Partitions ?? 0} mended since the start ({node.Mended?.Entries ?? 0} entries fetched)"],
                ["scrub", $"{Megabytes(node.Space.ScrubbedBytes)} read again and checked since the start"],
                ["coordinated", $"{node.Coordinated.Reads} reads, {node.Coordinated.Writes} writes, {node.Coordinated.Failures} failures"],
                ["gossip", $"{node.Gossip.Received} received, {node.Gossip.Sent} sent, health {node.Gossip.Health}"],
                ["up", $"{TimeSpan.FromSeconds(node.UptimeSeconds)}"],
            ]);
        if (node.Peers.Count == 0) return;
        terminal.Line("");
        terminal.Table(["peer", "address", "state", "connection", "clock", "hints for it"], node.Peers.Select(Row));
    }

    private static string Log(SpaceFigures space) =>
        $"{Megabytes(space.DiskBytes)} on disk: {Megabytes(space.LiveBytes)} live, {Megabytes(space.DeadBytes)} dead, {space.Segments} segments";

    private static string Tombstones(TombstoneStatus tombstones)
    {
        string gone = tombstones.GoneUpTo == 0 ? "none gone yet" : $"those before {DateTimeOffset.FromUnixTimeMilliseconds(tombstones.GoneUpTo):yyyy-MM-dd HH:mm:ss} UTC are gone";
        string held = tombstones.HeldBackBy.Length == 0 ? "" : $"; held back: {tombstones.HeldBackBy}";
        return $"{tombstones.Held} kept, {gone}{held}";
    }

    private static string Repair(RepairStatus repair)
    {
        string state = repair.PausedSince is { } since ? $"paused since {DateTimeOffset.FromUnixTimeMilliseconds(since):yyyy-MM-dd HH:mm:ss} UTC" : "on";
        string pass = repair.Pass is { } last ? $"; eager pass {last.State}: {last.Compared} of {last.Partitions} partitions compared, {last.Differing} differed" : "";
        return $"{state}, {Megabytes(repair.MovedBytes)} moved, at most {Megabytes(repair.BytesPerSecond)}/s{pass}";
    }

    private static string Megabytes(long bytes) => $"{bytes / (1024.0 * 1024):0.0} MiB";

    private static string Hints(HintCounts hints) =>
        $"{hints.Total} ({hints.Counted} counted), {hints.HandedOver} handed over{(hints.UnderWay > 0 ? $", {hints.UnderWay} under way" : "")}";

    private static string[] Row(PeerStatus peer) =>
    [
        peer.Name.Length == 0 ? "?" : peer.Name,
        peer.Address,
        peer.Since is { } since ? $"{peer.State} since {DateTimeOffset.FromUnixTimeMilliseconds(since):yyyy-MM-dd HH:mm:ss} UTC" : "",
        peer.Connected ? "connected" : peer.Problem is null ? "not connected" : $"not connected: {peer.Problem}",
        peer.ClockOffsetMilliseconds is { } offset ? $"{offset:+0;-0;0} ms" : "",
        peer.Hints is { } hints ? Hints(hints) : "",
    ];
}
