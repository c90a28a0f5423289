using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Requests;

/// <summary>
/// One request in flight: who asked, for which key, and its place in the table. Pooled: every field is set anew by Begin,
/// and its place's round is raised when it ends, so that late answers find nobody.
/// </summary>
internal abstract class PendingRequest : RequestSlot
{
    /// <summary>Of the cache, taken by what decides for a read or a write.</summary>
    protected const int LinesOfOperation = 4;

    protected PendingRequest(QuorumCoordinator coordinator)
    {
        Coordinator = coordinator;
        Bytes = new RequestBytes(coordinator.Held);
    }

    /// <summary>Its place among those whose stamp waits for the clock's mark; null where it never had to.</summary>
    public LinkedListNode<PendingRequest>? MarkWait { get; set; }

    protected QuorumCoordinator Coordinator { get; }

    protected ReplicaTable Replicas { get; private set; } = null!;

    protected ushort Keyspace { get; private set; }

    protected int Partition { get; private set; }

    /// <summary>Its key, and its value where it has one.</summary>
    protected RequestBytes Bytes { get; }

    protected IDatabaseSink Sink { get; private set; } = null!;

    protected ulong Token { get; private set; }

    protected RequestOptions Options { get; private set; }

    protected Explanation? Explanation { get; private set; }

    protected long Deadline { get; private set; }

    /// <summary>Ranks that may be asked instead of home replicas.</summary>
    protected ReplicaSet Fallbacks { get; private set; }

    protected Location Location => new(Replicas.Topology, Partition);

    private long _began;

    protected void Enter(in RequestSite site, ReadOnlySpan<byte> key, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        Replicas = site.Replicas;
        Keyspace = site.Keyspace;
        Partition = site.Partition;
        Fallbacks = site.Fallbacks;
        Bytes.SetKey(key);
        Options = options;
        Sink = sink;
        Token = token;
        Deadline = Coordinator.Loop.Now + options.Timeout;
        Explanation = options.Explain ? new Explanation() : null;
        if (options.Explain) _began = Coordinator.Loop.Time.GetTimestamp();
    }

    internal override void FetchParts() => CacheLines.FetchObject(Bytes, 1);

    /// <summary>Ends the request's life: it may be used for another at once.</summary>
    protected virtual void Leave()
    {
        Coordinator.Release(this);
        Bytes.Clear();
        Sink = null!;
        Replicas = null!;
        Explanation = null;
    }

    public virtual void OnPut(OperationId operation, in PutReply reply)
    {
    }

    public virtual void OnGet(OperationId operation, in GetReply reply)
    {
    }

    public virtual void OnEdit(OperationId operation, in EditReply reply)
    {
    }

    public virtual void OnCount(OperationId operation, in CountReply reply)
    {
    }

    public virtual void OnScan(OperationId operation, in ScanReply reply)
    {
    }

    public virtual void OnClear(OperationId operation, in ClearReply reply)
    {
    }

    /// <summary>The version asked for with <see cref="QuorumCoordinator.Stamp"/>, which may have waited for the clock's mark.</summary>
    public virtual void OnStamped(Version version)
    {
    }

    /// <summary>The connection to a member broke: what it was asked and has not answered stays unknown.</summary>
    public abstract void OnLost(int member);

    /// <summary>A member is suspected: whoever waits for it should do without.</summary>
    public virtual void OnSuspected(int member)
    {
    }

    /// <summary>The node is about to stop: nothing more is waited for where the answer has been given.</summary>
    public virtual void OnLeaving()
    {
    }

    protected OperationId IdFor(int rank, byte phase = 0) => new(Slot, Round, (ushort)rank, phase);

    protected int MemberAt(int rank) => Replicas.Topology.PreferenceListOf(Partition)[rank];

    protected int RankOf(int member, int n) => Replicas.RankOf(member, Partition, n);

    protected void Note(int rank, string what, Version version = default)
    {
        if (Explanation is null || rank >= Replicas.Members) return; // an answer may name a rank that there is not
        var elapsed = Coordinator.Loop.Time.GetElapsedTime(_began);
        string node = Replicas.Topology.Members[MemberAt(rank)].Name;
        Explanation.Lines.Add(new Explanation.Line((long)elapsed.TotalMicroseconds, node, what, version));
    }
}
