using System.Collections.Immutable;

namespace Quorate.Cli.Dev;

/// <summary>Which nodes a dev cluster has, and what each of them is told.</summary>
internal static class DevPlan
{
    public const int DefaultNodes = 3;

    /// <summary>Ports of a kind then differ in their last digit only.</summary>
    public const int MaxNodes = 9;

    public const int DefaultPortBase = 6400;

    /// <summary>The highest port, HTTP's of the last node, must still be one.</summary>
    public const int MaxPortBase = ushort.MaxValue - HttpOffset - MaxNodes;

    private const int ClusterOffset = 10;
    private const int PeerOffset = 1000;
    private const int HttpOffset = 2000;

    public static ImmutableArray<DevNode> Make(int nodes, int portBase, string data, string durability)
    {
        int[] numbers = [.. Enumerable.Range(1, nodes)];
        string join = string.Join(',', numbers.Select(number => portBase + PeerOffset + number));
        return [.. numbers.Select(number => MakeNode(number, portBase, Path.Combine(data, NameOf(number)), join, durability))];
    }

    public static string NameOf(int number) => $"n{number}";

    private static DevNode MakeNode(int number, int portBase, string data, string join, string durability)
    {
        int resp = portBase + number;
        int cluster = resp + ClusterOffset;
        int http = resp + HttpOffset;
        int peer = resp + PeerOffset;
        string[] arguments =
        [
            "server", "--name", NameOf(number), "--data", data, "--resp", $"{resp}", "--resp-cluster", $"{cluster}",
            "--http", $"{http}", "--peer", $"{peer}", "--join", join, "--durability", durability,
        ];
        return new DevNode(NameOf(number), resp, cluster, http, peer, data, arguments);
    }
}
