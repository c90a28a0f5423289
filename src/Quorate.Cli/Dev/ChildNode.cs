using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Quorate.Cli.Dev;

/// <summary>
/// A node as a child process. What it says goes to its log; what is not routine is shown too. It stops when its standard
/// input ends: so it does when told to, and also when its parent was killed.
/// </summary>
internal sealed partial class ChildNode : IDisposable
{
    private readonly Process _process;
    private readonly Action<string> _problem;
    private readonly TextWriter _log;
    private readonly Task _pumps;

    private ChildNode(DevNode node, Process process, TextWriter log, Action<string> problem)
    {
        Node = node;
        _process = process;
        _log = TextWriter.Synchronized(log);
        _problem = problem;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput), PumpAsync(process.StandardError));
        Exited = WaitAsync();
    }

    public DevNode Node { get; }

    public int ProcessId => _process.Id;

    /// <summary>Ends with the exit code, once all that the child said is in its log.</summary>
    public Task<int> Exited { get; }

    public static ChildNode Start(DevNode node, string logPath, Action<string> problem)
    {
        var log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        Process process = Process.Start(Executable.StartInfo([.. node.Arguments, Commands.ServerCommand.StopWithInput]))
            ?? throw new InvalidOperationException($"The process of {node.Name} did not start.");
        return new ChildNode(node, process, log, problem);
    }

    public void AskToStop() => _process.StandardInput.Close();

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Dispose();
        _log.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        await _pumps;
        return _process.ExitCode;
    }

    private async Task PumpAsync(StreamReader said)
    {
        while (await said.ReadLineAsync() is { } line)
        {
            await _log.WriteLineAsync(line);
            if (!Routine().IsMatch(line)) _problem($"{Node.Name}: {line}");
        }
    }

    /// <summary>How the console logger begins a line of low level; anything else is worth a look.</summary>
    [GeneratedRegex("^[0-9:.]+ (trce|dbug|info): ")]
    private static partial Regex Routine();
}
