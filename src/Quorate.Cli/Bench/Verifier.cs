namespace Quorate.Cli.Bench;

/// <summary>
/// Checks every read against what was acknowledged (<see cref="KeyHistory"/> has the rules). Nobody else may write the keys
/// meanwhile.
/// </summary>
/// <param name="run">Whose values count; values of other runs were there before.</param>
/// <param name="keys">How many there are, numbered from 0.</param>
/// <param name="keyOf">The name of each, for who reads an example and looks.</param>
internal sealed class Verifier(ulong run, int keys, Func<int, string> keyOf)
{
    private const int MaxExamples = 10;

    private readonly KeyHistory?[] _histories = new KeyHistory?[keys];
    private readonly ReadsInFlight _reads = new();
    private readonly List<string> _examples = [];
    private long _now;

    public long Checked { get; private set; }

    public long Wrong { get; private set; }

    /// <summary>The first reads that were wrong, in words.</summary>
    public IReadOnlyList<string> Examples => _examples;

    /// <returns>The put's number, which is also when it began.</returns>
    public long BeginPut(int key)
    {
        long put = Tick();
        HistoryOf(key).Begin(put);
        return put;
    }

    public void Acknowledge(int key, long put)
    {
        HistoryOf(key).Acknowledge(put, Tick());
        HistoryOf(key).Forget(_reads.Oldest);
    }

    public void Refuse(int key, long put) => HistoryOf(key).Refuse(put);

    /// <summary>It may have been stored or not, or may yet be.</summary>
    public void Lose(int key, long put) => HistoryOf(key).Lose(put);

    /// <returns>When it began.</returns>
    public long BeginGet()
    {
        long begun = Tick();
        _reads.Begin();
        return begun;
    }

    /// <summary>A read that was answered with an error, or not at all.</summary>
    public void Fail(long begun) => _reads.End(begun);

    public void Missing(int key, long begun) => Judge(key, KeyHistory.Before, begun, "nothing");

    public void Value(int key, long begun, ReadOnlySpan<byte> value)
    {
        if (!ValueStamp.TryRead(value, out ValueStamp stamp))
            Judge(key, KeyHistory.Before, begun, $"a damaged or foreign value of {value.Length} bytes");
        else if (stamp.Run != run)
            Judge(key, KeyHistory.Before, begun, "a value of an earlier run");
        else if (stamp.Key != key)
            Judge(key, put: -1, begun, $"the value of {keyOf(stamp.Key)}");
        else
            Judge(key, stamp.Put, begun, "a value", stamp.Writer);
    }

    private void Judge(int key, long put, long begun, string what, int writer = -1)
    {
        _reads.End(begun);
        Checked++;
        KeyHistory history = HistoryOf(key);
        bool isRight = history.TryRead(put, begun, Tick());
        history.Forget(_reads.Oldest);
        if (isRight) return;

        Wrong++;
        if (_examples.Count == MaxExamples) return;
        string which = writer < 0 ? "although a put had been acknowledged" : $"of connection {writer}, put {put}, which had been overwritten or refused";
        _examples.Add($"{keyOf(key)}: a read that began at {begun} returned {what} {which}");
    }

    private KeyHistory HistoryOf(int key) => _histories[key] ??= new KeyHistory();

    private long Tick()
    {
        _reads.Advance(_now);
        return ++_now;
    }
}
