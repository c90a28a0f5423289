using System.Text;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>
/// <c>QUORATE.WITH [R n|level] [W n|level] [TIMEOUT ms] [FANOUT r|all] [SLOPPY yes|no] command …</c>: the options are the
/// words up to the first that names none.
/// </summary>
internal static class WithOptions
{
    public static string? Parse(ref Arguments arguments, ref RequestOptions options)
    {
        int next = 1;
        while (next < arguments.Count && IsOption(arguments, next))
        {
            if (next + 1 == arguments.Count) return $"ERR {Text(arguments[next])} needs a value";
            if (Apply(arguments, next, ref options) is { } problem) return problem;
            next += 2;
        }

        if (next == arguments.Count) return "ERR QUORATE.WITH needs a command behind its options";
        arguments = arguments.From(next);
        return null;
    }

    /// <summary><c>READ level</c>, <c>WRITE level</c>, or both; DEFAULT is what the keyspace says.</summary>
    public static string? ParseConsistency(Arguments arguments, ref RequestOptions options)
    {
        for (int i = 1; i < arguments.Count; i += 2)
        {
            bool isRead = arguments.Is(i, "READ"u8);
            if ((!isRead && !arguments.Is(i, "WRITE"u8)) || i + 1 == arguments.Count)
                return "ERR syntax error: QUORATE.CONSISTENCY [READ level] [WRITE level]";
            ConsistencyLevel level = ConsistencyLevel.Default;
            if (!arguments.Is(i + 1, "DEFAULT"u8) && ParseLevel(arguments[i + 1], isRead, out level) is { } problem) return problem;
            options = isRead ? options with { R = level } : options with { W = level };
        }

        return null;
    }

    private static bool IsOption(Arguments arguments, int index) =>
        arguments.Is(index, "R"u8) || arguments.Is(index, "W"u8) || arguments.Is(index, "TIMEOUT"u8)
        || arguments.Is(index, "FANOUT"u8) || arguments.Is(index, "SLOPPY"u8);

    private static string? Apply(Arguments arguments, int index, ref RequestOptions options)
    {
        ReadOnlySpan<byte> value = arguments[index + 1];
        if (arguments.Is(index, "TIMEOUT"u8)) return ApplyTimeout(value, ref options);
        if (arguments.Is(index, "FANOUT"u8)) return ApplyFanout(arguments, index + 1, ref options);
        if (arguments.Is(index, "SLOPPY"u8)) return ApplySloppy(arguments, index + 1, ref options);

        bool isR = arguments.Is(index, "R"u8);
        if (ParseLevel(value, isR, out ConsistencyLevel level) is { } problem) return problem;
        options = isR ? options with { R = level } : options with { W = level };
        return null;
    }

    private static string? ParseLevel(ReadOnlySpan<byte> value, bool isRead, out ConsistencyLevel level)
    {
        if (!ConsistencyLevel.TryParse(Text(value), out level))
            return $"ERR '{Text(value)}' is no consistency level: say ANY, ONE, TWO, THREE, QUORUM, ALL or 1 to {ReplicaSet.MaxReplicas}";
        return isRead && level.IsAny ? "ERR ANY is a level for writes: a read of nobody's copy has no answer" : null;
    }

    private static string? ApplyTimeout(ReadOnlySpan<byte> value, ref RequestOptions options)
    {
        if (!RespNumber.TryParse(value, out long timeout) || timeout is < 1 or > RequestOptions.MaxTimeout)
            return $"ERR TIMEOUT is 1 to {RequestOptions.MaxTimeout} ms, not '{Text(value)}'";
        options = options with { TimeoutMilliseconds = (int)timeout };
        return null;
    }

    private static string? ApplyFanout(Arguments arguments, int index, ref RequestOptions options)
    {
        bool isAll = arguments.Is(index, "ALL"u8);
        if (!isAll && !arguments.Is(index, "R"u8)) return $"ERR FANOUT is r or all, not '{Text(arguments[index])}'";
        options = options with { Fanout = isAll ? Fanout.All : Fanout.Required };
        return null;
    }

    private static string? ApplySloppy(Arguments arguments, int index, ref RequestOptions options)
    {
        bool isSloppy = arguments.Is(index, "YES"u8);
        if (!isSloppy && !arguments.Is(index, "NO"u8)) return $"ERR SLOPPY is yes or no, not '{Text(arguments[index])}'";
        options = options with { Quorum = isSloppy ? QuorumKind.Sloppy : QuorumKind.Strict };
        return null;
    }

    private static string Text(ReadOnlySpan<byte> word) => Encoding.UTF8.GetString(word[..Math.Min(word.Length, 64)]);
}
