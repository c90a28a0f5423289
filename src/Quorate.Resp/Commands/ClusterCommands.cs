using System.Text;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Resp.Cluster;
using Quorate.Resp.Info;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>CLUSTER, READONLY, READWRITE, ASKING: where a cluster client should send what. It is never sent away.</summary>
internal static class ClusterCommands
{
    public static CommandSpec[] All { get; } =
    [
        new("cluster", -2, CommandFlags.None, null)
        {
            Subcommands = new CommandTable(
            [
                new("cluster|countkeysinslot", 3, CommandFlags.None, Guard(CountKeysInSlot)),
                new("cluster|getkeysinslot", 4, CommandFlags.None, Guard(GetKeysInSlot)),
                HelpCommand.Of("cluster"),
                new("cluster|info", 2, CommandFlags.None, Guard(Info)),
                new("cluster|keyslot", 3, CommandFlags.None, Guard(KeySlot)),
                new("cluster|myid", 2, CommandFlags.None, Guard(MyId)),
                new("cluster|nodes", 2, CommandFlags.None, Guard(Nodes)),
                new("cluster|shards", 2, CommandFlags.None, Guard(Shards)),
                new("cluster|slots", 2, CommandFlags.None, Guard(Slots)),
            ]),
        },
        new("readonly", 1, CommandFlags.Fast, Guard(Ok)),
        new("readwrite", 1, CommandFlags.Fast, Guard(Ok)),
        new("asking", 1, CommandFlags.Fast, Guard(Ok)),
    ];

    private static CommandHandler Guard(CommandHandler handler) => (in command) =>
    {
        if (command.Session.Listener.IsCluster) handler(command);
        else command.Reply.Error("ERR This instance has cluster support disabled");
    };

    private static void Ok(in CommandContext command) => command.Reply.Ok();

    private static void KeySlot(in CommandContext command) => command.Reply.Integer(Slot.Of(command.Arguments[2]));

    private static void CountKeysInSlot(in CommandContext command)
    {
        if (!RespNumber.TryParse(command.Arguments[2], out long slot)) command.Reply.Error("ERR value is not an integer or out of range");
        else if (slot is < 0 or >= Slot.Count) command.Reply.Error("ERR Invalid slot");
        else new ScanSlot(command, (int)slot, max: null).Run();
    }

    private static void GetKeysInSlot(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        if (!RespNumber.TryParse(arguments[2], out long slot) || !RespNumber.TryParse(arguments[3], out long max))
            command.Reply.Error("ERR value is not an integer or out of range");
        else if (slot is < 0 or >= Slot.Count || max < 0)
            command.Reply.Error("ERR Invalid slot or number of keys");
        else
            new ScanSlot(command, (int)slot, (int)Math.Min(max, Core.Messages.ScanRequest.MaxLimit)).Run();
    }

    private static void MyId(in CommandContext command) => command.Reply.Bulk(ServerInfo.LongId(command.Server.Admin.Status().Id));

    private static void Info(in CommandContext command)
    {
        ClusterView? view = View(command);
        int assigned = view?.Ranges.Sum(range => range.Last - range.First + 1) ?? 0;
        int masters = view?.Ranges.DistinctBy(range => range.Member).Count() ?? 0;
        uint epoch = view?.Topology.Epoch ?? 0;
        command.Reply.Verbatim(
            $"cluster_state:{(assigned == Slot.Count ? "ok" : "fail")}\r\n"
            + $"cluster_slots_assigned:{assigned}\r\n"
            + $"cluster_slots_ok:{assigned}\r\n"
            + "cluster_slots_pfail:0\r\n"
            + "cluster_slots_fail:0\r\n"
            + $"cluster_known_nodes:{view?.Topology.Members.Length ?? 1}\r\n"
            + $"cluster_size:{masters}\r\n"
            + $"cluster_current_epoch:{epoch}\r\n"
            + $"cluster_my_epoch:{epoch}\r\n");
    }

