using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Node.Storage;

namespace Quorate.Node.Replication;

/// <summary>
/// This node's replica: load, join, log, answer. Refuses what it is not home to, what another topology sent, and what its
/// damaged partitions must not vote on.
/// </summary>
internal sealed class ReplicaService : IReplicaService
{
    private readonly LogStore _store;
    private readonly ILoop _loop;
    private readonly HybridClock _clock;
    private readonly KeyspaceTable _keyspaces;
    private readonly Limits _limits;
    private readonly QuorumCoordinator _coordinator;
    private readonly CommitWaits _waits;
    private readonly uint _start;
    private Topology? _topology;
    private int _self;

    public ReplicaService(LogStore store, ILoop loop, HybridClock clock, NodeOptions options, QuorumCoordinator coordinator)
    {
        _store = store;
        _loop = loop;
        _clock = clock;
        _keyspaces = options.Keyspaces;
        _limits = options.Limits;
        _waits = new CommitWaits(options.Limits);
        _coordinator = coordinator;
        _start = clock.Writer.Start;
        store.Committed += () => _waits.Release(store.DurablePosition);
    }

    public void Adopt(Topology topology, int self)
    {
        _topology = topology;
        _self = self;
    }

    public IReadOnlyList<Gauge> Gauges() => _waits.Gauges();

    public void Put(in PutRequest request, OperationId operation, IReplySink replyTo)
    {
        Verdict verdict = Judge(request.Keyspace, request.Epochs, request.Key, request.Entry, out int partition);
        if (verdict == Verdict.None && _waits.IsFull) verdict = Verdict.Overloaded;
        if (verdict != Verdict.None)
        {
            replyTo.OnPut(operation, new PutReply(verdict, Version.None, _start));
            return;
        }

        _clock.Observe(request.Entry.Head.Version.Timestamp, _loop.WallClock);
        JoinResult joined = _store.Join(request.Keyspace, partition, request.Key, request.Entry);
        var reply = new PutReply(joined.Verdict, joined.By, _start);
        if (joined.Position > _store.DurablePosition) _waits.Add(joined.Position, replyTo, operation, reply);
        else replyTo.OnPut(operation, reply);
    }

    public void Get(in GetRequest request, OperationId operation, IReplySink replyTo)
    {
        Verdict verdict = Judge(request.Keyspace, request.Epochs, request.Key, default, out int partition);
        if (verdict != Verdict.None)
        {
            replyTo.OnGet(operation, GetReply.Refused(verdict, _start));
            return;
        }

        bool isThere = _store.TryGet(request.Keyspace, partition, request.Key, out HeldEntry held);
        bool withPayload = isThere && held.PayloadLength <= request.PayloadLimit;
        if (withPayload && !held.IsInMemory)
        {
            Load(request, partition, operation, replyTo);
            return;
        }

        EntryDigest digest = isThere ? held.Digest : default;
        var reply = new GetReply(Verdict.Answered, _start, digest, withPayload, withPayload ? held.Payload : default);
        Answer(operation, replyTo, reply, isThere ? held.Position : 0);
    }

    public void Edit(in EditRequest request, OperationId operation, IReplySink replyTo)
    {
        Verdict verdict = Judge(request.Keyspace, request.Epochs, request.Key, default, out _);
        // Running an edit is no vote: its read and its put ask replicas that are fit.
        if (verdict is Verdict.None or Verdict.Unfit) _coordinator.RunEdit(request, operation, replyTo);
        else replyTo.OnEdit(operation, new EditReply(RefusedEdit(verdict, request.Keyspace), false, default, Version.None));
    }

