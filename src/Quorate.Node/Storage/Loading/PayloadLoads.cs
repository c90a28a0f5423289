using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage.Loading;

/// <summary>
/// Reads from disk what is not in memory, beside the loop: while one batch is read the next one collects. Answers come in
/// the order in which they were asked.
/// </summary>
internal sealed class PayloadLoads
{
    /// <summary>More than a disk serves within a request's timeout is not taken.</summary>
    public const int MaxWaiting = 4096;

    /// <summary>What a batch may hold in memory beyond its first record.</summary>
    private const int BatchBytes = 1024 * 1024;
    private readonly IDisk _disk;
    private readonly Action<PayloadLoad> _onLoaded;
    private readonly Action<Exception> _fail;
    private readonly WorkerJob _job;
    private readonly Queue<PayloadLoad> _waiting = new();
    private readonly List<PayloadLoad> _batch = [];
    private bool _isStopped;

    /// <summary>Nothing is read before the first <see cref="Add"/>.</summary>
    /// <param name="disk">Where the segments are.</param>
    /// <param name="loop">Where loads are taken and answered.</param>
    /// <param name="reader">Where they are read.</param>
    /// <param name="onLoaded">On the loop, when a load was read.</param>
    /// <param name="fail">On the loop: a batch was not read, and not because of one bad place.</param>
    public PayloadLoads(IDisk disk, ILoop loop, IWorker reader, Action<PayloadLoad> onLoaded, Action<Exception> fail)
    {
        (_disk, _onLoaded, _fail) = (disk, onLoaded, fail);
        _job = new WorkerJob(loop, reader, ReadBatch, OnRead);
    }

    /// <summary>Payloads read since the start.</summary>
    public long Count { get; private set; }

    /// <summary>Those that are not answered yet.</summary>
    public int Waiting => _waiting.Count + _batch.Count;

    public bool IsFull => _waiting.Count >= MaxWaiting;

    /// <summary>Takes a load that was aimed; until it is answered its segment stays.</summary>
    public void Add(PayloadLoad load)
    {
        load.Segment.Loads++;
        _waiting.Enqueue(load);
        StartIfIdle();
    }

    /// <summary>Ends a read under way; what waits is not answered any more.</summary>
    public void Stop()
    {
        _isStopped = true;
        _job.CompleteNow();
    }

    private static void Read(IDisk disk, PayloadLoad load)
    {
        try
        {
            SegmentInfo segment = load.Segment;
            segment.File ??= disk.Open(Segment.NameOf(segment.Number));
            byte[] record = GC.AllocateUninitializedArray<byte>(load.Size);
            int read = segment.File.Read(record, segment.OffsetOf(load.Position));
            if (read == record.Length) load.Keep(record);
        }
        catch (IOException)
        {
            // A place that cannot be read is damage to its partition, like one that reads wrong.
        }
    }

    private void StartIfIdle()
    {
        if (_isStopped || _job.IsRunning) return;
        int bytes = 0;
        while (bytes < BatchBytes && _waiting.TryDequeue(out PayloadLoad? load))
        {
            _batch.Add(load);
            bytes += load.Size;
        }

        if (_batch.Count > 0) _job.Start();
    }

    private void ReadBatch()
    {
        foreach (PayloadLoad load in _batch) Read(_disk, load);
    }

    private void OnRead(Exception? failure)
    {
        PayloadLoad[] read = [.. _batch];
        _batch.Clear();
        foreach (PayloadLoad load in read) load.Segment.Loads--;
        if (_isStopped) return;
        if (failure is not null)
        {
            _fail(failure);
            return;
        }

        Count += read.Length;
        foreach (PayloadLoad load in read) _onLoaded(load);
        StartIfIdle();
    }
}
