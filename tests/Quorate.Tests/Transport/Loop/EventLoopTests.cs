using Quorate.Transport.Loop;
using Xunit;

namespace Quorate.Tests.Transport.Loop;

public sealed class EventLoopTests
{
    public static TheoryData<string> Drivers => ["epoll", "select"];

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Posted_work_runs_on_the_loop_in_order_and_also_wakes_it_from_sleep(string driver)
    {
        using var running = new RunningLoop(driver);
        var seen = new List<int>();
        var threads = new HashSet<int>();
        for (int i = 0; i < 100; i++)
        {
            int number = i;
            running.Loop.Post(() =>
            {
                seen.Add(number);
                threads.Add(System.Environment.CurrentManagedThreadId);
            });
            if (i % 10 == 0) await running.On(() => { });
        }

        await running.On(() => { });
        Assert.Equal(Enumerable.Range(0, 100), seen);
        Assert.Equal([running.ThreadId], threads);
    }

    [Fact]
    public async Task A_loop_that_ends_waits_for_who_is_about_to_wake_it()
    {
        var driver = new SlowWakeDriver(RunningLoop.DriverOf("epoll"));
        var running = new RunningLoop(driver);
        await running.Listen(_ => throw new NotSupportedException());
        await running.On(driver.Sleeps.Reset);
        Assert.True(driver.Sleeps.Wait(RunningLoop.Patience, TestContext.Current.CancellationToken));
        driver.HoldsUp = true;
        var waker = Task.Run(() => running.Loop.Post(() => { }), TestContext.Current.CancellationToken);
        Assert.True(driver.Waking.Wait(RunningLoop.Patience, TestContext.Current.CancellationToken));

        running.Loop.Stop();
        driver.WakeAtOnce();
        Assert.True(driver.Forgot.Wait(RunningLoop.Patience, TestContext.Current.CancellationToken));
        driver.GoOn.Set();
        await waker.WaitAsync(RunningLoop.Patience, TestContext.Current.CancellationToken);
        running.Dispose();

        Assert.False(driver.WasDisposedMeanwhile);
    }

    [Fact]
    public async Task Awaits_resume_on_the_loop()
    {
        using var running = new RunningLoop();
        var threads = new List<int>();
        Task work = await running.On(async () =>
        {
            await Task.Yield();
            threads.Add(System.Environment.CurrentManagedThreadId);
            await Task.Delay(TimeSpan.FromMilliseconds(2), running.Loop.Time);
            threads.Add(System.Environment.CurrentManagedThreadId);
            var elsewhere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = Task.Run(elsewhere.SetResult, TestContext.Current.CancellationToken);
            await elsewhere.Task;
            threads.Add(System.Environment.CurrentManagedThreadId);
        });
        await work.WaitAsync(RunningLoop.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Repeat(running.ThreadId, 3), threads);
    }

