using System.Globalization;

namespace Quorate.Core.Quorum;

/// <summary>How many replicas must confirm: a number, or a level that becomes one when N is known.</summary>
public readonly record struct ConsistencyLevel
{
    private const byte AnyCode = 253;
    private const byte QuorumCode = 254;
    private const byte AllCode = 255;
    private readonly byte _code;

    private ConsistencyLevel(byte code) => _code = code;

    /// <summary>Unset: what the keyspace says.</summary>
    public static ConsistencyLevel Default => default;

    /// <summary>One of any nodes: the hint of a fallback is enough. For writes only.</summary>
    public static ConsistencyLevel Any => new(AnyCode);

    /// <summary>More than half of N.</summary>
    public static ConsistencyLevel Quorum => new(QuorumCode);

    /// <summary>All N.</summary>
    public static ConsistencyLevel All => new(AllCode);

    /// <summary>Whether it is unset.</summary>
    public bool IsDefault => _code == 0;

    /// <summary>Whether a hint is enough.</summary>
    public bool IsAny => _code == AnyCode;

    /// <summary>The code that stands for this level on the wire.</summary>
    public byte Code => _code;

    /// <summary>A number of replicas; more than N is refused when it is asked for.</summary>
    /// <param name="replicas">1 to <see cref="ReplicaSet.MaxReplicas"/>.</param>
    public static ConsistencyLevel Of(int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replicas, ReplicaSet.MaxReplicas);
        return new ConsistencyLevel((byte)replicas);
    }

    /// <summary>False where the byte names no level: it may come from a peer.</summary>
    public static bool TryFromCode(byte code, out ConsistencyLevel level)
    {
        level = new ConsistencyLevel(code);
        return code <= ReplicaSet.MaxReplicas || code >= AnyCode;
    }

    /// <summary>ANY, ONE, TWO, THREE, QUORUM, ALL in any case, or a number.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ConsistencyLevel level)
    {
        level = text.Length > 8 ? Default : text.ToString().ToUpperInvariant() switch
        {
            "ANY" => Any,
            "ONE" => Of(1),
            "TWO" => Of(2),
            "THREE" => Of(3),
            "QUORUM" => Quorum,
            "ALL" => All,
            var other => byte.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out byte number)
                && number is >= 1 and <= ReplicaSet.MaxReplicas ? Of(number) : Default,
        };
        return !level.IsDefault;
    }

    /// <summary>The number of replicas this level asks of <paramref name="n"/>; may exceed n, which the caller refuses.</summary>
    public int Required(int n) => _code switch
    {
        0 => throw new InvalidOperationException("An unset level has no number: take the keyspace's first."),
        AnyCode => 1,
        QuorumCode => n / 2 + 1,
        AllCode => n,
        _ => _code,
    };

    /// <summary>This level, or QUORUM where that is more of <paramref name="n"/>.</summary>
    public ConsistencyLevel AtLeastQuorum(int n) => Required(n) > n / 2 ? this : Quorum;

    /// <summary>As <see cref="TryParse"/> reads it, or DEFAULT.</summary>
    public override string ToString() => _code switch
    {
        0 => "DEFAULT",
        AnyCode => "ANY",
        QuorumCode => "QUORUM",
        AllCode => "ALL",
        _ => _code.ToString(CultureInfo.InvariantCulture),
    };
}
