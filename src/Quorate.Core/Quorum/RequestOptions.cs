namespace Quorate.Core.Quorum;

/// <summary>What one request says for itself; what it leaves unset comes from its keyspace.</summary>
/// <param name="R">How many replicas must answer a read.</param>
/// <param name="W">How many replicas must store a write.</param>
/// <param name="TimeoutMilliseconds">0 is <see cref="DefaultTimeout"/>.</param>
/// <param name="Fanout">How many replicas a read asks at once.</param>
/// <param name="Explain">Record what each replica answered and when.</param>
/// <param name="Quorum">Whether fallbacks may stand in for home replicas.</param>
public readonly record struct RequestOptions(
    ConsistencyLevel R, ConsistencyLevel W, int TimeoutMilliseconds, Fanout Fanout, bool Explain, QuorumKind Quorum = QuorumKind.Default)
{
    /// <summary>2 s: far above any healthy quorum, short enough for a person to wait for.</summary>
    public const int DefaultTimeout = 2_000;

    /// <summary>An hour: whoever asks for more means for ever, and every wait is bounded (law 8).</summary>
    public const int MaxTimeout = 3_600_000;

    /// <summary>What applies, in milliseconds.</summary>
    public int Timeout => TimeoutMilliseconds == 0 ? DefaultTimeout : TimeoutMilliseconds;
}
