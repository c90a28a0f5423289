namespace Quorate.Core.Messages;

/// <summary>
/// Names one question to one replica: the operation's place in its coordinator's table, the round (a place is used again,
/// and a restamped put asks anew, so an answer to an earlier round is told apart), and the rank of the replica asked.
/// </summary>
public readonly record struct OperationId(uint Slot, uint Round, byte Rank)
{
    /// <summary>Rounds wrap at 24 bits: millions of uses of one place within one timeout would be needed to confuse two.</summary>
    public const uint RoundMask = 0xFF_FFFF;

    public ulong Packed => (ulong)Slot << 32 | (ulong)(Round & RoundMask) << 8 | Rank;

    public static OperationId Unpack(ulong packed) =>
        new((uint)(packed >> 32), (uint)(packed >> 8) & RoundMask, (byte)packed);
}
