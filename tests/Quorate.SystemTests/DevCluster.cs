using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Quorate.SystemTests;

/// <summary>A `quorate dev` on free ports and in a directory of its own.</summary>
public sealed partial class DevCluster : IAsyncDisposable
{
    private const int PortsABase = 50;

    private static int _nextPortBase = 20_000 + System.Environment.ProcessId % 100 * PortsABase;

    private readonly Process _dev;
    private readonly List<string> _lines = [];
    private readonly List<Process> _restarted = [];
    private readonly Task _pumps;
    private readonly bool _ownsData;

    private DevCluster(Process dev, int portBase, string data, bool ownsData)
    {
        _dev = dev;
        PortBase = portBase;
        Data = data;
        _ownsData = ownsData;
        _pumps = Task.WhenAll(PumpAsync(dev.StandardOutput), PumpAsync(dev.StandardError));
    }

    public int PortBase { get; }

    public string Data { get; }

    public int ProcessId => _dev.Id;

    /// <summary>What it said so far, on standard output and error.</summary>
    public string Said
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    public int RespPort(int node) => PortBase + node;

    public int ClusterPort(int node) => PortBase + 10 + node;

    public Uri Http(int node) => new($"http://127.0.0.1:{PortBase + 2000 + node}");

    public static string NewData() => Path.Combine(Path.GetTempPath(), $"quorate-{Path.GetRandomFileName()}");

    /// <param name="data">Kept afterwards where given.</param>
    public static async Task<DevCluster> StartAsync(string durability = "periodic", string? data = null, int? portBase = null, int nodes = 3)
    {
        int chosen = portBase ?? FreePortBase();
        string folder = data ?? NewData();
        Process dev = QuorateProcess.Start("dev", "--nodes", $"{nodes}", "--port-base", $"{chosen}", "--data", folder, "--durability", durability);
        var cluster = new DevCluster(dev, chosen, folder, ownsData: data is null);
        try
        {
            await Eventually.TrueAsync(() => cluster.Has("ready") || dev.HasExited, "the cluster is ready");
            if (!cluster.Has("ready")) throw new InvalidOperationException($"dev ended: {cluster.Said}");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where four listeners a node find room. Each is given once: tests run side by side, and listen some time later.</summary>
    public static int FreePortBase()
    {
        while (Interlocked.Add(ref _nextPortBase, PortsABase) - PortsABase is var portBase and < 50_000)
        {
            int[] ports = [.. Enumerable.Range(1, 9).SelectMany(node => new[] { node, node + 10, node + 1000, node + 2000 }).Select(offset => portBase + offset)];
            if (ports.All(IsFree)) return portBase;
        }

        throw new InvalidOperationException("There are no free ports.");
    }

    public bool Has(string line)
    {
        lock (_lines) return _lines.Contains(line);
    }

    /// <summary>By the table that was printed.</summary>
    public int ProcessOf(int node) => int.Parse(Regex.Match(Said, $@"^n{node} .* (\d+)$", RegexOptions.Multiline).Groups[1].Value);

    /// <summary>kill -9, or another signal that ends it; waits until `dev` has reported it.</summary>
    public async Task KillAsync(int node, string signal = "KILL")
    {
        await QuorateProcess.SignalAsync(ProcessOf(node), signal);
        await Eventually.TrueAsync(() => RestartCommand(node) is not null, $"n{node} is reported dead: {Said}");
    }

    /// <summary>Pastes the command that `dev` printed; waits until the node is ready.</summary>
    public async Task RestartAsync(int node)
    {
        Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec {RestartCommand(node)} >/dev/null 2>&1"]))!;
        _restarted.Add(shell);
        await Eventually.TrueAsync(() => IsReadyAsync(node), $"n{node} is ready again");
    }

    public async Task<bool> IsReadyAsync(int node)
    {
        using var http = new HttpClient();
        try
        {
            return (await http.GetAsync(new Uri(Http(node), "/readyz"))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await QuorateProcess.SignalAsync(ProcessId, "TERM");
        await WaitForExitAsync();
        return _dev.ExitCode;
    }

    public async Task WaitForExitAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _dev.WaitForExitAsync(bound.Token);
        await _pumps;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _restarted)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        if (!_dev.HasExited)
        {
            // Nodes that a test has frozen would sit out the patience of `dev`.
            foreach (int child in Children()) await QuorateProcess.RunProgramAsync("kill", "-CONT", $"{child}");
            await StopAsync();
        }

        if (_ownsData && Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    private int[] Children() => [.. ProcessIdOfRow().Matches(Said).Select(row => int.Parse(row.Groups[1].Value))];

    private string? RestartCommand(int node) =>
        Regex.Match(Said, $@"^Restart it with: (.* --name n{node} .*)$", RegexOptions.Multiline) is { Success: true } line ? line.Groups[1].Value : null;

    private async Task PumpAsync(StreamReader said)
    {
        while (await said.ReadLineAsync() is { } line)
        {
            lock (_lines) _lines.Add(line);
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^n\d .* (\d+)$", RegexOptions.Multiline)]
    private static partial Regex ProcessIdOfRow();
}
