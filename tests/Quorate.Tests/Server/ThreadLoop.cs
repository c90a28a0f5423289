using System.Collections.Concurrent;
using Quorate.Coordinator.Environment;

namespace Quorate.Tests.Server;

/// <summary>A loop without sockets, on a thread of its own.</summary>
internal sealed class ThreadLoop : ILoop, IDisposable
{
    private readonly BlockingCollection<Action> _posted = [];
    private readonly Thread _thread;

    public ThreadLoop()
    {
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public event Action TurnEnding = () => { };

    public long Now => TimeProvider.System.GetTimestamp() * 1000 / TimeProvider.System.TimestampFrequency;

    public long WallClock => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public TimeProvider Time => TimeProvider.System;

    public void Post(Action work) => _posted.Add(work);

    public void Dispose()
    {
        _posted.CompleteAdding();
        _thread.Join();
        _posted.Dispose();
    }

    private void Run()
    {
        foreach (Action work in _posted.GetConsumingEnumerable())
        {
            work();
            TurnEnding();
        }
    }
}
