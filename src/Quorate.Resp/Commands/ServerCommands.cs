using System.Text;
using Quorate.Resp.Info;
using Quorate.Resp.Protocol;
using Quorate.Resp.PubSub;

namespace Quorate.Resp.Commands;

/// <summary>What clients ask of the server itself: INFO TIME CONFIG WAIT.</summary>
internal static class ServerCommands
{
    public static CommandSpec[] All { get; } =
    [
        new("info", -1, CommandFlags.None, Info),
        new("time", 1, CommandFlags.Fast, Time),
        // Once the writes before it have ended.
        new("wait", 3, CommandFlags.RunsAlone, Wait),
        new("config", -2, CommandFlags.Admin, null)
        {
            Subcommands = new CommandTable(
            [
                new("config|get", -3, CommandFlags.Admin, ConfigGet),
                HelpCommand.Of("config"),
                new("config|set", -4, CommandFlags.Admin, ConfigSet),
                new("config|resetstat", 2, CommandFlags.Admin, ConfigResetStat),
                new("config|rewrite", 2, CommandFlags.Admin, ConfigRewrite),
            ]),
        },
    ];

    private static void Info(in CommandContext command)
    {
        var wanted = new List<string>();
        for (int i = 1; i < command.Arguments.Count; i++) wanted.Add(Encoding.ASCII.GetString(command.Arguments[i]).ToLowerInvariant());
        command.Reply.Verbatim(ServerInfo.Describe(command.Session, wanted));
    }

    private static void Time(in CommandContext command)
    {
        long microseconds = (command.Server.Loop.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        RespWriter reply = command.Reply;
        reply.Array(2);
        reply.Bulk($"{microseconds / 1_000_000}");
        reply.Bulk($"{microseconds % 1_000_000}");
    }

    /// <summary>What was known when the last write was acknowledged: who confirms later is not counted, so there is nothing to wait for.</summary>
    private static void Wait(in CommandContext command)
    {
        if (!RespNumber.TryParse(command.Arguments[1], out _)) command.Reply.Error("ERR value is not an integer or out of range");
        else if (!RespNumber.TryParse(command.Arguments[2], out long timeout)) command.Reply.Error("ERR timeout is not an integer or out of range");
        else if (timeout < 0) command.Reply.Error("ERR timeout is negative");
        else command.Reply.Integer(command.Client.ReplicasOfLastWrite);
    }

    private static void ConfigGet(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        var found = new List<Setting>();
        foreach (Setting setting in Setting.AllFor(command.Session))
        {
            byte[] name = Encoding.ASCII.GetBytes(setting.Name);
            for (int i = 2; i < arguments.Count; i++)
            {
                if (!Glob.Matches(arguments[i], name, ignoreCase: true)) continue;
                found.Add(setting);
                break;
            }
        }

        RespWriter reply = command.Reply;
        reply.Map(found.Count);
        foreach (Setting setting in found)
        {
            reply.Bulk(setting.Name);
            reply.Bulk(setting.Value);
        }
    }

    private static void ConfigSet(in CommandContext command)
    {
        string? problem = Judge(command);
        if (problem is null) command.Reply.Ok();
        else command.Reply.Error(problem);
    }

    /// <summary>Nothing can be changed here; what a client may believe it changed without harm is accepted.</summary>
    private static string? Judge(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        if (arguments.Count % 2 != 0) return "ERR wrong number of arguments for 'config|set' command";
        Setting[] settings = Setting.AllFor(command.Session);
        for (int i = 2; i < arguments.Count; i += 2)
        {
            string name = Encoding.UTF8.GetString(arguments[i]);
            string value = Encoding.UTF8.GetString(arguments[i + 1]);
            if (settings.FirstOrDefault(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } setting)
                return $"ERR Unknown option or number of arguments for CONFIG SET - '{name}'";
            if (!setting.IsHarmless && setting.Value != value)
                return $"ERR CONFIG SET failed (possibly related to argument '{name}') - can't set immutable config";
        }

        return null;
    }

    private static void ConfigResetStat(in CommandContext command) => command.Reply.Ok();

    private static void ConfigRewrite(in CommandContext command) =>
        command.Reply.Error("ERR The server is running without a config file");
}
