using System.Net.Http.Json;
using System.Text.Json;
using Quorate.Cli.Output;

namespace Quorate.Cli.Dev;

/// <summary>The children of one `dev`: starts them, waits until they serve, reports those that die, stops the rest.</summary>
internal sealed class DevCluster(Terminal terminal, TimeProvider time) : IDisposable
{
    /// <summary>Three processes that compile themselves on a busy machine take seconds, not a minute.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    /// <summary>A node takes at most 10 s to stop.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(12);

    private readonly List<ChildNode> _children = [];

    public void Start(IEnumerable<DevNode> nodes, string data)
    {
        foreach (DevNode node in nodes)
        {
            string log = DevData.LogOf(data, node.Name);
            _children.Add(ChildNode.Start(node, log, terminal.Error));
        }
    }

    public IEnumerable<string[]> Rows() => _children.Select(child => child.Node.Row(child.ProcessId));

    /// <exception cref="DevException">A node died, or does not get ready in time.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken stopping)
    {
        using var http = new HttpClient();
        using var bound = new CancellationTokenSource(StartPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, bound.Token);
        foreach (ChildNode child in _children) await WaitUntilReadyAsync(child, http, stopping, either.Token);
    }

    /// <summary>Reports each child that dies; ends when none is left or on cancellation.</summary>
    public async Task WatchAsync(bool canRestart, CancellationToken stopping)
    {
        List<ChildNode> living = [.. _children];
        while (living.Count > 0)
        {
            await Task.WhenAny(living.Select(child => child.Exited)).WaitAsync(stopping);
            foreach (ChildNode dead in living.Where(child => child.Exited.IsCompleted).ToArray())
            {
                living.Remove(dead);
                Report(dead, await dead.Exited, canRestart, living.Count);
            }
        }
    }

    public async Task StopAsync()
    {
        foreach (ChildNode child in _children) child.AskToStop();
        Task all = Task.WhenAll(_children.Select(child => child.Exited));
        if (await Task.WhenAny(all, Task.Delay(StopPatience, time)) == all) return;
        foreach (ChildNode child in _children.Where(child => !child.Exited.IsCompleted))
        {
            terminal.Error($"{child.Node.Name} (process {child.ProcessId}) did not stop in time and was killed");
            child.Kill();
        }

        await all;
    }

    public void Dispose()
    {
        foreach (ChildNode child in _children) child.Dispose();
    }

    private async Task WaitUntilReadyAsync(ChildNode child, HttpClient http, CancellationToken stopping, CancellationToken either)
    {
        string waitingFor = "it does not answer";
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50), time);
        try
        {
            while (true)
            {
                if (_children.FirstOrDefault(other => other.Exited.IsCompleted) is { } dead)
                    throw new DevException($"{dead.Node.Name} stopped while starting (exit code {await dead.Exited}); what it said is above");
                if (await AskAsync(http, child.Node, either) is not { } reason) return;
                waitingFor = reason;
                await pause.WaitForNextTickAsync(either);
            }
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new DevException($"{child.Node.Name} is not ready after {StartPatience.TotalSeconds} s: {waitingFor}");
        }
    }

    /// <returns>Null where the node is ready, else why not.</returns>
    private static async Task<string?> AskAsync(HttpClient http, DevNode node, CancellationToken cancelled)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync($"http://127.0.0.1:{node.Http}/readyz", cancelled);
            if (answer.IsSuccessStatusCode) return null;
            JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(cancelled);
            return problem.GetProperty("detail").GetString();
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException)
        {
            return e.Message;
        }
    }

    private void Report(ChildNode dead, int exitCode, bool canRestart, int others)
    {
        terminal.Error($"{dead.Node.Name} (process {dead.ProcessId}) has stopped with exit code {exitCode}{(others > 0 ? "; the others run on" : "")}.");
        terminal.Error(canRestart
            ? $"Restart it with: {Executable.CommandLine(dead.Node.Arguments)}"
            : "It kept its data in memory only and cannot come back: start 'quorate dev' anew.");
    }
}