    [Fact]
    public async Task Timers_fire_in_the_order_they_are_due_and_equal_ones_in_the_order_they_were_set()
    {
        using var running = new RunningLoop();
        var fired = new List<string>();
        var done = new TaskCompletionSource();
        await running.On(() =>
        {
            Set("third", 30);
            Set("first", 5);
            Set("second", 10);
            ITimer cancelled = Set("never", 7);
            ITimer moved = Set("fourth", 1);
            cancelled.Dispose();
            moved.Change(TimeSpan.FromMilliseconds(40), Timeout.InfiniteTimeSpan);
            running.Loop.Time.CreateTimer(_ => done.SetResult(), null, TimeSpan.FromMilliseconds(60), Timeout.InfiniteTimeSpan);
        });
        await done.Task.WaitAsync(RunningLoop.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(["first", "second", "third", "fourth"], fired);

        ITimer Set(string name, int milliseconds) =>
            running.Loop.Time.CreateTimer(_ => fired.Add(name), null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public async Task Many_timers_set_moved_and_taken_out_at_random_fire_in_order()
    {
        using var running = new RunningLoop();
        var random = new Random(1);
        var fired = new List<(long Earliest, long Latest)>();
        int expected = 0;
        await running.On(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                ITimer timer = Set(random.Next(50));
                int fate = random.Next(3);
                if (fate == 0) timer.Dispose();
                else expected++;
                if (fate == 1)
                {
                    timer.Dispose();
                    Set(random.Next(50));
                }
            }

            // Setting them takes time, so when one is due is known only to lie between two readings of the clock.
            ITimer Set(int number)
            {
                TimeProvider time = running.Loop.Time;
                TimeSpan wait = TimeSpan.FromMilliseconds(100 + number * 5);
                long ticks = (long)(wait.TotalSeconds * time.TimestampFrequency);
                long earliest = time.GetTimestamp() + ticks;
                long latest = long.MaxValue;
                ITimer timer = time.CreateTimer(_ => fired.Add((earliest, latest)), null, wait, Timeout.InfiniteTimeSpan);
                latest = time.GetTimestamp() + ticks;
                return timer;
            }
        });
        await running.Until(() => fired.Count == expected);

        long passed = 0;
        foreach ((long earliest, long latest) in fired)
        {
            Assert.True(passed <= latest, "A timer fired after one that was due later.");
            passed = Math.Max(passed, earliest);
        }
    }

    [Fact]
    public async Task A_periodic_timer_fires_until_it_is_disposed()
    {
        using var running = new RunningLoop();
        int fired = 0;
        ITimer timer = await running.On(() =>
            running.Loop.Time.CreateTimer(_ => fired++, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));
        await running.Until(() => fired >= 5);
        timer.Dispose(); // from another thread, as a finalizer may
        int last = await running.On(() => fired);
        await running.On(() => { });
        Assert.Equal(last, await running.On(() => fired));
    }

    [Fact]
    public async Task Work_posted_while_a_turn_ends_runs_in_the_next_turn()
    {
        using var running = new RunningLoop();
        var order = new List<string>();
        var done = new TaskCompletionSource();
        await running.On(() =>
        {
            int turns = 0;
            running.Loop.TurnEnding += () =>
            {
                if (done.Task.IsCompleted) return;
                order.Add("end");
                if (++turns == 1) running.Loop.Post(() => order.Add("posted"));
                else done.SetResult();
            };
        });
        await done.Task.WaitAsync(RunningLoop.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(["end", "posted", "end"], order);
    }

    [Fact]
    public async Task An_exception_in_posted_work_is_fatal()
    {
        using var running = new RunningLoop();
        running.Loop.Post(() => throw new InvalidOperationException("boom"));
        Assert.Equal("boom", (await running.Failure).Message);
    }

    [Fact]
    public async Task An_exception_at_a_turns_end_is_fatal()
    {
        using var running = new RunningLoop();
        running.Loop.Post(() => running.Loop.TurnEnding += () => throw new InvalidOperationException("boom"));
        Assert.Equal("boom", (await running.Failure).Message);
    }

    [Fact]
    public void Work_posted_after_the_end_is_forgotten()
    {
        var running = new RunningLoop();
        running.Dispose();
        running.Loop.Post(() => throw new InvalidOperationException("never"));
    }

    [Fact]
    public void A_worker_runs_its_work_in_order_on_a_thread_of_its_own_and_finishes_it()
    {
        var seen = new List<int>();
        int thread = 0;
        using (var worker = new WorkerThread("test", failure => throw failure))
        {
            for (int i = 0; i < 100; i++)
            {
                int number = i;
                worker.Run(() =>
                {
                    thread = System.Environment.CurrentManagedThreadId;
                    seen.Add(number);
                });
            }
        }

        Assert.Equal(Enumerable.Range(0, 100), seen);
        Assert.NotEqual(System.Environment.CurrentManagedThreadId, thread);
    }
}
