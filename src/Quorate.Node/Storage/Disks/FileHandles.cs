using Microsoft.Win32.SafeHandles;

namespace Quorate.Node.Storage.Disks;

/// <summary>What files have in common on all systems.</summary>
internal static class FileHandles
{
    private const int UnixNoSpace = 28;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public static bool IsDiskFull(IOException failure) =>
        failure.HResult is UnixNoSpace or WindowsHandleDiskFull or WindowsDiskFull;

    /// <summary>Allocates by writing, where the system has no call for it.</summary>
    public static void FillWithZeros(IDiskFile file, long length)
    {
        ReadOnlySpan<byte> zeros = new byte[1024 * 1024];
        for (long end = file.Length; end < length;)
        {
            int count = (int)Math.Min(zeros.Length, length - end);
            file.Write(zeros[..count], end);
            end += count;
        }
    }
}
