using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorate.Node.Storage.Disks;

/// <summary>A file by the calls of Linux.</summary>
internal sealed class LinuxFile(string path) : IDiskFile
{
    private readonly SafeFileHandle _handle = FileHandles.Open(path);

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> into, long offset)
    {
        int done = 0;
        while (done < into.Length)
        {
            nint count = LibC.pread(_handle, ref into[done], into.Length - done, checked((nint)(offset + done)));
            if (count == 0) break;
            if (count > 0) done += (int)count;
            else if (Marshal.GetLastPInvokeError() != LibC.Interrupted) throw LibC.LastError($"Cannot read {path}");
        }

        return done;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            nint count = LibC.pwrite(_handle, in bytes[done], bytes.Length - done, checked((nint)(offset + done)));
            if (count > 0) done += (int)count;
            else if (Marshal.GetLastPInvokeError() != LibC.Interrupted) throw LibC.LastError($"Cannot write {path}");
        }
    }

    public void Allocate(long length)
    {
        int error;
        do error = LibC.posix_fallocate(_handle, 0, checked((nint)length));
        while (error == LibC.Interrupted);
        if (LibC.IsNotSupported(error)) FileHandles.FillWithZeros(this, length);
        else if (error != 0) throw LibC.Error($"Cannot allocate {length} bytes for {path}", error);
    }

    public void Truncate(long length)
    {
        if (LibC.ftruncate(_handle, checked((nint)length)) != 0) throw LibC.LastError($"Cannot truncate {path}");
    }

    public void Sync()
    {
        if (LibC.fdatasync(_handle) != 0) throw LibC.LastError($"Cannot sync {path}");
    }

    public void Dispose() => _handle.Dispose();
}
