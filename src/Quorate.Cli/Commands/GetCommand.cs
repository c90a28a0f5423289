using System.CommandLine;
using System.Text;
using System.Text.Unicode;
using Quorate.Cli.Client;

namespace Quorate.Cli.Commands;

internal static class GetCommand
{
    public static Command Make(ClientVerb verb)
    {
        Argument<string> key = ClientVerb.Key();
        return verb.Make(
            "get",
            "Read a value.",
            writes: false,
            [key],
            parsed => [ClientVerb.Utf8("GET"), ClientVerb.Utf8(parsed.GetRequiredValue(key))],
            (parsed, reply, json) => Print(verb, parsed.GetRequiredValue(key), reply, json));
    }

    private static int Print(ClientVerb verb, string key, RespReply reply, bool json)
    {
        bool found = reply.Kind != RespKind.Nothing;
        if (json) verb.Terminal.JsonOf(Describe(key, reply, found));
        else if (found) verb.Terminal.Bytes([.. reply.Bytes, (byte)'\n']);
        else verb.Terminal.Error($"there is no value under '{key}'");
        return found ? ExitCode.Ok : ExitCode.Missing;
    }

    /// <summary>JSON is text, values are bytes.</summary>
    private static object Describe(string key, RespReply reply, bool found)
    {
        if (!found) return new { key, found };
        return Utf8.IsValid(reply.Bytes)
            ? new { key, found, value = Encoding.UTF8.GetString(reply.Bytes) }
            : new { key, found, valueBase64 = Convert.ToBase64String(reply.Bytes) };
    }
}
