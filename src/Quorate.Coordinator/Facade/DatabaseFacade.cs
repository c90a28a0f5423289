using Quorate.Coordinator.Environment;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Facade;

/// <summary>
/// <see cref="IKeyValueStore"/> for everyone who is not on the loop: HTTP, applications that host a node, and clients. Any thread may
/// call; requests wait in a bounded inbox that each turn of the loop empties. The memory given with a request must not
/// change until it is answered. Failures are outcomes, never exceptions.
/// </summary>
public sealed class DatabaseFacade : IDatabaseSink
{
    /// <summary>Requests not yet answered: far more than a node of one loop needs to be busy, and few enough to hold.</summary>
    public const int DefaultCapacity = 4096;

    private readonly ILoop _loop;
    private readonly IKeyValueStore _database;
    private readonly FacadeCall[] _slots;
    private readonly Action _drain;
    private readonly Lock _gate = new();
    private readonly Stack<FacadeCall> _free;
    private Queue<FacadeCall> _inbox = new();
    private Queue<FacadeCall> _drained = new();
    private bool _drainPosted;
    private bool _closed;

    /// <summary>A façade in front of one database.</summary>
    /// <param name="loop">The one that the database is on.</param>
    /// <param name="database">What it asks, and takes the answers of.</param>
    /// <param name="capacity">
    /// Requests not yet answered, at most; one more is refused as <see cref="OutcomeKind.Overloaded"/>.
    /// </param>
    public DatabaseFacade(ILoop loop, IKeyValueStore database, int capacity = DefaultCapacity)
    {
        _loop = loop;
        _database = database;
        _drain = Drain;
        _slots = [.. Enumerable.Range(0, capacity).Select(slot => new FacadeCall(slot, Free))];
        _free = new Stack<FacadeCall>(_slots);
    }

    /// <summary>The cluster's.</summary>
    public KeyspaceTable Keyspaces => _database.Keyspaces;

    /// <summary>Reads what is live.</summary>
    /// <param name="keyspace">Its number in <see cref="Keyspaces"/>.</param>
    /// <param name="key">
    /// At most <see cref="Core.Limits.MaxKeyBytes"/>; else the outcome is <see cref="OutcomeKind.TooLarge"/>.
    /// </param>
    /// <param name="options">What the keyspace does not say, or says otherwise.</param>
    public ValueTask<DatabaseAnswer> GetAsync(int keyspace, ReadOnlyMemory<byte> key, RequestOptions options = default) =>
        AskAsync(new FacadeRequest(FacadeOperation.Get, keyspace, key, default, default, 0, options));

    /// <summary>Puts a value, whatever is there.</summary>
    /// <param name="keyspace">Its number in <see cref="Keyspaces"/>.</param>
    /// <param name="key">
    /// At most <see cref="Core.Limits.MaxKeyBytes"/>; else the outcome is <see cref="OutcomeKind.TooLarge"/>.
    /// </param>
    /// <param name="value">At most <see cref="Core.Limits.MaxValueBytes"/>; else likewise.</param>
    /// <param name="contentType">Kept with the value, at most 255 bytes; empty for none.</param>
    /// <param name="timeToLive">ms from when the coordinator takes the request; 0 is for ever.</param>
    /// <param name="options">What the keyspace does not say, or says otherwise.</param>
    public ValueTask<DatabaseAnswer> PutAsync(
        int keyspace,
        ReadOnlyMemory<byte> key,
        ReadOnlyMemory<byte> value,
        ReadOnlyMemory<byte> contentType = default,
        long timeToLive = 0,
        RequestOptions options = default) =>
        AskAsync(new FacadeRequest(FacadeOperation.Put, keyspace, key, value, contentType, timeToLive, options));

