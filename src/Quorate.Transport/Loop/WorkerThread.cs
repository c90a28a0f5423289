using System.Collections.Concurrent;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>A named background thread for work that blocks. An exception ends it and is handed to the constructor's callback.</summary>
public sealed class WorkerThread : IWorker, IDisposable
{
    /// <summary>Whoever has this much undone works without waiting for results: a bug, not load.</summary>
    private const int MaxQueued = 4096;

    private readonly BlockingCollection<Action> _queue = new(MaxQueued);
    private readonly Action<Exception> _onFatal;
    private readonly Thread _thread;

    public WorkerThread(string name, Action<Exception> onFatal)
    {
        _onFatal = onFatal;
        _thread = new Thread(RunAll) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <exception cref="InvalidOperationException">Too much is queued, or the worker was disposed.</exception>
    public void Run(Action work)
    {
        if (!_queue.TryAdd(work)) throw new InvalidOperationException($"More than {MaxQueued} pieces of work wait for {_thread.Name}.");
    }

    /// <summary>Finishes what is queued.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        if (Thread.CurrentThread != _thread) _thread.Join();
        _queue.Dispose();
    }

    private void RunAll()
    {
        try
        {
            foreach (Action work in _queue.GetConsumingEnumerable()) work();
        }
        catch (Exception failure)
        {
            _onFatal(failure);
        }
    }
}
