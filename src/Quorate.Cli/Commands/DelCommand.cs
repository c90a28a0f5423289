using System.CommandLine;

namespace Quorate.Cli.Commands;

internal static class DelCommand
{
    public static Command Make(ClientVerb verb)
    {
        Argument<string> key = ClientVerb.Key();
        return verb.Make(
            "del",
            "Delete a value.",
            writes: true,
            [key],
            parsed => [ClientVerb.Utf8("DEL"), ClientVerb.Utf8(parsed.GetRequiredValue(key))],
            (parsed, reply, json) =>
            {
                bool found = reply.Number > 0;
                if (json) verb.Terminal.JsonOf(new { key = parsed.GetRequiredValue(key), found });
                else if (found) verb.Terminal.Success("deleted");
                else verb.Terminal.Error($"there is no value under '{parsed.GetRequiredValue(key)}'");
                return found ? ExitCode.Ok : ExitCode.Missing;
            });
    }
}
