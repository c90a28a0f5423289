using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage;

public sealed class DurableCell(IDisk disk, string name)
{
    public byte[]? Read() => disk.List().Contains(name) ? [] : null;

    public void Write(ReadOnlySpan<byte> bytes) => disk.Open(name).Write(bytes, 0);
}
