using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Versions;

namespace Quorate.Benchmarks;

/// <summary>What a SET stores: 100 bytes that never expire.</summary>
internal static class Registers
{
    private const int Seed = 2;
    private const long FirstMillisecond = 1_800_000_000_000;
    private static readonly WriterId Writer = new(new NodeId(0xA1B2C3D4E5F60718), 7);

    public static byte[] Value { get; } = MakeValue();

    /// <summary>The head of the n-th write: each is newer than the one before.</summary>
    public static EntryHead Head(ulong n) =>
        new(EntryKind.Register, new(new HybridTimestamp(HybridTimestamp.FromMilliseconds(FirstMillisecond).Value + n), Writer), Expiry.Never, 0);

    private static byte[] MakeValue()
    {
        var value = new byte[100];
        new Random(Seed).NextBytes(value);
        return value;
    }
}
