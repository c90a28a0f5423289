using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Handoff;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Reaping;

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
    private readonly HintStore _hints;
    private readonly Horizons _horizons;
    private readonly ushort[] _numbers;
    private readonly CommitWaits _waits;
    private readonly uint _start;
    private Topology? _topology;
    private int _self;

    /// <summary>Serves nobody before <see cref="Adopt"/>.</summary>
    /// <param name="store">This node's.</param>
    /// <param name="hints">What it keeps for others.</param>
    /// <param name="horizons">Say what is too old to be joined.</param>
    /// <param name="numbers">The store's number of each keyspace.</param>
    /// <param name="loop">Its wall clock bounds what the hybrid clock takes over.</param>
    /// <param name="clock">Follows the versions that come in.</param>
    /// <param name="options">Of them the keyspaces and limits.</param>
    /// <param name="coordinator">Runs the edits that others send here.</param>
    public ReplicaService(
        LogStore store, HintStore hints, Horizons horizons, ushort[] numbers, ILoop loop, HybridClock clock, NodeOptions options, QuorumCoordinator coordinator)
    {
        _store = store;
        _hints = hints;
        _horizons = horizons;
        _numbers = numbers;
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

    /// <summary>Whoever asked has its answer.</summary>
    public bool IsIdle => _waits.IsEmpty;

    public void Expect(ushort keyspace, ReadOnlySpan<byte> key)
    {
        if (keyspace < _numbers.Length) _store.Expect(_numbers[keyspace], Partition.Of(key), key);
    }

    public void FetchExpected() => _store.FetchExpected();

    public void Put(in PutRequest request, OperationId operation, IReplySink replyTo)
    {
        if (!request.Hint.IsNone && _topology?.Members[_self].Id != request.Hint.Home)
        {
            KeepHint(request, operation, replyTo);
            return;
        }

        Verdict verdict = Judge(request.Keyspace, request.Epochs, request.Key, request.Entry, out int partition);
        if (verdict == Verdict.None && _waits.IsFull) verdict = Verdict.Overloaded;
        if (verdict != Verdict.None)
        {
            replyTo.OnPut(operation, new PutReply(verdict, Version.None, _start));
            return;
        }

        EntryHead head = request.Entry.Head;
        Admission admission = _horizons.Admit(_keyspaces[request.Keyspace].N, partition, request.Under, head);
        if (admission != Admission.Join)
        {
            // Whoever hears of W such answers stamps above all of them, and then above all that was acknowledged: no answer may say less than it knows.
            if (admission == Admission.Held) replyTo.OnPut(operation, new PutReply(Verdict.Stored, head.Version, _start));
            else Answer(operation, replyTo, _store.Supersede(_numbers[request.Keyspace], partition, request.Key, Above(_horizons.Vouched)));
            return;
        }

        _clock.Observe(head.Version.Timestamp, _loop.WallClock);
        Answer(operation, replyTo, _store.Join(_numbers[request.Keyspace], partition, request.Key, request.Entry));
    }

    public void Get(in GetRequest request, OperationId operation, IReplySink replyTo)
    {
        if (request.OfHints)
        {
            GetHint(request, operation, replyTo);
            return;
        }

        Verdict verdict = Judge(request.Keyspace, request.Epochs, request.Key, default, out int partition);
        if (verdict != Verdict.None)
        {
            replyTo.OnGet(operation, GetReply.Refused(verdict, _start));
            return;
        }

        bool isThere = _store.TryGet(_numbers[request.Keyspace], partition, request.Key, out HeldEntry held);
        bool withPayload = isThere && held.PayloadLength <= request.PayloadLimit;
        if (withPayload && !held.IsInMemory)
        {
            Load(request, partition, operation, replyTo);
            return;
        }

        EntryDigest digest = isThere ? held.Digest : default;
        HybridTimestamp horizon = HorizonOf(request.Keyspace, partition);
        var reply = new GetReply(Verdict.Answered, _start, digest, withPayload, withPayload ? held.Payload : default, horizon);
        Answer(operation, replyTo, reply, isThere ? held.Position : 0);
    }

    public void Edit(in EditRequest request, OperationId operation, IReplySink replyTo)
    {
        Verdict verdict = Judge(request.Keyspace, request.Epochs, request.Key, default, out _);
        // Running an edit is no vote: its read and its put ask replicas that are fit.
        if (verdict is Verdict.None or Verdict.Unfit) _coordinator.RunEdit(request, operation, replyTo);
        else replyTo.OnEdit(operation, new EditReply(Outcome.Failed(verdict == Verdict.TooLarge ? OutcomeKind.TooLarge : OutcomeKind.Unavailable), false, default, Version.None));
    }

    public void Count(in CountRequest request, OperationId operation, IReplySink replyTo)
    {
        Span<int> counts = stackalloc int[Partition.Count];
        counts.Fill(-1);
        if (JudgeEpoch(request.Keyspace, request.Epochs) != Verdict.None)
        {
            replyTo.OnCount(operation, CountReply.Refused(Verdict.WrongEpoch));
            return;
        }

        _store.CountLive(_numbers[request.Keyspace], _loop.WallClock, counts);
        for (int partition = 0; partition < counts.Length; partition++)
        {
            if (!IsHome(request.Keyspace, partition, _self) || !_store.IsFit(partition)) counts[partition] = -1;
        }

        replyTo.OnCount(operation, new CountReply(Verdict.Answered, _store.ClearOf(_numbers[request.Keyspace]), counts));
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

        ScannedKey[] keys = _store.Scan(_numbers[request.Keyspace], request.From, request.Limit, out ulong through);
        replyTo.OnScan(operation, new ScanReply(Verdict.Answered, _store.ClearOf(_numbers[request.Keyspace]), through, keys));
    }

    public void Clear(in ClearRequest request, OperationId operation, IReplySink replyTo)
    {
        ushort keyspace = request.Keyspace;
        if (JudgeEpoch(keyspace, request.Epochs) != Verdict.None)
        {
            replyTo.OnClear(operation, ClearReply.Refused(Verdict.WrongEpoch, _start));
            return;
        }

        if (request.Version == Version.None)
        {
            replyTo.OnClear(operation, Cleared(keyspace, Verdict.Answered));
            return;
        }

        if (_waits.IsFull)
        {
            replyTo.OnClear(operation, ClearReply.Refused(Verdict.Overloaded, _start));
            return;
        }

        _clock.Observe(request.Version.Timestamp, _loop.WallClock);
        JoinResult joined = _store.Clear(_numbers[keyspace], request.Version);
        if (joined.Verdict != Verdict.Stored) replyTo.OnClear(operation, ClearReply.Refused(joined.Verdict, _start));
        else if (joined.Position > _store.DurablePosition) _waits.Add(joined.Position, () => replyTo.OnClear(operation, Cleared(keyspace, Verdict.Stored)));
        else replyTo.OnClear(operation, Cleared(keyspace, Verdict.Stored));
    }

    /// <summary>
    /// Tells a peer that has just connected what was cleared while it was away. A clear it has already is no change, and one that
    /// was not acknowledged may take effect at any time.
    /// </summary>
    public void TellClears(IReplica peer)
    {
        for (ushort keyspace = 0; keyspace < _numbers.Length; keyspace++)
        {
            Version clear = _store.ClearOf(_numbers[keyspace]);
            if (clear != Version.None) peer.Clear(new ClearRequest(keyspace, Epochs.Of(_topology!.Epoch), clear), OperationId.Unanswered);
        }
    }

    /// <summary>Takes an entry that another home replica has, for a partition that lost something and votes on nothing meanwhile.</summary>
    /// <returns>Whether it, or something newer, is held now.</returns>
    public bool TryMend(ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        _clock.Observe(entry.Head.Version.Timestamp, _loop.WallClock);
        return _store.Mend(_numbers[keyspace], partition, key, entry).Verdict is Verdict.Stored or Verdict.Superseded;
    }

    private ClearReply Cleared(ushort keyspace, Verdict verdict)
    {
        PartitionSet partitions = default;
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            if (IsHome(keyspace, partition, _self) && _store.IsFit(partition)) partitions.Add(partition);
        }

        return new ClearReply(verdict, _store.NewestOf(_numbers[keyspace]), partitions, _start);
    }

    /// <summary>Keeps a put for another: this node need not be home to the key, but that one must be.</summary>
    private void KeepHint(in PutRequest request, OperationId operation, IReplySink replyTo)
    {
        if (_horizons.RefusesHint(request.Entry.Head))
        {
            replyTo.OnPut(operation, new PutReply(Verdict.Superseded, Above(_horizons.HintFloor), _start));
            return;
        }

        int home = _topology?.IndexOf(request.Hint.Home) ?? -1;
        Verdict verdict = Judge(request.Keyspace, request.Epochs, request.Key, request.Entry, home, out int partition);
        if (verdict == Verdict.None && _waits.IsFull) verdict = Verdict.Overloaded;
        JoinResult kept = verdict == Verdict.None
            ? _hints.Keep(request.Hint, _numbers[request.Keyspace], partition, request.Key, request.Entry)
            : JoinResult.Refused(verdict);
        Answer(operation, replyTo, kept);
    }

    /// <summary>What hides a hint that was let go of may be gone for good by now, and the hint must show nobody what was deleted (law 5).</summary>
    private bool TryGetHint(scoped in GetRequest request, int partition, out HeldEntry held) =>
        _hints.TryGet(_numbers[request.Keyspace], partition, request.Key, out held) && !_horizons.WasLetGoOf(held.Digest.Head);

    /// <summary>Answers as a fallback: an entry only where there is a hint, because its absence says nothing.</summary>
    private void GetHint(in GetRequest request, OperationId operation, IReplySink replyTo)
    {
        int partition = Partition.Of(request.Key);
        Verdict verdict = JudgeEpoch(request.Keyspace, request.Epochs);
        if (verdict == Verdict.None && !_store.IsFit(partition)) verdict = Verdict.Unfit;
        HeldEntry held = default;
        if (verdict == Verdict.None && !TryGetHint(request, partition, out held)) verdict = Verdict.NoHint;
        // A hint that memory had no room for is on its way to its home replica: it is not read from disk for this.
        if (verdict == Verdict.None && !held.IsInMemory && held.PayloadLength <= request.PayloadLimit) verdict = Verdict.Overloaded;
        if (verdict != Verdict.None)
        {
            replyTo.OnGet(operation, GetReply.Refused(verdict, _start));
            return;
        }

        bool withPayload = held.PayloadLength <= request.PayloadLimit;
        Answer(operation, replyTo, new GetReply(Verdict.Answered, _start, held.Digest, withPayload, withPayload ? held.Payload : default), held.Position);
    }

    /// <summary>Answers once the payload was read from disk.</summary>
    private void Load(in GetRequest request, int partition, OperationId operation, IReplySink replyTo)
    {
        HybridTimestamp horizon = HorizonOf(request.Keyspace, partition);
        bool isTaken = _store.TryLoad(_numbers[request.Keyspace], partition, request.Key, (Verdict verdict, in Entry entry, long position) =>
        {
            if (verdict == Verdict.Answered) Answer(operation, replyTo, new GetReply(verdict, _start, entry.Digest, true, entry.Payload, horizon), position);
            else replyTo.OnGet(operation, GetReply.Refused(verdict, _start));
        });
        if (!isTaken) replyTo.OnGet(operation, GetReply.Refused(Verdict.Overloaded, _start));
    }

    private HybridTimestamp HorizonOf(ushort keyspace, int partition) => _horizons.Of(_keyspaces[keyspace].N, partition);

    /// <summary>As if everything up to there had been overwritten: whoever puts must stamp above it.</summary>
    private static Version Above(HybridTimestamp upTo) => new(new HybridTimestamp(upTo.Value + 1), default);

    private void Answer(OperationId operation, IReplySink replyTo, JoinResult joined)
    {
        var reply = new PutReply(joined.Verdict, joined.By, _start);
        if (joined.Position > _store.DurablePosition) _waits.Add(joined.Position, replyTo, operation, reply);
        else replyTo.OnPut(operation, reply);
    }

    private void Answer(OperationId operation, IReplySink replyTo, in GetReply reply, long position)
    {
        if (position <= _store.DurablePosition) replyTo.OnGet(operation, reply);
        else if (_waits.IsFull) replyTo.OnGet(operation, GetReply.Refused(Verdict.Overloaded, _start));
        else _waits.Add(position, replyTo, operation, reply);
    }

    /// <summary>The reason to refuse, or <see cref="Verdict.None"/>. A refusal promises that nothing was or will be stored.</summary>
    private Verdict Judge(ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, in Entry entry, out int partition) =>
        Judge(keyspace, epochs, key, entry, _self, out partition);

    /// <summary>The same for any member.</summary>
    /// <param name="keyspace">Its number in the cluster's table.</param>
    /// <param name="epochs">What the request was sent under.</param>
    /// <param name="key">Refused above <see cref="Limits.MaxKeyBytes"/>.</param>
    /// <param name="entry">Its value is refused above <see cref="Limits.MaxValueBytes"/>; absent where nothing is put.</param>
    /// <param name="home">The member that must be home to the key.</param>
    /// <param name="partition">The key's; 0 where it was refused before that was asked.</param>
    private Verdict Judge(ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, in Entry entry, int home, out int partition)
    {
        partition = 0;
        if (JudgeEpoch(keyspace, epochs) is not Verdict.None and var verdict) return verdict;
        if (key.Length > _limits.MaxKeyBytes || entry.Value.Length > _limits.MaxValueBytes) return Verdict.TooLarge;
        partition = Partition.Of(key);
        return JudgePartition(keyspace, partition, home);
    }

    private Verdict Judge(ushort keyspace, Epochs epochs, int partition) =>
        JudgeEpoch(keyspace, epochs) is not Verdict.None and var verdict ? verdict : JudgePartition(keyspace, partition, _self);

    private Verdict JudgeEpoch(ushort keyspace, Epochs epochs) =>
        _topology is null || epochs.Newest != _topology.Epoch || keyspace >= _keyspaces.All.Length ? Verdict.WrongEpoch : Verdict.None;

    private Verdict JudgePartition(ushort keyspace, int partition, int home)
    {
        if (home < 0 || !IsHome(keyspace, partition, home)) return Verdict.WrongEpoch;
        return _store.IsFit(partition) ? Verdict.None : Verdict.Unfit;
    }

    private bool IsHome(int keyspace, int partition, int member)
    {
        int rank = _topology!.PreferenceListOf(partition).RankOf(member);
        return rank >= 0 && rank < _keyspaces[keyspace].ReplicasAmong(_topology.Members.Length);
    }
}
