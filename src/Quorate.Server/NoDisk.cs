using Quorate.Node.Storage.Disks;

namespace Quorate.Server;

/// <summary>Stands in where a node keeps everything in memory: whoever touches it is wrong.</summary>
internal sealed class NoDisk : IDisk
{
    public string Path => "memory";

    public IReadOnlyList<string> List() => throw Touched();

    public IDiskFile Open(string name) => throw Touched();

    public void Delete(string name) => throw Touched();

    public void Rename(string name, string newName) => throw Touched();

    public void SyncDirectory() => throw Touched();

    public void Dispose()
    {
    }

    private static InvalidOperationException Touched() => new("A node that keeps everything in memory reached for its disk.");
}
