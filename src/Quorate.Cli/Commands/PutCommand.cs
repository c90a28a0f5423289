using System.CommandLine;
using Quorate.Cli.Output;

namespace Quorate.Cli.Commands;

internal static class PutCommand
{
    public static Command Make(ClientVerb verb)
    {
        Argument<string> key = ClientVerb.Key();
        var value = new Argument<string>("VALUE") { Description = "The value; - or nothing reads it from standard input.", DefaultValueFactory = _ => "-" };
        return verb.Make(
            "put",
            "Write a value.",
            writes: true,
            [key, value],
            parsed => [ClientVerb.Utf8("SET"), ClientVerb.Utf8(parsed.GetRequiredValue(key)), ValueOf(parsed.GetRequiredValue(value), verb.Terminal)],
            (parsed, _, json) =>
            {
                if (json) verb.Terminal.JsonOf(new { key = parsed.GetRequiredValue(key), stored = true });
                else verb.Terminal.Success("stored");
                return ExitCode.Ok;
            });
    }

    private static ReadOnlyMemory<byte> ValueOf(string argument, Terminal terminal)
    {
        if (argument != "-") return ClientVerb.Utf8(argument);
        var bytes = new MemoryStream();
        terminal.Input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
