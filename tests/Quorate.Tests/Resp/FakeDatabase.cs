using System.Text;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Tests.Resp;

/// <summary>A dictionary behind IDatabase. Answers within the call, or keeps requests until the test lets them end.</summary>
internal sealed class FakeDatabase(FakeLoop loop) : IDatabase
{
    private readonly Dictionary<(int Keyspace, string Key), Stored> _data = [];
    private readonly List<Request> _pending = [];
    private ulong _stamp = 1000;

    public KeyspaceTable Keyspaces { get; } = new([Keyspace.WithDefaults("tight")]);

    public long WallClock => loop.WallClock;

    public double Load { get; set; }

    /// <summary>Keys a scan looks at before it says where to go on.</summary>
    public int PageKeys { get; set; } = int.MaxValue;

    /// <summary>Requests end only when the test says so, and only then have their effect.</summary>
    public bool Holds { get; set; }

    /// <summary>Key to how a request on it fails. "write b" fails writes only.</summary>
    public Dictionary<string, Outcome> Failing { get; } = [];

    public List<RequestOptions> Options { get; } = [];

    /// <summary>What waits, in order of arrival: "write a", "read b".</summary>
    public IReadOnlyList<string> Pending => [.. _pending.Select(request => request.Name)];

    public static Outcome Failure(OutcomeKind kind, params Verdict[] verdicts)
    {
        Verdicts all = default;
        for (int i = 0; i < verdicts.Length; i++) all[i] = verdicts[i];
        int confirmed = verdicts.Count(verdict => verdict is Verdict.Stored or Verdict.Answered);
        return new Outcome(kind, 2, verdicts.Length, confirmed, all);
    }

    public static Outcome Ok { get; } = Failure(OutcomeKind.Ok, Verdict.Answered, Verdict.Answered, Verdict.Pending);

    /// <summary>Lets the first waiting request of that name end.</summary>
    public void End(string name)
    {
        Request request = _pending.First(waiting => waiting.Name == name);
        _pending.Remove(request);
        request.End();
    }

    public void EndAll()
    {
        while (_pending.Count > 0) End(_pending[0].Name);
    }

    public string? ValueOf(string key, int keyspace = 0) =>
        Live(keyspace, key) is { } stored ? Encoding.Latin1.GetString(stored.Value) : null;

    public void Read(in ReadCommand command, IDatabaseSink sink, ulong token)
    {
        (int keyspace, string key, RequestOptions options) = (command.Keyspace, Text(command.Key), command.Options);
        Take("read", key, options, outcome =>
        {
            Stored? stored = Live(keyspace, key);
            EntryHead head = stored is null ? default : new EntryHead(EntryKind.Register, stored.Version, stored.Expiry, 0);
            sink.OnRead(token, new ReadResult(
                outcome, default, new Entry(head, stored?.Value), stored?.Version ?? Version.None, 0, Explain(options)));
        });
    }

    public void Write(in WriteCommand command, IDatabaseSink sink, ulong token)
    {
        (int keyspace, string key, RequestOptions options) = (command.Keyspace, Text(command.Key), command.Options);
        Stored? stored = command.Kind == EntryKind.Tombstone
            ? null
            : new Stored(command.Value.ToArray(), Expiry.At(command.ExpiresAt), NextVersion());
        Take("write", key, options, outcome =>
        {
            if (outcome.IsOk) Put(keyspace, key, stored);
            sink.OnWrite(token, new WriteResult(outcome, default, stored?.Version ?? Version.None, Explain(options)));
        });
    }

