using System.CommandLine;
using Quorate.Cli.Commands;
using Quorate.Cli.Output;

namespace Quorate.Cli;

/// <summary>All verbs.</summary>
internal static class QuorateCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, TimeProvider time)
    {
        var verb = new ClientVerb(terminal);
        var root = new RootCommand("Quorate: a leaderless key-value database that speaks Redis.")
        {
            DevCommand.Make(terminal, time),
            ServerCommand.Make(terminal),
            StatusCommand.Make(verb),
            GetCommand.Make(verb),
            PutCommand.Make(verb),
            DelCommand.Make(verb),
            ExplainCommand.Make(verb),
            RingCommand.Make(verb),
            RepairCommand.Make(verb, time),
            BenchCommand.Make(terminal, time),
            SimCommand.Make(terminal, time),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (string problem in parsed.Errors.Select(error => error.Message)) terminal.Error(problem);
            terminal.Error("See 'quorate --help'.");
            return ExitCode.Usage;
        }

        // dev, server and bench stop by their own handling of signals; the other verbs have nothing to tidy up.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}
