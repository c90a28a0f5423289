using System.Text;
using Quorate.Resp.Info;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>The connection itself: HELLO AUTH PING ECHO SELECT RESET QUIT.</summary>
internal static class ConnectionCommands
{
    private const CommandFlags Always = CommandFlags.Fast | CommandFlags.WhileSubscribed;

    public static CommandSpec[] All { get; } =
    [
        new("hello", -1, CommandFlags.Fast, Hello),
        new("auth", -2, CommandFlags.Fast, Auth),
        new("ping", -1, Always | CommandFlags.ForTheNode, Ping),
        new("echo", 2, CommandFlags.Fast, Echo),
        new("select", 2, CommandFlags.Fast, Select),
        new("reset", 1, Always, Reset),
        new("quit", -1, Always, Quit),
    ];

    private static void Ping(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        RespWriter reply = command.Reply;
        if (arguments.Count > 2)
        {
            reply.Error("ERR wrong number of arguments for 'ping' command");
        }
        else if (command.Client.Protocol == 2 && command.Session.Subscriptions.Count > 0)
        {
            reply.Array(2);
            reply.Bulk("pong"u8);
            reply.Bulk(arguments.Count == 2 ? arguments[1] : default);
        }
        else if (arguments.Count == 2)
        {
            reply.Bulk(arguments[1]);
        }
        else
        {
            reply.Simple("PONG"u8);
        }
    }

    private static void Echo(in CommandContext command) => command.Reply.Bulk(command.Arguments[1]);

    private static void Select(in CommandContext command)
    {
        if (!RespNumber.TryParse(command.Arguments[1], out long database))
        {
            command.Reply.Error("ERR value is not an integer or out of range");
        }
        else if (command.Session.Listener.IsCluster && database != 0)
        {
            command.Reply.Error("ERR SELECT is not allowed in cluster mode");
        }
        else if (database < 0 || database >= command.Session.Listener.Databases)
        {
            command.Reply.Error("ERR DB index is out of range");
        }
        else
        {
            command.Client.Select((int)database);
            command.Reply.Ok();
        }
    }

    private static void Reset(in CommandContext command)
    {
        command.Session.Subscriptions.Clear();
        command.Client.Reset();
        command.Reply.Simple("RESET"u8);
    }

    private static void Quit(in CommandContext command)
    {
        command.Reply.Ok();
        command.Session.CloseAfterReplies();
    }

    private static void Auth(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        if (arguments.Count > 3) command.Reply.Error("ERR syntax error");
        else if (arguments.Count == 2) command.Reply.Error(NoPassword);
        else if (IsDefaultUser(arguments[1])) command.Reply.Ok();
        else command.Reply.Error(WrongUser);
    }

    private const string NoPassword =
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?";

    private const string WrongUser = "WRONGPASS invalid username-password pair or user is disabled.";

    /// <summary>The only user there is needs no password, so any will do.</summary>
    private static bool IsDefaultUser(ReadOnlySpan<byte> name) => name.SequenceEqual("default"u8);

    private static void Hello(in CommandContext command)
    {
        string? problem = ParseHello(command.Arguments, command.Client.Protocol, out byte protocol, out string? name);
        if (problem is not null)
        {
            command.Reply.Error(problem);
            return;
        }

        ClientState client = command.Client;
        client.Protocol = protocol;
        client.Name = name ?? client.Name;

        RespWriter reply = command.Reply;
        reply.Map(7);
        reply.Bulk("server"u8);
        reply.Bulk("redis"u8);
        reply.Bulk("version"u8);
        reply.Bulk(ServerInfo.RedisVersion);
        reply.Bulk("proto"u8);
        reply.Integer(protocol);
        reply.Bulk("id"u8);
        reply.Integer(client.Id);
        reply.Bulk("mode"u8);
        reply.Bulk(command.Session.Listener.IsCluster ? "cluster"u8 : "standalone"u8);
        reply.Bulk("role"u8);
        reply.Bulk("master"u8);
        reply.Bulk("modules"u8);
        reply.Array(0);
    }

    /// <summary>Nothing is set before all is known to be right.</summary>
    private static string? ParseHello(Arguments arguments, byte present, out byte protocol, out string? name)
    {
        protocol = present;
        name = null;
        if (arguments.Count > 1)
        {
            if (!RespNumber.TryParse(arguments[1], out long asked)) return "ERR Protocol version is not an integer or out of range";
            if (asked is not (2 or 3)) return "NOPROTO unsupported protocol version";
            protocol = (byte)asked;
        }

        for (int i = 2; i < arguments.Count; i++)
        {
            if (arguments.Is(i, "AUTH"u8) && i + 2 < arguments.Count)
            {
                if (!IsDefaultUser(arguments[i + 1])) return WrongUser;
                i += 2;
            }
            else if (arguments.Is(i, "SETNAME"u8) && i + 1 < arguments.Count)
            {
                if (!ClientState.IsName(arguments[++i])) return ClientState.NameProblem;
                name = Encoding.ASCII.GetString(arguments[i]);
            }
            else
            {
                return $"ERR Syntax error in HELLO option '{Encoding.UTF8.GetString(arguments[i])}'";
            }
        }

        return null;
    }
}
