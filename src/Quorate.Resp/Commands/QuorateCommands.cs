using System.Text;
using System.Text.Json;
using Quorate.Coordinator;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Resp.Info;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>What Redis has no words for: consistency, and a look behind the curtain.</summary>
internal static class QuorateCommands
{
    public static CommandSpec[] All { get; } =
    [
        new("quorate.with", -2, CommandFlags.MovableKeys, null) { Prefix = WithOptions.Parse },
        new("quorate.explain", -2, CommandFlags.MovableKeys, null) { Prefix = Explain },
        new("quorate.consistency", -1, CommandFlags.Fast, Consistency),
        new("quorate.status", 1, CommandFlags.None, Status),
        new("quorate.ring", 2, CommandFlags.None, Ring),
        new("quorate.repair", -1, CommandFlags.None, RepairCommand.Run),
    ];

    private static string? Explain(ref Arguments arguments, ref RequestOptions options)
    {
        arguments = arguments.From(1);
        options = options with { Explain = true };
        return null;
    }

    private static void Consistency(in CommandContext command)
    {
        if (command.Arguments.Count == 1)
        {
            RespWriter reply = command.Reply;
            reply.Map(2);
            reply.Bulk("read"u8);
            reply.Bulk(command.Client.Options.R.ToString());
            reply.Bulk("write"u8);
            reply.Bulk(command.Client.Options.W.ToString());
            return;
        }

        RequestOptions options = command.Client.Options;
        string? problem = WithOptions.ParseConsistency(command.Arguments, ref options);
        if (problem is null)
        {
            command.Client.Options = options;
            command.Reply.Ok();
        }
        else
        {
            command.Reply.Error(problem);
        }
    }

    private static void Status(in CommandContext command) =>
        command.Reply.Bulk(JsonSerializer.SerializeToUtf8Bytes(command.Server.Admin.Status(), RespJson.Default.NodeStatus));

    private static void Ring(in CommandContext command)
    {
        ReadOnlySpan<byte> key = command.Arguments[1];
        if (command.Server.Admin.Topology is not { } topology)
        {
            Failures.Write(command.Reply, Outcome.Failed(OutcomeKind.Unavailable), default);
            return;
        }

        Keyspace keyspace = command.Server.Database.Keyspaces[command.Client.Keyspace];
        int partition = Partition.Of(key);
        PreferenceList list = topology.PreferenceListOf(partition);
        var place = new RingPlace(
            keyspace.Name,
            Encoding.UTF8.GetString(key),
            Slot.Of(key),
            partition,
            topology.Epoch,
            NamesOf(topology, list.HomeReplicas(keyspace.N)),
            NamesOf(topology, list.Fallbacks(keyspace.N)));
        command.Reply.Bulk(JsonSerializer.SerializeToUtf8Bytes(place, RespJson.Default.RingPlace));
    }

    private static string[] NamesOf(Topology topology, ReadOnlySpan<ushort> members)
    {
        var names = new string[members.Length];
        for (int i = 0; i < names.Length; i++) names[i] = topology.Members[members[i]].Name;
        return names;
    }
}
