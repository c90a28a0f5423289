using System.Text;
using Quorate.Cli;
using Quorate.Cli.Output;

namespace Quorate.Tests.Cli;

/// <summary>Runs `quorate` in this process, with pipes for standard input and output.</summary>
internal static class Shell
{
    public sealed record Result(int ExitCode, string Output, string Errors);

    public static async Task<Result> RunWithInputAsync(string input, params string[] arguments)
    {
        var output = new MemoryStream();
        var errors = new StringWriter();
        var terminal = new Terminal(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, errors, console: null);
        int exitCode = await QuorateCommand.RunAsync(arguments, terminal, TimeProvider.System);
        return new Result(exitCode, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    public static Task<Result> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);
}
