using System.CommandLine;
using System.Text;
using Quorate.Cli.Client;
using Quorate.Cli.Output;
using Quorate.Server.Configuration;

namespace Quorate.Cli.Commands;

/// <summary>What the verbs that ask a node have in common.</summary>
internal sealed class ClientVerb(Terminal terminal)
{
    public const string EndpointVariable = "QUORATE_ENDPOINT";
    public const string DefaultEndpoint = "127.0.0.1:6401";

    private readonly Option<ListenAddress> _node = new("--node")
    {
        Description = $"The node to ask, HOST:PORT of its Redis listener; by default {EndpointVariable} or {DefaultEndpoint}.",
        HelpName = "HOST:PORT",
        DefaultValueFactory = result => ParseAddress(DefaultNode, EndpointVariable, result.AddError),
        CustomParser = result => ParseAddress(result.Tokens.Single().Value, "--node", result.AddError),
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    public static string DefaultNode => System.Environment.GetEnvironmentVariable(EndpointVariable) ?? DefaultEndpoint;

    public Terminal Terminal => terminal;

    public Option<ListenAddress> Node => _node;

    public Option<bool> Json => _json;

    public static Argument<string> Key() => new("KEY") { Description = "The key." };

    /// <param name="writes">Whether a request that was sent and not answered may have changed something.</param>
    /// <param name="words">The command.</param>
    /// <param name="print">Takes a reply that is no error, and whether JSON is wanted; gives the exit code.</param>
    public Command Make(
        string name,
        string description,
        bool writes,
        Argument[] arguments,
        Func<ParseResult, ReadOnlyMemory<byte>[]> words,
        Func<ParseResult, RespReply, bool, int> print)
    {
        var command = new Command(name, description) { _node, _json };
        foreach (Argument argument in arguments) command.Arguments.Add(argument);
        command.SetAction(async (parsed, cancelled) =>
        {
            try
            {
                using RespClient client = await RespClient.ConnectAsync(parsed.GetValue(_node), cancelled);
                RespReply reply = await client.AskAsync(cancelled, words(parsed));
                if (reply.Kind != RespKind.Error) return print(parsed, reply, parsed.GetValue(_json));
                terminal.Error(reply.Text);
                return ExitCode.OfError(reply.Text);
            }
            catch (NodeException e)
            {
                terminal.Error(e.Message);
                if (e.WasSent && writes) terminal.Error("it may or may not have been written");
                return e.WasSent && writes ? ExitCode.OutcomeUnknown : ExitCode.Unavailable;
            }
        });
        return command;
    }

    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static ListenAddress ParseAddress(string text, string source, Action<string> problem)
    {
        if (!ListenAddress.TryParse(text, out ListenAddress address)) problem($"{source} is '{text}': give HOST:PORT, for example {DefaultEndpoint}.");
        return address;
    }
}
