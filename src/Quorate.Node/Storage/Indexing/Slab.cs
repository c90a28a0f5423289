using System.Runtime.InteropServices;

namespace Quorate.Node.Storage.Indexing;

/// <summary>
/// A large array that lies still, so that it can be on huge pages: blocks are looked up all over it, and of small pages the processor
/// would have to find each one anew, which in a virtual machine takes two tables' worth of memory (docs/performance.md).
/// </summary>
internal static partial class Slab
{
    /// <summary>Of x86-64, and of arm64 with pages of 4 KiB.</summary>
    private const nint HugePageBytes = 2 * 1024 * 1024;
    private const int AdviseHugePage = 14; // MADV_HUGEPAGE

    /// <summary>With anything in it.</summary>
    public static byte[] Allocate(int bytes)
    {
        byte[] slab = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        if (OperatingSystem.IsLinux()) Advise(slab);
        return slab;
    }

    /// <summary>
    /// An advice: where the system does not take it, pages are small as ever. It goes for whole huge pages, so at the ends for
    /// neighbours too, which it does no harm: what is touched before both sides are in use gets small pages.
    /// </summary>
    private static unsafe void Advise(byte[] slab)
    {
        fixed (byte* start = slab)
        {
            nint from = (nint)start & -HugePageBytes;
            nint to = ((nint)start + slab.Length + HugePageBytes - 1) & -HugePageBytes;
            _ = madvise(from, to - from, AdviseHugePage);
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint start, nint length, int advice);
}
