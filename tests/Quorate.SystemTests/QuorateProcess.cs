using System.Diagnostics;

namespace Quorate.SystemTests;

/// <summary>The built `quorate`, as a process.</summary>
internal static class QuorateProcess
{
    private static readonly string Dotnet = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public sealed record Result(int ExitCode, string Output, string Errors);

    public static Process Start(params IEnumerable<string> arguments) => StartBuilt("quorate.dll", arguments);

    /// <param name="program">Another one that is built here.</param>
    public static Process StartBuilt(string program, params IEnumerable<string> arguments) =>
        StartProgram(Dotnet, [Path.Combine(AppContext.BaseDirectory, program), .. arguments]);

    public static async Task<Result> RunAsync(params IEnumerable<string> arguments)
    {
        using Process process = Start(arguments);
        return await EndOfAsync(process);
    }

    public static async Task<Result> RunProgramAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = StartProgram(program, arguments);
        return await EndOfAsync(process);
    }

    /// <summary>Waits until a process has ended of itself.</summary>
    public static async Task<Result> EndOfAsync(Process process)
    {
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} did not end: {await output} {await errors}");
        }

        return new Result(process.ExitCode, await output, await errors);
    }

    public static bool IsInstalled(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <param name="processId">Whose.</param>
    /// <param name="signal">For example KILL, TERM or STOP; it has stopped once this returns. On a busy machine its threads would go on for a while.</param>
    public static async Task SignalAsync(int processId, string signal)
    {
        Xunit.Assert.Equal(0, (await RunProgramAsync("kill", $"-{signal}", $"{processId}")).ExitCode);
        if (signal == "STOP") await Eventually.TrueAsync(() => HasStoppedAsync(processId), $"process {processId} has stopped");
    }

    public static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task<bool> HasStoppedAsync(int processId) =>
        (await RunProgramAsync("ps", "-o", "stat=", "-p", $"{processId}")).Output.StartsWith('T');

    private static Process StartProgram(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
