using System.Text;
using Quorate.Resp.Info;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>HELP, for commands that have subcommands: how each is called and what it does.</summary>
internal static class HelpCommand
{
    public static CommandSpec Of(string container) => new($"{container}|help", 2, CommandFlags.None, Write);

    private static void Write(in CommandContext command)
    {
        string container = command.Spec.Name[..command.Spec.Name.IndexOf('|')];
        IReadOnlyList<CommandSpec> all = CommandTable.Default.Find(Encoding.ASCII.GetBytes(container))!.Subcommands!.All;
        RespWriter reply = command.Reply;
        reply.Array(1 + all.Count * 2);
        Line(reply, $"{container.ToUpperInvariant()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        foreach (CommandSpec spec in all)
        {
            CommandDoc doc = CommandDoc.Find(spec.Name)!;
            Line(reply, $"{spec.Name[(container.Length + 1)..].ToUpperInvariant()} {doc.Syntax}".TrimEnd());
            Line(reply, "    " + doc.Summary);
        }
    }

    private static void Line(RespWriter reply, string text) => reply.Simple(Encoding.ASCII.GetBytes(text));
}
