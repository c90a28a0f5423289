namespace Quorate.Transport.Loop;

/// <summary>A loop on a thread of its own, and how everyone else has something done on it.</summary>
/// <param name="loop">Not run yet; this runs it.</param>
public sealed class LoopThread(EventLoop loop)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed once the loop has ended, for whatever reason.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Begins to run the loop, on a background thread. To be called once.</summary>
    /// <param name="name">The thread's, for debuggers.</param>
    public void Start(string name) => new Thread(Run) { Name = name, IsBackground = true }.Start();

    /// <summary>Done when the loop has done it; also when the loop ends before, with whatever it failed of.</summary>
    public async Task DoAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        if (await Task.WhenAny(done.Task, _ended.Task) == done.Task) await done.Task;
    }

    /// <summary>Waits until something holds on the loop, or the loop has ended, but no longer than this: whoever stops goes on then.</summary>
    public async Task WaitUntilAsync(Func<bool> holds, TimeSpan patience, TimeProvider time)
    {
        long began = time.GetTimestamp();
        bool isReached = false;
        while (!isReached && time.GetElapsedTime(began) < patience && !Ended.IsCompleted)
        {
            await DoAsync(() => isReached = holds());
            if (!isReached) await Task.Delay(LookEvery, time);
        }
    }

    private void Run()
    {
        loop.Run();
        _ended.SetResult();
    }
}
