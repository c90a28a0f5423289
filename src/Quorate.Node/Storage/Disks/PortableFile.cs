using Microsoft.Win32.SafeHandles;

namespace Quorate.Node.Storage.Disks;

/// <summary>A file by what .NET has on every system; for those that are not Linux.</summary>
internal sealed class PortableFile(string path) : IDiskFile
{
    private readonly SafeFileHandle _handle = FileHandles.Open(path);

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> into, long offset)
    {
        int done = 0;
        while (done < into.Length)
        {
            int count = RandomAccess.Read(_handle, into[done..], offset + done);
            if (count == 0) break;
            done += count;
        }

        return done;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (IOException failure) when (FileHandles.IsDiskFull(failure))
        {
            throw new DiskFullException($"Cannot write {path}: {failure.Message}");
        }
    }

    public void Allocate(long length) => FileHandles.FillWithZeros(this, length);

    public void Truncate(long length) => RandomAccess.SetLength(_handle, length);

#pragma warning disable RS0030 // Banned because it was seen to swallow errors on Linux, where LinuxFile is used instead.
    public void Sync() => RandomAccess.FlushToDisk(_handle);
#pragma warning restore RS0030

    public void Dispose() => _handle.Dispose();
}
