using System.Diagnostics.CodeAnalysis;
using System.Text;
using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>From words to the command that may run them, or to the error that says why none may.</summary>
internal static class Dispatcher
{
    /// <summary>Redis shows this many characters of a command it does not know.</summary>
    private const int MaxShown = 128;

    /// <summary>False where it has replied with an error. Leaves the words behind QUORATE.WITH and the like.</summary>
    public static bool TryResolve(
        ref Arguments arguments, ref RequestOptions options, RespSession session, [NotNullWhen(true)] out CommandSpec? spec)
    {
        string? problem = Find(ref arguments, ref options, out spec) ?? Check(spec, arguments, options, session);
        if (problem is null) return true;
        if (spec is null && IsWebPage(arguments))
        {
            session.Abort();
            return false;
        }

        session.ReplyNow().Error(problem);
        return false;
    }

    private static string? Find(ref Arguments arguments, ref RequestOptions options, out CommandSpec spec)
    {
        while (true)
        {
            spec = CommandTable.Default.Find(arguments[0])!;
            if (spec is null) return Unknown(arguments);
            if (spec.Prefix is null) break;
            if (!spec.Accepts(arguments.Count)) return WrongArity(spec);
            if (spec.Prefix(ref arguments, ref options) is { } problem) return problem;
        }

        if (spec.Subcommands is null || arguments.Count == 1) return null;
        CommandSpec? found = spec.Subcommands.Find(arguments[1]);
        if (found is null)
            return UnknownSubcommand(spec, Show(arguments[1], MaxShown));
        spec = found;
        return null;
    }

    private static string? Check(CommandSpec spec, Arguments arguments, RequestOptions options, RespSession session)
    {
        if (!spec.Accepts(arguments.Count)) return WrongArity(spec);
        if (session.Client.Protocol == 2 && session.Subscriptions.Count > 0 && !spec.Is(CommandFlags.WhileSubscribed))
        {
            return $"ERR Can't execute '{spec.Name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
                + "are allowed in this context";
        }

        if (spec.NeedsReadyNode && !session.Server.Admin.IsReady)
            return $"LOADING {FailureText.NotReady}";

        int keys = spec.Keys.CountAmong(arguments.Count);
        if (options.Explain && keys != 1) return "ERR QUORATE.EXPLAIN takes a command on one key";
        int maxKey = session.Server.Limits.MaxKeyBytes;
        for (int i = 0; i < keys; i++)
        {
            if (arguments[spec.Keys.First + i * spec.Keys.Step].Length > maxKey) return $"ERR key is larger than {maxKey} bytes";
        }

        return null;
    }

    /// <summary>
    /// A page in someone's browser can make it send a form to this port; the lines of its body would be commands.
    /// Redis closes such connections too (CVE-2016-10517).
    /// </summary>
    private static bool IsWebPage(Arguments arguments) => arguments.Is(0, "POST"u8) || arguments.Is(0, "Host:"u8);

    private static string WrongArity(CommandSpec spec) => $"ERR wrong number of arguments for '{spec.Name}' command";

    private static string UnknownSubcommand(CommandSpec container, string word)
    {
        string? reason = MissingCommands.WhyNot(Encoding.UTF8.GetBytes($"{container.Name}|{word}"));
        string because = reason is null ? "" : $": {reason}";
        return $"ERR unknown subcommand '{word}'{because}. Try {container.Name.ToUpperInvariant()} HELP.";
    }

    private static string Unknown(Arguments arguments)
    {
        if (MissingCommands.WhyNot(arguments[0]) is { } reason) return $"ERR unknown command '{Show(arguments[0], MaxShown)}': {reason}";
        var text = new StringBuilder($"ERR unknown command '{Show(arguments[0], MaxShown)}', with args beginning with: ");
        int start = text.Length;
        for (int i = 1; i < arguments.Count && text.Length - start < MaxShown; i++)
        {
            string word = Show(arguments[i], MaxShown - (text.Length - start));
            text.Append('\'').Append(word).Append("' ");
        }

        return text.ToString();
    }

    private static string Show(ReadOnlySpan<byte> word, int max) => Encoding.UTF8.GetString(word[..Math.Min(word.Length, max)]);
}
