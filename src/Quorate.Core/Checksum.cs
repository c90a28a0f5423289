using System.Numerics;
using System.Runtime.InteropServices;

namespace Quorate.Core;

/// <summary>CRC-32C (Castagnoli), which processors compute: guards records, frames and digests.</summary>
public static class Checksum
{
    /// <summary>The CRC-32C of all the bytes; 0 for none.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Append(~0u, bytes);

    /// <summary>Continues a running checksum; start with <c>~0</c> and invert the end.</summary>
    /// <param name="running"><c>~0</c>, or what the call before returned.</param>
    /// <param name="bytes">What comes next.</param>
    /// <returns>The running checksum, not inverted yet.</returns>
    public static uint Append(uint running, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) running = BitOperations.Crc32C(running, word);
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..]) running = BitOperations.Crc32C(running, rest);
        return running;
    }
}
