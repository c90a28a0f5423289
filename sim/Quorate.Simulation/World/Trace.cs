using Quorate.Core;

namespace Quorate.Simulation.World;

/// <summary>What happened, as one number: two runs that differ in a time, a host or a byte differ in it.</summary>
public sealed class Trace
{
    private const ulong Prime = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio: odd, and its bits look random

    public ulong Hash { get; private set; } = Prime;

    /// <summary>Any number that a run with other decisions would have had otherwise.</summary>
    public void Add(long number) => Hash = ulong.RotateLeft(Hash ^ (ulong)number, 23) * Prime;

    /// <summary>Bytes that reached a host.</summary>
    public void Add(string host, ReadOnlySpan<byte> bytes)
    {
        foreach (char letter in host) Add(letter);
        Add((long)bytes.Length << 32 | Checksum.Compute(bytes));
    }
}
