using System.Text;

namespace Quorate.Cli.Bench;

/// <summary>How often each kind of error came: its first word. What a client finds out by itself is told in the same way.</summary>
internal sealed class ErrorCounts
{
    public static readonly byte[] Disconnected = [.. "DISCONNECTED in flight when its connection broke"u8];
    public static readonly byte[] NoReply = [.. "NOREPLY not answered in time, its connection was closed"u8];
    public static readonly byte[] Protocol = [.. "PROTOCOL the answer is no reply to it, its connection was closed"u8];
    public static readonly byte[] Unreachable = [.. "UNREACHABLE a connection could not be opened"u8];

    private const string Other = "OTHER";
    private const int MaxKinds = 32;
    private const int MaxLetters = 32;

    private readonly SortedDictionary<string, ErrorReport> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, ErrorReport> Counts => _counts;

    public long Total { get; private set; }

    /// <returns>The error's kind.</returns>
    public string Add(ReadOnlySpan<byte> error)
    {
        string kind = KindOf(error);
        if (!_counts.TryGetValue(kind, out ErrorReport? report))
        {
            if (_counts.Count >= MaxKinds) kind = Other;
            report = _counts.GetValueOrDefault(kind) ?? new ErrorReport(0, Encoding.UTF8.GetString(error));
        }

        _counts[kind] = report with { Count = report.Count + 1 };
        Total++;
        return kind;
    }

    public void Add(ErrorCounts others)
    {
        foreach ((string kind, ErrorReport report) in others._counts)
        {
            ErrorReport mine = _counts.GetValueOrDefault(kind) ?? report with { Count = 0 };
            _counts[kind] = mine with { Count = mine.Count + report.Count };
            Total += report.Count;
        }
    }

    /// <summary>Whether a put that was answered so was certainly stored nowhere (law 7).</summary>
    public static bool IsRefusal(string kind) => kind is "UNAVAILABLE" or "OVERLOADED" or "CLOCKDRIFT" or "WRONGTYPE" or "ERR";

    private static string KindOf(ReadOnlySpan<byte> error)
    {
        int space = error.IndexOf((byte)' ');
        int letters = Math.Min(space < 0 ? error.Length : space, MaxLetters);
        return Encoding.ASCII.GetString(error[..letters]);
    }
}
