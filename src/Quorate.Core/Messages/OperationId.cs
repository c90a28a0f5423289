namespace Quorate.Core.Messages;

/// <summary>
/// Names one question to one replica, and comes back with its answer. 64 bits on the wire: slot 24, round 24, phase 4,
/// rank 12.
/// </summary>
/// <param name="Slot">The operation's place in its coordinator's table.</param>
/// <param name="Round">
/// A place is used again, and a restamped put asks anew: an answer to an earlier round is told apart. Rounds wrap, and
/// millions of uses of one place within one timeout would be needed to confuse two.
/// </param>
/// <param name="Rank">Which replica was asked: its place in the preference list.</param>
/// <param name="Phase">Which question of the round, where a replica is asked more than one.</param>
public readonly record struct OperationId(uint Slot, uint Round, ushort Rank, byte Phase = 0)
{
    /// <summary>Places that a coordinator's table can have, as 24 bits number them.</summary>
    public const uint MaxSlots = 1 << 24;

    /// <summary>The bits of <see cref="Round"/> that travel: 24.</summary>
    public const uint RoundMask = 0xFF_FFFF;

    /// <summary>Of a question whose answer nobody waits for: no table has this place.</summary>
    public static OperationId Unanswered => new(MaxSlots - 1, 0, 0);

    /// <summary>As it is on the wire; what does not fit into its bits is cut off.</summary>
    public ulong Packed => (ulong)Slot << 40 | (ulong)(Round & RoundMask) << 16 | (ulong)(Phase & 0xF) << 12 | (uint)(Rank & 0xFFF);

    /// <summary>What was <see cref="Packed"/>.</summary>
    public static OperationId Unpack(ulong packed) =>
        new((uint)(packed >> 40), (uint)(packed >> 16) & RoundMask, (ushort)(packed & 0xFFF), (byte)(packed >> 12 & 0xF));
}
