using Quorate.Resp.Info;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>COMMAND DOCS: what redis-cli shows as hints.</summary>
internal static class CommandDocs
{
    public static void Write(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        var asked = new List<CommandSpec>();
        for (int i = 2; i < arguments.Count; i++)
        {
            if (CommandTable.Default.FindByName(arguments[i]) is { } spec) asked.Add(spec);
        }

        WriteAll(command.Reply, arguments.Count > 2 ? asked : CommandTable.Default.All);
    }

    private static void WriteAll(RespWriter reply, IReadOnlyList<CommandSpec> specs)
    {
        reply.Map(specs.Count);
        foreach (CommandSpec spec in specs)
        {
            reply.Bulk(spec.Name);
            WriteOne(reply, spec, CommandDoc.Find(spec.Name) ?? throw new InvalidOperationException($"command-docs.txt has no line for {spec.Name}."));
        }
    }

    private static void WriteOne(RespWriter reply, CommandSpec spec, CommandDoc doc)
    {
        reply.Map(4 + (doc.Arguments.Length > 0 ? 1 : 0) + (spec.Subcommands is null ? 0 : 1));
        Pair(reply, "summary", doc.Summary);
        Pair(reply, "since", doc.Since);
        Pair(reply, "group", doc.Group);
        Pair(reply, "complexity", doc.Complexity);
        if (doc.Arguments.Length > 0) WriteArguments(reply, doc.Arguments);
        if (spec.Subcommands is null) return;
        reply.Bulk("subcommands");
        WriteAll(reply, spec.Subcommands.All);
    }

    private static void WriteArguments(RespWriter reply, ArgumentDoc[] arguments)
    {
        reply.Bulk("arguments");
        reply.Array(arguments.Length);
        foreach (ArgumentDoc argument in arguments) WriteArgument(reply, argument);
    }

    private static void WriteArgument(RespWriter reply, ArgumentDoc argument)
    {
        ArgumentDoc[] inner = [.. argument.Choices, .. argument.Parts];
        int flags = (argument.IsOptional ? 1 : 0) + (argument.IsRepeated ? 1 : 0);
        bool isPlain = inner.Length == 0;
        reply.Map(2 + (isPlain && argument.Type != "pure-token" ? 1 : 0) + (argument.Token is null ? 0 : 1) + (flags > 0 ? 1 : 0) + (isPlain ? 0 : 1));
        Pair(reply, "name", argument.Name);
        Pair(reply, "type", argument.Type);
        if (isPlain && argument.Type != "pure-token") Pair(reply, "display_text", argument.Name);
        if (argument.Token is { } token) Pair(reply, "token", token);
        if (flags > 0)
        {
            reply.Bulk("flags");
            reply.Array(flags);
            if (argument.IsOptional) reply.Simple("optional"u8);
            if (argument.IsRepeated) reply.Simple("multiple"u8);
        }

        if (!isPlain) WriteArguments(reply, inner);
    }

    private static void Pair(RespWriter reply, string name, string text)
    {
        reply.Bulk(name);
        reply.Bulk(text);
    }
}