    private static void Slots(in CommandContext command)
    {
        RespWriter reply = command.Reply;
        if (View(command) is not { } view)
        {
            reply.Array(0);
            return;
        }

        reply.Array(view.Ranges.Count);
        foreach (SlotRange range in view.Ranges)
        {
            Member member = view.Topology.Members[range.Member];
            reply.Array(3);
            reply.Integer(range.First);
            reply.Integer(range.Last);
            reply.Array(4);
            reply.Bulk(Setting.Host(member.Endpoints.RespCluster));
            reply.Integer(PortOf(member));
            reply.Bulk(ServerInfo.LongId(member.Id.ToString()));
            reply.Array(0);
        }
    }

    private static void Nodes(in CommandContext command)
    {
        var text = new StringBuilder();
        if (View(command) is { } view)
        {
            for (int member = 0; member < view.Topology.Members.Length; member++)
            {
                if (view.IsListening(member)) WriteNode(text, view, member);
            }
        }

        command.Reply.Verbatim(text.ToString());
    }

    /// <summary>id host:port@peer-port flags master ping pong epoch link slots…</summary>
    private static void WriteNode(StringBuilder text, ClusterView view, int index)
    {
        Member member = view.Topology.Members[index];
        bool isReachable = view.IsReachable(index);
        text.Append(ServerInfo.LongId(member.Id.ToString()));
        text.Append($" {Setting.Host(member.Endpoints.RespCluster)}:{PortOf(member)}@{Setting.Port(member.Endpoints.Peer)} ");
        text.Append(index == view.Self ? "myself,master" : isReachable ? "master" : "master,fail");
        text.Append($" - 0 0 {view.Topology.Epoch} {(isReachable ? "connected" : "disconnected")}");
        foreach (SlotRange range in view.RangesOf(index)) text.Append($" {range.First}-{range.Last}");
        text.Append('\n');
    }

    private static void Shards(in CommandContext command)
    {
        RespWriter reply = command.Reply;
        if (View(command) is not { } view)
        {
            reply.Array(0);
            return;
        }

        int[] listening = [.. Enumerable.Range(0, view.Topology.Members.Length).Where(view.IsListening)];
        reply.Array(listening.Length);
        foreach (int index in listening) WriteShard(reply, view, index);
    }

    private static void WriteShard(RespWriter reply, ClusterView view, int index)
    {
        Member member = view.Topology.Members[index];
        SlotRange[] ranges = [.. view.RangesOf(index)];
        reply.Map(2);
        reply.Bulk("slots"u8);
        reply.Array(ranges.Length * 2);
        foreach (SlotRange range in ranges)
        {
            reply.Integer(range.First);
            reply.Integer(range.Last);
        }

        reply.Bulk("nodes"u8);
        reply.Array(1);
        reply.Map(7);
        reply.Bulk("id"u8);
        reply.Bulk(ServerInfo.LongId(member.Id.ToString()));
        reply.Bulk("port"u8);
        reply.Integer(PortOf(member));
        reply.Bulk("ip"u8);
        reply.Bulk(Setting.Host(member.Endpoints.RespCluster));
        reply.Bulk("endpoint"u8);
        reply.Bulk(Setting.Host(member.Endpoints.RespCluster));
        reply.Bulk("role"u8);
        reply.Bulk("master"u8);
        reply.Bulk("replication-offset"u8);
        reply.Integer(0);
        reply.Bulk("health"u8);
        reply.Bulk(view.IsReachable(index) ? "online"u8 : "fail"u8);
    }

    /// <summary>Null before the first epoch.</summary>
    private static ClusterView? View(in CommandContext command) => command.Server.Admin.Topology is { } topology
        ? ClusterView.Of(topology, command.Server.Admin.Status(), command.Server.Database.Keyspaces[command.Client.Keyspace].N)
        : null;

    private static int PortOf(Member member) => int.TryParse(Setting.Port(member.Endpoints.RespCluster), out int port) ? port : 0;
}
