using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Loop;

/// <summary>
/// A named background thread for work that blocks. An exception ends it and is handed to the constructor's callback. It sleeps at
/// once when there is nothing to do: a BlockingCollection spins first, and that was 4 % of a write's CPU.
/// </summary>
public sealed class WorkerThread : IWorker, IDisposable
{
    /// <summary>Whoever has this much undone works without waiting for results: a bug, not load.</summary>
    private const int MaxQueued = 4096;

    private readonly object _gate = new(); // a Lock has no Wait
    private readonly Queue<Action> _queue = new();
    private readonly Action<Exception> _onFatal;
    private readonly Thread _thread;
    private bool _isEnding;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">The thread's, for debuggers and messages.</param>
    /// <param name="onFatal">Told, on that thread, of the exception that ended it.</param>
    public WorkerThread(string name, Action<Exception> onFatal)
    {
        _onFatal = onFatal;
        _thread = new Thread(RunAll) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Too much is queued, or the worker was disposed.</exception>
    public void Run(Action work)
    {
        lock (_gate)
        {
            if (_isEnding) throw new InvalidOperationException($"{_thread.Name} takes no more work.");
            if (_queue.Count == MaxQueued) throw new InvalidOperationException($"More than {MaxQueued} pieces of work wait for {_thread.Name}.");
            _queue.Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Finishes what is queued.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }

        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    private void RunAll()
    {
        try
        {
            while (Take() is { } work) work();
        }
        catch (Exception failure)
        {
            _onFatal(failure);
        }
    }

    /// <summary>Waits for work; null at the end.</summary>
    private Action? Take()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_isEnding) return null;
                Monitor.Wait(_gate);
            }

            return _queue.Dequeue();
        }
    }
}
