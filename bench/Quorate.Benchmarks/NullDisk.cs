using Quorate.Node.Storage.Disks;

namespace Quorate.Benchmarks;

/// <summary>An empty disk that takes everything at once, and keeps nothing.</summary>
internal sealed class NullDisk : IDisk
{
    public string Path => "nowhere";

    public IReadOnlyList<string> List() => [];

    public IDiskFile Open(string name) => new NullFile();

    public void Delete(string name)
    {
    }

    public void Rename(string name, string newName)
    {
    }

    public void SyncDirectory()
    {
    }

    public void Dispose()
    {
    }

    private sealed class NullFile : IDiskFile
    {
        public long Length => 0;

        public int Read(Span<byte> into, long offset) => 0;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
        }

        public void Allocate(long length)
        {
        }

        public void Truncate(long length)
        {
        }

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }
}
