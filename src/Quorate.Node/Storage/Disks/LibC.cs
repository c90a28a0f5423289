using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Quorate.Node.Storage.Disks;

/// <summary>The file calls of Linux, made directly: .NET's own flush was seen to swallow errors of fsync.</summary>
internal static partial class LibC
{
    public const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private const int NoSpace = 28;
    private const int NotSupported = 95;
    private const int OverQuota = 122;
    private const int ReadOnlyCloseOnExec = 0x80000;

    public static bool IsNotSupported(int error) => error is NotSupported or InvalidArgument;

    /// <summary>What to throw for the error that the last call left.</summary>
    public static IOException LastError(string doing) => Error(doing, Marshal.GetLastPInvokeError());

    public static IOException Error(string doing, int error)
    {
        string message = $"{doing}: {Marshal.GetPInvokeErrorMessage(error)} (error {error})";
        return error is NoSpace or OverQuota ? new DiskFullException(message) : new IOException(message);
    }

    public static void SyncDirectory(string path)
    {
        int directory = open(path, ReadOnlyCloseOnExec);
        if (directory < 0) throw LastError($"Cannot open the directory {path}");
        int synced = fsync(directory);
        IOException? failure = synced == 0 ? null : LastError($"Cannot sync the directory {path}");
        _ = close(directory);
        if (failure is not null) throw failure;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pread(SafeFileHandle file, ref byte buffer, nint count, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(SafeFileHandle file, ref readonly byte buffer, nint count, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(SafeFileHandle file, nint length);

    /// <summary>Returns the error instead of leaving it.</summary>
    [LibraryImport("libc")]
    public static partial int posix_fallocate(SafeFileHandle file, nint offset, nint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
