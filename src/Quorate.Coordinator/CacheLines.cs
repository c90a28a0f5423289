using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Quorate.Coordinator;

/// <summary>
/// Has the processor fetch what is needed soon, so that waits for memory overlap. Changes nothing. The collector may move what is there
/// meanwhile: then other lines are fetched, which does no harm.
/// </summary>
public static class CacheLines
{
    /// <summary>Of the processors that are fetched for.</summary>
    public const int Bytes = 64;

    /// <summary>The line that a value begins in. Where it is must be known without looking there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<T>(in T place)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
    }

    /// <summary>An object's first lines. It is not looked into.</summary>
    /// <param name="fetched">The object.</param>
    /// <param name="lines">How many.</param>
    public static unsafe void FetchObject(object fetched, int lines)
    {
        if (!Sse.IsSupported) return;
        byte* start = *(byte**)Unsafe.AsPointer(ref fetched);
        for (int line = 0; line < lines; line++) Sse.Prefetch0(start + line * Bytes);
    }
}
