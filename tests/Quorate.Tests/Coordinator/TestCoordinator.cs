using System.Text;
using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Tests.Placement;

namespace Quorate.Tests.Coordinator;

/// <summary>One coordinator among fake members, all numbered by their rank for <see cref="Key"/>; rank 0 is its own replica.</summary>
internal sealed class TestCoordinator
{
    public const string Key = "k";
    private readonly Topology _topology;
    private readonly FakeReplica[] _replicas;

    /// <param name="self">The coordinator's own rank; null in a client, which is no member.</param>
    public TestCoordinator(int members = 3, int? self = 0, Keyspace? keyspace = null, Limits? limits = null, bool hasMark = true)
    {
        _topology = TestCluster.Topology(members, name => $"zone{name}");
        Clock = new HybridClock(new WriterId(self is { } own ? IdOf(own) : new Core.Membership.NodeId(77), 1), 0);
        if (hasMark) Clock.RaiseMark(long.MaxValue);
        var keyspaces = new KeyspaceTable(keyspace is null ? [] : [keyspace]);
        Database = new QuorumCoordinator(Loop, Clock, keyspaces, limits ?? Limits.Default, () => ClockAgrees);
        _replicas = [.. Enumerable.Range(0, members).Select(_ => new FakeReplica(Database))];
        Database.Adopt(_topology, self is { } mine ? MemberAt(mine) : QuorumCoordinator.NoMember);
        for (int rank = 0; rank < members; rank++) Database.Connect(MemberAt(rank), _replicas[rank]);
        if (self is { } local) _replicas[local].Edits = new LocalEdits(Database);
    }

    public VirtualLoop Loop { get; } = new();

    public HybridClock Clock { get; }

    public bool ClockAgrees { get; set; } = true;

    public QuorumCoordinator Database { get; }

    public RecordingSink Sink { get; } = new();

    /// <summary>By rank.</summary>
    public FakeReplica this[int rank] => _replicas[rank];

    public IEnumerable<FakeReplica> Replicas => _replicas;

    public int MemberAt(int rank) => _topology.PreferenceListOf(Partition.Of(Bytes(Key)))[rank];

    public Core.Membership.NodeId IdOf(int rank) => _topology.Members[MemberAt(rank)].Id;

    public string NameOf(int rank) => _topology.Members[MemberAt(rank)].Name;

    public void Disconnect(params int[] ranks)
    {
        foreach (int rank in ranks) Database.Disconnect(MemberAt(rank));
    }

    public void Connect(int rank) => Database.Connect(MemberAt(rank), _replicas[rank]);

    public void AllPrompt()
    {
        foreach (FakeReplica replica in _replicas) replica.IsPrompt = true;
    }

    public void Read(RequestOptions options = default, ulong token = 1) =>
        Database.Read(new ReadCommand(0, Bytes(Key), options), Sink, token);

    public void Put(string value, RequestOptions options = default, ulong token = 1) =>
        Database.Write(WriteCommand.Put(0, Bytes(Key), Bytes(value), 0, options), Sink, token);

    /// <summary>For who stamps it, and stamps it again where it is beaten.</summary>
    public void PutStamped(string value, EntryHead head, bool isAboveAcknowledged = false, ulong token = 1) =>
        Database.Write(WriteCommand.Put(0, Bytes(Key), Bytes(value)) with { Stamp = new Stamp(head.Version, isAboveAcknowledged) }, Sink, token);

    public void Delete(RequestOptions options = default, ulong token = 1) =>
        Database.Write(WriteCommand.Delete(0, Bytes(Key), options), Sink, token);

    /// <summary>Redis' SET with NX, XX or neither, which needs to read.</summary>
    public void PutIf(EditCondition condition, string value, RequestOptions options = default, ulong token = 1) =>
        Database.Edit(new EditCommand(0, Bytes(Key), RegisterEdit.Put(Bytes(value), condition, false, 0).AnsweringPrevious(), options), Sink, token);

    public void Append(string value, ulong token = 1) =>
        Database.Edit(new EditCommand(0, Bytes(Key), RegisterEdit.Append(Bytes(value)).AnsweringPrevious(), default), Sink, token);

    public void Expire(long at, ulong token = 1) =>
        Database.Edit(new EditCommand(0, Bytes(Key), RegisterEdit.Expire(at), default), Sink, token);

    public void Clear(RequestOptions options = default, ulong token = 1) => Database.Clear(0, options, Sink, token);

    /// <summary>An entry of another writer, this many ms from now.</summary>
    public EntryHead Foreign(long ahead) => new(
        EntryKind.Register, new Version(HybridTimestamp.FromMilliseconds(Loop.WallClock + ahead), new WriterId(new Core.Membership.NodeId(99), 1)), Expiry.Never, 0);

    public static RequestOptions With(ConsistencyLevel r = default, ConsistencyLevel w = default, int timeout = 0, Fanout fanout = Fanout.Default, bool explain = false, QuorumKind quorum = QuorumKind.Default) =>
        new(r, w, timeout, fanout, explain, quorum);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class LocalEdits(QuorumCoordinator coordinator) : IReplicaService
    {
        public void Expect(ushort keyspace, ReadOnlySpan<byte> key) => throw new NotSupportedException();

        public void FetchExpected() => throw new NotSupportedException();

        public void Edit(in EditRequest request, OperationId operation, IReplySink replyTo) => coordinator.RunEdit(request, operation, replyTo);

        public void Put(in PutRequest request, OperationId operation, IReplySink replyTo) => throw new NotSupportedException();

        public void Get(in GetRequest request, OperationId operation, IReplySink replyTo) => throw new NotSupportedException();

        public void Count(in CountRequest request, OperationId operation, IReplySink replyTo) => throw new NotSupportedException();

        public void Scan(in ScanRequest request, OperationId operation, IReplySink replyTo) => throw new NotSupportedException();

        public void Clear(in ClearRequest request, OperationId operation, IReplySink replyTo) => throw new NotSupportedException();
    }
}
