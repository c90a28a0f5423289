using System.Text.Json;

namespace Quorate.Cli.Dev;

/// <summary>The directory of a dev cluster: a directory and a log a node, and how many nodes there are.</summary>
internal sealed class DevData : IDisposable
{
    private readonly FileStream _lock;

    private DevData(FileStream held) => _lock = held;

    private sealed record Manifest(int Nodes);

    public static string LogOf(string data, string name) => Path.Combine(data, $"{name}.log");

    /// <summary>Makes the directory ready and holds it until disposed.</summary>
    /// <param name="onDisk">False where the nodes keep nothing: then what is there is left alone.</param>
    /// <exception cref="DevException">It cannot be used; the message says what to do.</exception>
    public static DevData Open(string data, int nodes, bool onDisk, bool fresh)
    {
        try
        {
            return Take(data, nodes, onDisk, fresh);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DevException($"{data} cannot hold the data ({e.Message}): choose another directory with --data");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static DevData Take(string data, int nodes, bool onDisk, bool fresh)
    {
        Directory.CreateDirectory(data);
        FileStream held = Lock(data);
        try
        {
            if (fresh) DeleteNodes(data);
            if (onDisk) Claim(data, nodes);
            return new DevData(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static FileStream Lock(string data)
    {
        try
        {
            return new FileStream(Path.Combine(data, "dev.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new DevException($"the data in {data} is in use ({e.Message}): stop the other 'quorate dev', or choose another directory with --data");
        }
    }

    private static void Claim(string data, int nodes)
    {
        string path = Path.Combine(data, "dev.json");
        if (File.Exists(path))
        {
            int known = NodesIn(path);
            if (known == nodes) return;
            throw new DevException($"the data in {data} is of {known} nodes, not {nodes}: give --nodes {known}, or --fresh to delete it and begin anew");
        }

        if (Names().FirstOrDefault(name => Directory.Exists(Path.Combine(data, name))) is { } foreign)
            throw new DevException($"{Path.Combine(data, foreign)} is there, but was not made by 'quorate dev': choose another directory with --data");
        File.WriteAllText(path, JsonSerializer.Serialize(new Manifest(nodes)));
    }

    private static int NodesIn(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Manifest>(File.ReadAllText(path))!.Nodes;
        }
        catch (JsonException e)
        {
            throw new DevException($"{path} does not say how many nodes there are ({e.Message}): write {{\"Nodes\":3}} there if it was 3, or give --fresh to delete the data and begin anew");
        }
    }

    /// <summary>Only what a dev cluster makes: a mistaken --data must not cost anything else.</summary>
    private static void DeleteNodes(string data)
    {
        if (!File.Exists(Path.Combine(data, "dev.json"))) return;
        foreach (string name in Names())
        {
            if (Directory.Exists(Path.Combine(data, name))) Directory.Delete(Path.Combine(data, name), recursive: true);
            File.Delete(LogOf(data, name));
        }

        File.Delete(Path.Combine(data, "dev.json"));
    }

    private static IEnumerable<string> Names() => Enumerable.Range(1, DevPlan.MaxNodes).Select(DevPlan.NameOf);
}