    public void Edit(in EditCommand command, IDatabaseSink sink, ulong token)
    {
        (int keyspace, string key, RequestOptions options) = (command.Keyspace, Text(command.Key), command.Options);
        (EditTerms terms, byte[] value) = (command.Edit.Terms, command.Edit.Value.ToArray());
        Take("edit", key, options, outcome =>
        {
            var edit = new RegisterEdit(terms, value);
            Stored? before = Live(keyspace, key);
            EntryHead head = before is null ? default : new EntryHead(EntryKind.Register, before.Version, before.Expiry, 0);
            var current = new Entry(head, before?.Value);
            bool applied = outcome.IsOk && edit.AppliesTo(head, WallClock);
            Version version = NextVersion();
            if (applied)
            {
                EntryHead after = edit.Apply(head, version, WallClock);
                var payload = new byte[edit.PayloadLength(current)];
                edit.WritePayload(current, payload);
                Put(keyspace, key, after.Kind == EntryKind.Tombstone ? null : new Stored(payload, after.Expiry, version));
            }

            sink.OnEdit(token, new EditResult(
                new EditReply(outcome, applied, terms.AnswersPrevious ? current : default, version, edit.NumberOf(current)), default, Explain(options)));
        });
    }

    public void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => Take(
        "count",
        "",
        options,
        outcome => sink.OnCount(token, new CountResult(outcome, default, _data.Keys.Count(place => Live(place.Keyspace, place.Key) is not null && place.Keyspace == keyspace))));

    public void Scan(in ScanCommand command, IDatabaseSink sink, ulong token)
    {
        (int keyspace, ScanPoint from, int count, RequestOptions options) = (command.Keyspace, command.From, command.Count, command.Options);
        Take("scan", "", options, outcome =>
        {
            (ScanPoint Point, ScannedKey Key)[] all =
            [
                .. _data.Where(held => held.Key.Keyspace == keyspace && Live(keyspace, held.Key.Key) is not null)
                    .Select(held => (Key: Encoding.Latin1.GetBytes(held.Key.Key), held.Value.Expiry, held.Value.Version))
                    .Select(held => (
                        Point: new ScanPoint(Partition.Of(held.Key), ScanPoint.HashOf(held.Key)),
                        Key: new ScannedKey(held.Key, new EntryHead(EntryKind.Register, held.Version, held.Expiry, 0))))
                    .Where(key => key.Point.Cursor >= from.Cursor)
                    .OrderBy(key => key.Point.Cursor),
            ];
            int page = Math.Min(count, PageKeys);
            ScanPoint next = all.Length > page ? all[page].Point : ScanPoint.Start;
            sink.OnScan(token, new ScanResult(outcome, default, outcome.IsOk ? next : from, [.. all.Take(page).Select(key => key.Key)]));
        });
    }

    public void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => Take("clear", $"{keyspace}", options, outcome =>
    {
        foreach ((int Keyspace, string Key) place in _data.Keys.Where(place => place.Keyspace == keyspace && outcome.IsOk)) _data.Remove(place);
        sink.OnWrite(token, new WriteResult(outcome, default, NextVersion(), null));
    });

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static Explanation? Explain(RequestOptions options)
    {
        if (!options.Explain) return null;
        var explanation = new Explanation();
        explanation.Lines.Add(new Explanation.Line(12, "node-1", "asked", Version.None));
        return explanation;
    }

    private void Take(string what, string key, RequestOptions options, Action<Outcome> end)
    {
        Options.Add(options);
        string name = $"{what} {key}".TrimEnd();
        Outcome outcome = Failing.TryGetValue(name, out Outcome failure) || Failing.TryGetValue(key, out failure) ? failure : Ok;
        if (Holds) _pending.Add(new Request(name, () => end(outcome)));
        else end(outcome);
    }

    private Stored? Live(int keyspace, string key) =>
        _data.TryGetValue((keyspace, key), out Stored? stored) && !stored.Expiry.HasPassed(WallClock) ? stored : null;

    private void Put(int keyspace, string key, Stored? stored)
    {
        if (stored is null) _data.Remove((keyspace, key));
        else _data[(keyspace, key)] = stored;
    }

    private Version NextVersion() => new(new HybridTimestamp(_stamp += 2), new WriterId(new NodeId(1), 1));

    private sealed record Stored(byte[] Value, Expiry Expiry, Version Version);

    private sealed record Request(string Name, Action End);
}
