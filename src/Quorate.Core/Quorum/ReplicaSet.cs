using System.Numerics;

namespace Quorate.Core.Quorum;

/// <summary>A set of replicas by their rank in the preference list: counting a quorum is a population count.</summary>
public readonly record struct ReplicaSet(uint Bits)
{
    public const int MaxReplicas = 16;

    public static ReplicaSet Empty => default;

    public int Count => BitOperations.PopCount(Bits);

    public bool IsEmpty => Bits == 0;

    /// <summary>The lowest rank in the set, which is not empty.</summary>
    public int First => BitOperations.TrailingZeroCount(Bits);

    public static ReplicaSet FirstOf(int n) => new((1u << n) - 1);

    public static ReplicaSet Of(int rank) => new(1u << rank);

    public bool Contains(int rank) => (Bits >> rank & 1) != 0;

    public ReplicaSet With(int rank) => new(Bits | 1u << rank);

    public ReplicaSet Without(int rank) => new(Bits & ~(1u << rank));

    public static ReplicaSet operator |(ReplicaSet left, ReplicaSet right) => new(left.Bits | right.Bits);

    public static ReplicaSet operator &(ReplicaSet left, ReplicaSet right) => new(left.Bits & right.Bits);

    public static ReplicaSet operator -(ReplicaSet left, ReplicaSet right) => new(left.Bits & ~right.Bits);
}
