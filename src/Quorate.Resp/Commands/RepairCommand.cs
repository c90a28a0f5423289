using System.Text;
using System.Text.Json;
using Quorate.Coordinator;
using Quorate.Core.Membership;
using Quorate.Resp.Info;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>QUORATE.REPAIR: what anti-entropy on this node does, and what it is to do.</summary>
internal static class RepairCommand
{
    private const string Grammar = "ERR say QUORATE.REPAIR, or QUORATE.REPAIR PAUSE, RESUME, STOP, ACCEPTLOSS or START [KEYSPACE name] [NOW] [WITHALL]";

    public static void Run(in CommandContext command)
    {
        if (command.Arguments.Count == 1) Report(command);
        else if (!TryParse(command.Arguments, out RepairOrder order)) command.Reply.Error(Grammar);
        else if (command.Server.Admin.Repair(order) is { } refusal) command.Reply.Error($"ERR {refusal}");
        else command.Reply.Ok();
    }

    private static bool TryParse(Arguments arguments, out RepairOrder order)
    {
        bool isAlone = arguments.Count == 2;
        order = new RepairOrder(arguments.Is(1, "PAUSE"u8) ? RepairAct.Pause
            : arguments.Is(1, "RESUME"u8) ? RepairAct.Resume
            : arguments.Is(1, "STOP"u8) ? RepairAct.Stop
            : arguments.Is(1, "ACCEPTLOSS"u8) ? RepairAct.AcceptLoss
            : RepairAct.Start);
        if (order.Act != RepairAct.Start) return isAlone;
        if (!arguments.Is(1, "START"u8)) return false;

        for (int i = 2; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "NOW"u8)) order = order with { IsNow = true };
            else if (arguments.Is(i, "WITHALL"u8)) order = order with { WithAll = true };
            else if (arguments.Is(i, "KEYSPACE"u8) && i + 1 < arguments.Count) order = order with { Keyspace = Encoding.UTF8.GetString(arguments[++i]) };
            else return false;
        }

        return true;
    }

    /// <summary>Where the others are is told too: who repairs a cluster asks each of its nodes.</summary>
    private static void Report(in CommandContext command)
    {
        NodeStatus status = command.Server.Admin.Status();
        RepairMember[] members = command.Server.Admin.Topology is { } topology
            ? [.. topology.Members.Select(member => new RepairMember(member.Name, AddressOf(member.Endpoints))).OrderBy(member => member.Name, StringComparer.Ordinal)]
            : [];
        command.Reply.Bulk(JsonSerializer.SerializeToUtf8Bytes(new RepairReport(status.Name, status.Repair, members), RespJson.Default.RepairReport));
    }

    private static string AddressOf(Endpoints endpoints) => endpoints.Resp.Length > 0 ? endpoints.Resp : endpoints.RespCluster;
}
