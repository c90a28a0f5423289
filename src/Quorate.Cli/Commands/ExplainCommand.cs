using System.CommandLine;
using System.Text.Unicode;
using Quorate.Cli.Client;

namespace Quorate.Cli.Commands;

internal static class ExplainCommand
{
    public static Command Make(ClientVerb verb)
    {
        Argument<string> key = ClientVerb.Key();
        return verb.Make(
            "explain",
            "Read a value and show what each replica answered, when, and what was repaired.",
            writes: false,
            [key],
            parsed => [ClientVerb.Utf8("QUORATE.EXPLAIN"), ClientVerb.Utf8("GET"), ClientVerb.Utf8(parsed.GetRequiredValue(key))],
            (_, reply, json) =>
            {
                string[] lines = [.. reply.Items.Select(Describe)];
                if (json) verb.Terminal.JsonOf(lines);
                else foreach (string line in lines) verb.Terminal.Line(line);
                return ExitCode.Ok;
            });
    }

    private static string Describe(RespReply reply) => reply.Kind switch
    {
        RespKind.Nothing => "(missing)",
        RespKind.Bytes when !Utf8.IsValid(reply.Bytes) => $"({reply.Bytes.Length} bytes)",
        _ => reply.Text,
    };
}
