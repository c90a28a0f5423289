using System.Text;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Tests.Server;

namespace Quorate.Tests.Coordinator.Application;

/// <summary>
/// Three replicas, of which each request reaches exactly as many as its level asks for, and nobody tells the others: the worst that
/// levels below a quorum allow. What is read at a quorum is held by one afterwards, as the real read repair sees to.
/// </summary>
internal sealed class LaggingDatabase : IDatabase
{
    private const int N = 3;
    private readonly Dictionary<string, Held>[] _replicas = [[], [], []];
    private HybridTimestamp _horizon;

    public KeyspaceTable Keyspaces { get; } = new([]);

    public long WallClock => 1_000_000;

    public double Load => 0;

    /// <summary>Whom the next request asks first; the others follow in their order.</summary>
    public int First { get; set; }

    /// <summary>Who is not there.</summary>
    public HashSet<int> Away { get; } = [];

    /// <summary>How many more writes are taken; of later ones nobody hears.</summary>
    public int WritesLeft { get; set; } = int.MaxValue;

    /// <summary>The coordinator's clock; rises with each version it makes or sees.</summary>
    public ulong Clock { get; set; } = 100;

    /// <summary>R of every read and W of every write so far, and whether fallbacks might stand in where that was said.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>A tombstone is gone, everywhere.</summary>
    public void Reap(string key)
    {
        _horizon = new HybridTimestamp(Clock);
        Drop(key);
    }

    /// <summary>Every replica has lost it.</summary>
    public void Drop(string key)
    {
        foreach (Dictionary<string, Held> replica in _replicas) replica.Remove(key);
    }

    public void Store(int replica, string key, ulong version) => _replicas[replica][key] = new Held(VersionOf(version), $"of {version}", false);

    public void Read(in ReadCommand command, IDatabaseSink sink, ulong token)
    {
        string key = NameOf(command.Keyspace, command.Key);
        int[] asked = Ask("R", command.Options.R, command.Options.Quorum, out Outcome outcome);
        Held winner = asked.Select(replica => _replicas[replica].GetValueOrDefault(key)).DefaultIfEmpty().MaxBy(held => (held.Version, held.IsExpired));
        if (asked.Length > N / 2 && winner.Version != Version.None) Spread(asked, key, winner);
        Clock = Math.Max(Clock, winner.Version.Timestamp.Value);
        byte[] payload = Encoding.UTF8.GetBytes(winner.Value ?? "");
        EntryHead head = winner.Value is null ? default : new EntryHead(EntryKind.Register, winner.Version, Expiry.Never, 0);
        sink.OnRead(token, new ReadResult(outcome, Location, new Entry(head, payload), winner.Version, 0, null) { Horizon = _horizon });
    }

    public void Write(in WriteCommand command, IDatabaseSink sink, ulong token)
    {
        string? value = command.Kind == EntryKind.Tombstone ? null : Encoding.UTF8.GetString(command.Value);
        Version version = VersionOf(++Clock);
        int[] asked = Ask("W", command.Options.W, command.Options.Quorum, out Outcome outcome);
        if (WritesLeft-- <= 0) outcome = outcome with { Kind = OutcomeKind.Unavailable };
        if (outcome.IsOk) Spread(asked, NameOf(command.Keyspace, command.Key), new Held(version, value, false));
        sink.OnWrite(token, new WriteResult(outcome, Location, version, null));
    }

    /// <summary>An expiry that is over at once, on what a quorum knows.</summary>
    public void Edit(in EditCommand command, IDatabaseSink sink, ulong token)
    {
        string key = NameOf(command.Keyspace, command.Key);
        int[] asked = Ask("W", command.Options.W, command.Options.Quorum, out Outcome outcome);
        Held held = asked.Select(replica => _replicas[replica].GetValueOrDefault(key)).MaxBy(held => (held.Version, held.IsExpired));
        bool applies = held.Value is not null && !held.IsExpired;
        if (applies) Spread(asked, key, held with { Value = null, IsExpired = true });
        sink.OnEdit(token, new EditResult(new Quorate.Core.Messages.EditReply(outcome, applies, default, applies ? VersionOf(++Clock) : Version.None), Location, null));
    }

    public void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

    public void Scan(in ScanCommand command, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

    public void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

    private static Location Location => new(FakeDatabase.Topology, 0);

    private int[] Ask(string what, ConsistencyLevel level, QuorumKind quorum, out Outcome outcome)
    {
        Asked.Add($"{what} {level}{(quorum == QuorumKind.Default ? "" : $" {quorum}")}");
        int needed = level.Required(N);
        int[] asked = [.. Enumerable.Range(First, N).Select(replica => replica % N).Where(replica => !Away.Contains(replica)).Take(needed)];
        var verdicts = default(Verdicts);
        for (int replica = 0; replica < N; replica++)
        {
            verdicts[replica] = asked.Contains(replica) ? Verdict.Answered : Away.Contains(replica) ? Verdict.NotConnected : Verdict.None;
        }

        outcome = new Outcome(asked.Length == needed ? OutcomeKind.Ok : OutcomeKind.Unavailable, needed, N, asked.Length, verdicts);
        return asked;
    }

    private void Spread(int[] replicas, string key, Held held)
    {
        foreach (int replica in replicas)
        {
            Held there = _replicas[replica].GetValueOrDefault(key);
            if (held.Version > there.Version || (held.Version == there.Version && held.IsExpired)) _replicas[replica][key] = held;
        }
    }

    private static string NameOf(int keyspace, ReadOnlySpan<byte> key) => keyspace == 0 ? Encoding.UTF8.GetString(key) : $"{keyspace}/{Encoding.UTF8.GetString(key)}";

    private static Version VersionOf(ulong timestamp) => new(new HybridTimestamp(timestamp), new WriterId(new NodeId(1), 1));

    private readonly record struct Held(Version Version, string? Value, bool IsExpired);
}
