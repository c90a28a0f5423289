using System.Numerics;

namespace Quorate.Core.Quorum;

/// <summary>A set of replicas by their rank in the preference list: counting a quorum is a population count.</summary>
/// <param name="Bits">Bit i is rank i.</param>
public readonly record struct ReplicaSet(uint Bits)
{
    /// <summary>Of home replicas and of fallbacks asked, together; so N is 16 at most.</summary>
    public const int MaxReplicas = 16;

    /// <summary>Nobody.</summary>
    public static ReplicaSet Empty => default;

    /// <summary>How many are in it.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>Whether nobody is in it.</summary>
    public bool IsEmpty => Bits == 0;

    /// <summary>The lowest rank in the set, which is not empty.</summary>
    public int First => BitOperations.TrailingZeroCount(Bits);

    /// <summary>The ranks below n: the home replicas.</summary>
    public static ReplicaSet FirstOf(int n) => new((1u << n) - 1);

    /// <summary>One rank alone.</summary>
    public static ReplicaSet Of(int rank) => new(1u << rank);

    /// <summary>Whether a rank is in it.</summary>
    public bool Contains(int rank) => (Bits >> rank & 1) != 0;

    /// <summary>The same, with a rank that may be in it already.</summary>
    public ReplicaSet With(int rank) => new(Bits | 1u << rank);

    /// <summary>The same, without a rank that need not be in it.</summary>
    public ReplicaSet Without(int rank) => new(Bits & ~(1u << rank));

    /// <summary>Who is in either.</summary>
    public static ReplicaSet operator |(ReplicaSet left, ReplicaSet right) => new(left.Bits | right.Bits);

    /// <summary>Who is in both.</summary>
    public static ReplicaSet operator &(ReplicaSet left, ReplicaSet right) => new(left.Bits & right.Bits);

    /// <summary>Who is in the left one only.</summary>
    public static ReplicaSet operator -(ReplicaSet left, ReplicaSet right) => new(left.Bits & ~right.Bits);
}
