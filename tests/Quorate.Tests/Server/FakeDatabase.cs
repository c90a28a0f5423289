using System.Collections.Immutable;
using System.Text;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Tests.Server;

/// <summary>Three replicas a, b, c in one dictionary, which answer at once and as they are told.</summary>
internal sealed class FakeDatabase : IDatabase
{
    private readonly Dictionary<string, (byte[] ContentType, byte[] Value, Version Version, long ExpiresAt)> _entries = [];
    private ulong _lastStamp = 100;

    public static Topology Topology { get; } = new(
        7,
        [.. new[] { "a", "b", "c" }.Select((name, index) => new Member(
            new NodeId((ulong)index + 1), name, "default", 1, new Endpoints($"127.0.0.1:{7401 + index}", $"127.0.0.1:{6401 + index}", "", "")))]);

    public KeyspaceTable Keyspaces { get; } = new([Keyspace.WithDefaults("sessions")]);

    public long WallClock { get; set; } = 1_000_000;

    public double Load => 0;

    /// <summary>How requests end; a failure stores nothing.</summary>
    public OutcomeKind Next { get; set; } = OutcomeKind.Ok;

    /// <summary>How expiries end.</summary>
    public OutcomeKind NextEdit { get; set; } = OutcomeKind.Ok;

    /// <summary>Requests are kept and not answered while this is set.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Runs within each request.</summary>
    public Action? OnRequest { get; set; }

    public RequestOptions LastOptions { get; private set; }

    public int LastKeyspace { get; private set; }

    public byte[] LastKey { get; private set; } = [];

    public long LastExpiresAt { get; private set; }

    public List<ulong> Unanswered { get; } = [];

    public void Read(in ReadCommand command, IDatabaseSink sink, ulong token)
    {
        Remember(command.Keyspace, command.Key, command.Options);
        if (Swallows(token)) return;
        bool found = _entries.TryGetValue(NameOf(command.Keyspace, command.Key), out var held) && Next == OutcomeKind.Ok && IsLive(held.ExpiresAt);
        EntryHead head = found ? new EntryHead(EntryKind.Register, held.Version, Expiry.Never, (byte)held.ContentType.Length) : default;
        byte[] payload = found ? [.. held.ContentType, .. held.Value] : [];
        sink.OnRead(token, new ReadResult(OutcomeOf(Verdict.Answered), LocationOf(command.Key), new Entry(head, payload), held.Version, found ? 1 : 0, null));
    }

    public void Write(in WriteCommand command, IDatabaseSink sink, ulong token)
    {
        Remember(command.Keyspace, command.Key, command.Options);
        LastExpiresAt = command.ExpiresAt;
        if (Swallows(token)) return;
        var version = new Version(new HybridTimestamp(_lastStamp += 2), new WriterId(new NodeId(1), 1));
        string name = NameOf(command.Keyspace, command.Key);
        if (Next == OutcomeKind.Ok && command.Kind == EntryKind.Register) _entries[name] = (command.ContentType.ToArray(), command.Value.ToArray(), version, command.ExpiresAt);
        if (Next == OutcomeKind.Ok && command.Kind == EntryKind.Tombstone) _entries.Remove(name);
        sink.OnWrite(token, new WriteResult(OutcomeOf(Verdict.Stored), LocationOf(command.Key), version, null));
    }

    /// <summary>Expiries only.</summary>
    public void Edit(in EditCommand command, IDatabaseSink sink, ulong token)
    {
        Remember(command.Keyspace, command.Key, command.Options);
        if (Swallows(token)) return;
        string name = NameOf(command.Keyspace, command.Key);
        bool applies = _entries.TryGetValue(name, out var held) && NextEdit == OutcomeKind.Ok && IsLive(held.ExpiresAt);
        if (applies) _entries[name] = held with { ExpiresAt = LastExpiresAt = command.Edit.Terms.ExpiresAt };
        sink.OnEdit(token, new EditResult(new EditReply(OutcomeOf(Verdict.Stored) with { Kind = NextEdit }, applies, default, held.Version), LocationOf(command.Key), null));
    }

    public void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

    public void Scan(in ScanCommand command, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

    public void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new NotSupportedException();

    private bool IsLive(long expiresAt) => expiresAt == 0 || expiresAt > WallClock;

    private void Remember(int keyspace, ReadOnlySpan<byte> key, RequestOptions options)
    {
        OnRequest?.Invoke();
        LastKeyspace = keyspace;
        LastKey = key.ToArray();
        LastOptions = options;
    }

    private bool Swallows(ulong token)
    {
        if (IsSilent) Unanswered.Add(token);
        return IsSilent;
    }

    /// <summary>The first two replicas confirm; where it fails only the first does, the second is not connected, the third silent.</summary>
    private Outcome OutcomeOf(Verdict confirmed)
    {
        var verdicts = default(Verdicts);
        verdicts[0] = confirmed;
        verdicts[1] = Next == OutcomeKind.Ok ? confirmed : Verdict.NotConnected;
        verdicts[2] = Next == OutcomeKind.Ok ? Verdict.None : Verdict.Pending;
        return new Outcome(Next, 2, 3, Next == OutcomeKind.Ok ? 2 : 1, verdicts);
    }

    private static Location LocationOf(ReadOnlySpan<byte> key) => new(Topology, Partition.Of(key));

    private static string NameOf(int keyspace, ReadOnlySpan<byte> key) => $"{keyspace}/{Convert.ToHexString(key)}";
}
