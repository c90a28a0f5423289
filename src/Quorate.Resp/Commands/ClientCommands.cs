using System.Text;
using Quorate.Resp.Info;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>CLIENT: what connections say of themselves.</summary>
internal static class ClientCommands
{
    public static CommandSpec[] All { get; } =
    [
        new("client", -2, CommandFlags.None, null)
        {
            Subcommands = new CommandTable(
            [
                new("client|getname", 2, CommandFlags.None, GetName),
                HelpCommand.Of("client"),
                new("client|id", 2, CommandFlags.None, Id),
                new("client|info", 2, CommandFlags.None, Info),
                new("client|kill", -3, CommandFlags.Admin, Kill),
                new("client|list", -2, CommandFlags.Admin, List),
                new("client|no-evict", 3, CommandFlags.Admin, OnOrOff),
                new("client|no-touch", 3, CommandFlags.None, OnOrOff),
                new("client|reply", 3, CommandFlags.None, Reply),
                new("client|setinfo", 4, CommandFlags.None, SetInfo),
                new("client|setname", 3, CommandFlags.None, SetName),
            ]),
        },
    ];

    private static void Id(in CommandContext command) => command.Reply.Integer(command.Client.Id);

    private static void Info(in CommandContext command) => command.Reply.Verbatim(ClientLine.Of(command.Session));

    private static void GetName(in CommandContext command)
    {
        if (command.Client.Name.Length == 0) command.Reply.Null();
        else command.Reply.Bulk(command.Client.Name);
    }

    private static void SetName(in CommandContext command)
    {
        if (!ClientState.IsName(command.Arguments[2]))
        {
            command.Reply.Error(ClientState.NameProblem);
            return;
        }

        command.Client.Name = Encoding.ASCII.GetString(command.Arguments[2]);
        command.Reply.Ok();
    }

    private static void SetInfo(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        bool isName = arguments.Is(2, "LIB-NAME"u8);
        if (!isName && !arguments.Is(2, "LIB-VER"u8))
        {
            command.Reply.Error($"ERR Unrecognized option '{Encoding.UTF8.GetString(arguments[2])}'");
            return;
        }

        if (!ClientState.IsName(arguments[3]))
        {
            command.Reply.Error($"ERR {(isName ? "lib-name" : "lib-ver")} cannot contain spaces, newlines or special characters.");
            return;
        }

        string value = Encoding.ASCII.GetString(arguments[3]);
        if (isName) command.Client.LibraryName = value;
        else command.Client.LibraryVersion = value;
        command.Reply.Ok();
    }

    /// <summary>There is no eviction and no idle time of keys to be kept out of.</summary>
    private static void OnOrOff(in CommandContext command)
    {
        if (command.Arguments.Is(2, "ON"u8) || command.Arguments.Is(2, "OFF"u8)) command.Reply.Ok();
        else command.Reply.Error("ERR syntax error");
    }

    private static void Reply(in CommandContext command)
    {
        ClientState client = command.Client;
        if (command.Arguments.Is(2, "ON"u8))
        {
            client.ReplyMode = ReplyMode.On;
            command.Reply.Ok();
        }
        else if (command.Arguments.Is(2, "OFF"u8))
        {
            client.ReplyMode = ReplyMode.Off;
        }
        else if (command.Arguments.Is(2, "SKIP"u8))
        {
            if (client.ReplyMode != ReplyMode.Off) client.ReplyMode = ReplyMode.SkipFromNow;
        }
        else
        {
            command.Reply.Error("ERR syntax error");
        }
    }

    private static void Kill(in CommandContext command)
    {
        if (KillFilter.Parse(command.Arguments, command.Session, out KillFilter filter) is { } problem)
        {
            command.Reply.Error(problem);
            return;
        }

        RespSession[] killed = [.. command.Server.Sessions.Where(filter.Matches)];
        if (!filter.IsOneAddress) command.Reply.Integer(killed.Length);
        else if (killed.Length == 0) command.Reply.Error("ERR No such client");
        else command.Reply.Ok();
        foreach (RespSession session in killed)
        {
            // Its own reply still leaves.
            if (session == command.Session) session.CloseAfterReplies();
            else session.Abort();
        }
    }

    private static void List(in CommandContext command)
    {
        if (ParseFilter(command.Arguments, out Func<RespSession, bool> filter) is { } problem)
        {
            command.Reply.Error(problem);
            return;
        }

        var text = new StringBuilder();
        foreach (RespSession session in command.Server.Sessions.Where(filter)) text.Append(ClientLine.Of(session));
        command.Reply.Verbatim(text.ToString());
    }

    private static string? ParseFilter(Arguments arguments, out Func<RespSession, bool> filter)
    {
        filter = _ => true;
        if (arguments.Count == 2) return null;
        if (arguments.Count == 4 && arguments.Is(2, "TYPE"u8))
        {
            string type = Encoding.UTF8.GetString(arguments[3]);
            if (type.ToLowerInvariant() is not ("normal" or "pubsub" or "master" or "replica" or "slave"))
                return $"ERR Unknown client type '{type}'";
            bool isNormal = arguments.Is(3, "normal"u8), isPubSub = arguments.Is(3, "pubsub"u8);
            filter = session => session.Subscriptions.Count > 0 ? isPubSub : isNormal;
            return null;
        }

        if (arguments.Count < 4 || !arguments.Is(2, "ID"u8)) return "ERR syntax error";
        var ids = new HashSet<long>();
        for (int i = 3; i < arguments.Count; i++)
        {
            if (!RespNumber.TryParse(arguments[i], out long id)) return "ERR Invalid client ID";
            ids.Add(id);
        }

        filter = session => ids.Contains(session.Client.Id);
        return null;
    }
}