    /// <summary>Puts a tombstone, whether there is a value or not.</summary>
    /// <param name="keyspace">Its number in <see cref="Keyspaces"/>.</param>
    /// <param name="key">As of a put.</param>
    /// <param name="options">What the keyspace does not say, or says otherwise.</param>
    public ValueTask<DatabaseAnswer> DeleteAsync(int keyspace, ReadOnlyMemory<byte> key, RequestOptions options = default) =>
        AskAsync(new FacadeRequest(FacadeOperation.Delete, keyspace, key, default, default, 0, options));

    /// <summary>Gives a live value another end.</summary>
    /// <param name="keyspace">Its number in <see cref="Keyspaces"/>.</param>
    /// <param name="key">As of a put.</param>
    /// <param name="timeToLive">ms from when the coordinator takes the request; 0 is for ever.</param>
    /// <param name="options">What the keyspace does not say, or says otherwise.</param>
    public ValueTask<DatabaseAnswer> ExpireAsync(int keyspace, ReadOnlyMemory<byte> key, long timeToLive, RequestOptions options = default) =>
        AskAsync(new FacadeRequest(FacadeOperation.Expire, keyspace, key, default, default, timeToLive, options));

    /// <summary>Any of the above.</summary>
    public ValueTask<DatabaseAnswer> AskAsync(in FacadeRequest request)
    {
        ValueTask<DatabaseAnswer> answer;
        bool wake;
        lock (_gate)
        {
            if (_closed) return new ValueTask<DatabaseAnswer>(DatabaseAnswer.Failed(OutcomeKind.Unavailable));
            if (!_free.TryPop(out FacadeCall? pending)) return new ValueTask<DatabaseAnswer>(DatabaseAnswer.Failed(OutcomeKind.Overloaded));
            answer = pending.Begin(request);
            _inbox.Enqueue(pending);
            wake = !_drainPosted;
            _drainPosted = true;
        }

        if (wake) _loop.Post(_drain);
        return answer;
    }

    /// <summary>
    /// Loop-side, when the node stops: nobody will answer any more. What still waited never left; of what did, the outcome
    /// is unknown. Later requests are refused.
    /// </summary>
    public void Close()
    {
        lock (_gate) _closed = true;
        GiveUp(_drained); // where the turn that was at them failed
        GiveUp(_inbox);
        foreach (FacadeCall request in _slots)
        {
            if (request.IsRunning) request.Complete(DatabaseAnswer.Failed(OutcomeKind.TimedOut));
        }
    }

    void IDatabaseSink.OnRead(ulong token, in ReadResult result)
    {
        if (Find(token) is { } request) request.Complete(DatabaseAnswer.Of(result));
    }

    void IDatabaseSink.OnWrite(ulong token, in WriteResult result)
    {
        if (Find(token) is { } request) request.Complete(DatabaseAnswer.Of(result));
    }

    void IDatabaseSink.OnEdit(ulong token, in EditResult result)
    {
        if (Find(token) is { } request) request.Complete(DatabaseAnswer.Of(result));
    }

    void IDatabaseSink.OnCount(ulong token, in CountResult result) => throw new InvalidOperationException("The façade asked for no count.");

    void IDatabaseSink.OnScan(ulong token, in ScanResult result) => throw new InvalidOperationException("The façade asked for no scan.");

    private void Drain()
    {
        lock (_gate)
        {
            (_inbox, _drained) = (_drained, _inbox);
            _drainPosted = false;
        }

        while (_drained.TryDequeue(out FacadeCall? request)) request.Run(_database, this);
    }

    private static void GiveUp(Queue<FacadeCall> unsent)
    {
        while (unsent.TryDequeue(out FacadeCall? request)) request.Complete(DatabaseAnswer.Failed(OutcomeKind.Unavailable));
    }

    /// <summary>Null where the request was given up when the node stopped.</summary>
    private FacadeCall? Find(ulong token)
    {
        FacadeCall request = _slots[(int)(uint)token];
        return request.Token == token && request.IsRunning ? request : null;
    }

    private void Free(FacadeCall request)
    {
        lock (_gate) _free.Push(request);
    }
}
