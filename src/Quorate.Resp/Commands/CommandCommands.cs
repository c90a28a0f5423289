using System.Text;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.PubSub;

namespace Quorate.Resp.Commands;

/// <summary>COMMAND: the table, as clients read it to find the keys of a command.</summary>
internal static class CommandCommands
{
    private static readonly (CommandFlags Flag, string Name)[] FlagNames =
    [
        (CommandFlags.Write, "write"),
        (CommandFlags.ReadOnly, "readonly"),
        (CommandFlags.Fast, "fast"),
        (CommandFlags.Admin, "admin"),
        (CommandFlags.PubSub, "pubsub"),
        (CommandFlags.MovableKeys, "movablekeys"),
    ];

    public static CommandSpec[] All { get; } =
    [
        new("command", -1, CommandFlags.None, Everything)
        {
            Subcommands = new CommandTable(
            [
                new("command|count", 2, CommandFlags.None, Count),
                new("command|docs", -2, CommandFlags.None, CommandDocs.Write),
                new("command|getkeys", -3, CommandFlags.None, GetKeys),
                new("command|getkeysandflags", -4, CommandFlags.None, GetKeysAndFlags),
                HelpCommand.Of("command"),
                new("command|info", -2, CommandFlags.None, Info),
                new("command|list", -2, CommandFlags.None, List),
            ]),
        },
    ];

    private static void Count(in CommandContext command) => command.Reply.Integer(CommandTable.Default.All.Count);

    private static void Everything(in CommandContext command)
    {
        RespWriter reply = command.Reply;
        reply.Array(CommandTable.Default.All.Count);
        foreach (CommandSpec spec in CommandTable.Default.All) Describe(reply, spec);
    }

    private static void Info(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        if (arguments.Count == 2)
        {
            Everything(command);
            return;
        }

        RespWriter reply = command.Reply;
        reply.Array(arguments.Count - 2);
        for (int i = 2; i < arguments.Count; i++)
        {
            if (CommandTable.Default.FindByName(arguments[i]) is { } spec) Describe(reply, spec);
            else reply.Null();
        }
    }

    private static void List(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        bool isFiltered = arguments.Count == 5 && arguments.Is(2, "FILTERBY"u8) && arguments.Is(3, "PATTERN"u8);
        if (arguments.Count > 2 && !isFiltered)
        {
            command.Reply.Error("ERR syntax error");
            return;
        }

        var names = new List<string>();
        foreach (CommandSpec spec in CommandTable.Default.All)
        {
            if (!isFiltered || Glob.Matches(arguments[4], Encoding.ASCII.GetBytes(spec.Name), ignoreCase: true)) names.Add(spec.Name);
        }

        RespWriter reply = command.Reply;
        reply.Array(names.Count);
        foreach (string name in names) reply.Bulk(name);
    }

    private static void GetKeys(in CommandContext command) => GetKeys(command, withFlags: false);

    private static void GetKeysAndFlags(in CommandContext command) => GetKeys(command, withFlags: true);

    private static void GetKeys(in CommandContext command, bool withFlags)
    {
        Arguments inner = command.Arguments.From(2);
        RequestOptions options = default;
        CommandSpec? spec = CommandTable.Default.Find(inner[0]);
        while (spec?.Prefix is { } prefix && spec.Accepts(inner.Count) && prefix(ref inner, ref options) is null)
        {
            spec = CommandTable.Default.Find(inner[0]);
        }

        if (inner.Count > 1 && spec?.Subcommands?.Find(inner[1]) is { } subcommand) spec = subcommand;
        RespWriter reply = command.Reply;
        if (spec is null or { Prefix: not null })
        {
            reply.Error("ERR Invalid command specified");
        }
        else if (spec.Keys.First == 0)
        {
            reply.Error("ERR The command has no key arguments");
        }
        else if (!spec.Accepts(inner.Count))
        {
            reply.Error("ERR Invalid number of arguments specified for command");
        }
        else
        {
            int count = spec.Keys.CountAmong(inner.Count);
            reply.Array(count);
            for (int i = 0; i < count; i++)
            {
                if (withFlags) reply.Array(2);
                reply.Bulk(inner[spec.Keys.First + i * spec.Keys.Step]);
                if (withFlags) WriteAccess(reply, spec);
            }
        }
    }

    /// <summary>Of Redis' words for what becomes of a key only the first, which is the one that clients route by.</summary>
    private static void WriteAccess(RespWriter reply, CommandSpec spec)
    {
        reply.Set(1);
        reply.Simple(spec.Is(CommandFlags.Write) ? "RW"u8 : "RO"u8);
    }

    /// <summary>Redis 7's ten fields; access categories, tips and key specifications are left empty.</summary>
    private static void Describe(RespWriter reply, CommandSpec spec)
    {
        reply.Array(10);
        reply.Bulk(spec.Name);
        reply.Integer(spec.Arity);
        DescribeFlags(reply, spec);
        reply.Integer(spec.Keys.First);
        reply.Integer(spec.Keys.Last);
        reply.Integer(spec.Keys.Step);
        reply.Set(0);
        reply.Array(0);
        reply.Array(0);
        reply.Array(spec.Subcommands?.All.Count ?? 0);
        foreach (CommandSpec subcommand in spec.Subcommands?.All ?? []) Describe(reply, subcommand);
    }

    private static void DescribeFlags(RespWriter reply, CommandSpec spec)
    {
        string[] names = [.. FlagNames.Where(flag => spec.Is(flag.Flag)).Select(flag => flag.Name)];
        reply.Set(names.Length);
        foreach (string name in names) reply.Simple(Encoding.ASCII.GetBytes(name));
    }
}