    public void Count(in CountRequest request, OperationId operation, IReplySink replyTo)
    {
        Span<int> counts = stackalloc int[Partition.Count];
        counts.Fill(-1);
        if (_topology is null || request.Epochs.Newest != _topology.Epoch || request.Keyspace >= _keyspaces.All.Length)
        {
            replyTo.OnCount(operation, new CountReply(Verdict.WrongEpoch, counts));
            return;
        }

        _store.CountLive(request.Keyspace, _loop.WallClock, counts);
        for (int partition = 0; partition < counts.Length; partition++)
        {
            if (!IsHome(request.Keyspace, partition) || !_store.IsFit(partition)) counts[partition] = -1;
        }

        replyTo.OnCount(operation, new CountReply(Verdict.Answered, counts));
    }

    /// <summary>Like a count it may show what is not durable yet: nobody was told that those writes happened.</summary>
    public void Scan(in ScanRequest request, OperationId operation, IReplySink replyTo)
    {
        int partition = request.From.Partition;
        Verdict verdict = Judge(request.Keyspace, request.Epochs, partition);
        if (verdict != Verdict.None)
        {
            replyTo.OnScan(operation, ScanReply.Refused(verdict));
            return;
        }

        ScannedKey[] keys = _store.Scan(request.Keyspace, request.From, request.Limit, out ulong through);
        replyTo.OnScan(operation, new ScanReply(Verdict.Answered, through, keys));
    }

    /// <summary>Answers once the payload was read from disk.</summary>
    private void Load(in GetRequest request, int partition, OperationId operation, IReplySink replyTo)
    {
        bool isTaken = _store.TryLoad(request.Keyspace, partition, request.Key, (Verdict verdict, in Entry entry, long position) =>
        {
            if (verdict == Verdict.Answered) Answer(operation, replyTo, new GetReply(verdict, _start, entry.Digest, true, entry.Payload), position);
            else replyTo.OnGet(operation, GetReply.Refused(verdict, _start));
        });
        if (!isTaken) replyTo.OnGet(operation, GetReply.Refused(Verdict.Overloaded, _start));
    }

    private void Answer(OperationId operation, IReplySink replyTo, in GetReply reply, long position)
    {
        if (position <= _store.DurablePosition) replyTo.OnGet(operation, reply);
        else if (_waits.IsFull) replyTo.OnGet(operation, GetReply.Refused(Verdict.Overloaded, _start));
        else _waits.Add(position, replyTo, operation, reply);
    }

    /// <summary>The reason to refuse, or <see cref="Verdict.None"/>. A refusal promises that nothing was or will be stored.</summary>
    private Verdict Judge(ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, in Entry entry, out int partition)
    {
        partition = 0;
        if (_topology is null || epochs.Newest != _topology.Epoch || keyspace >= _keyspaces.All.Length) return Verdict.WrongEpoch;
        if (key.Length > _limits.MaxKeyBytes || entry.Value.Length > _limits.MaxValueBytes) return Verdict.TooLarge;
        partition = Partition.Of(key);
        return Judge(keyspace, epochs, partition);
    }

    private Verdict Judge(ushort keyspace, Epochs epochs, int partition)
    {
        if (_topology is null || epochs.Newest != _topology.Epoch || keyspace >= _keyspaces.All.Length) return Verdict.WrongEpoch;
        if (!IsHome(keyspace, partition)) return Verdict.WrongEpoch;
        return _store.IsFit(partition) ? Verdict.None : Verdict.Unfit;
    }

    private bool IsHome(int keyspace, int partition)
    {
        int rank = _topology!.PreferenceListOf(partition).RankOf(_self);
        return rank >= 0 && rank < _keyspaces[keyspace].ReplicasAmong(_topology.Members.Length);
    }

    private Outcome RefusedEdit(Verdict verdict, int keyspace)
    {
        int replicas = _topology is null || keyspace >= _keyspaces.All.Length ? 0 : _keyspaces[keyspace].ReplicasAmong(_topology.Members.Length);
        OutcomeKind kind = verdict == Verdict.TooLarge ? OutcomeKind.TooLarge : OutcomeKind.Unavailable;
        return Outcome.Failed(kind) with { Replicas = replicas };
    }
}
