using Quorate.Coordinator.Environment;
using Quorate.Node.Storage.Disks;
using Quorate.Simulation;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Troubles;
using Quorate.Simulation.World;
using Xunit;

namespace Quorate.Scenarios;

/// <summary>Law 10 while it runs. Each test plants what no node may do, and expects the failure to say whose it was and what.</summary>
public class ThreadGuardTests
{
    private readonly Scheduler _scheduler = new();

    [Fact]
    public void A_thread_that_posts_to_a_loop_fails_the_run_by_name()
    {
        SimLoop loop = LoopOf("a");

        RunElsewhere(() => loop.Post(() => Assert.Fail("What a foreign thread posted must not run.")));

        ForeignCallException failure = Assert.Throws<ForeignCallException>(() => RunOneEvent());
        Assert.Contains("a: ILoop.Post was called on thread", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'stray'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(A_thread_that_posts_to_a_loop_fails_the_run_by_name), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thread_that_reaches_a_clock_a_disk_or_a_network_is_refused_there_and_then()
    {
        SimLoop loop = LoopOf("b");
        var disk = new SimDisk("b", new Random(1), _scheduler.Guard);
        IDiskFile file = disk.Open("file");
        var network = new SimNetwork(_scheduler, new Random(1));
        IDatagramLink link = network.Datagrams.For("b", loop).Bind("b:1", _ => { });

        RunElsewhere(() =>
        {
            Assert.Throws<ForeignCallException>(() => loop.WallClock);
            Assert.Throws<ForeignCallException>(() => loop.Time.GetUtcNow());
            Assert.Throws<ForeignCallException>(() => loop.Time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.Zero));
            Assert.Throws<ForeignCallException>(() => disk.Open("file"));
            Assert.Throws<ForeignCallException>(() => file.Truncate(0));
            Assert.Throws<ForeignCallException>(() => network.For("b", loop).Connect("a:1", _ => null!, _ => { }));
            Assert.Throws<ForeignCallException>(() => link.Send("a:1", [1]));
        });

        Assert.Contains("b: WallClock", Assert.Throws<ForeignCallException>(() => RunOneEvent()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_await_of_the_real_clock_fails_the_run_by_name()
    {
        SimLoop loop = LoopOf("c");
        loop.Turn(() => WaitForTheRealClock());

        Assert.True(SpinWait.SpinUntil(() => _scheduler.Guard.IsBroken, TimeSpan.FromMinutes(1)));

        Assert.Contains("c: ILoop.Post was called on a thread-pool thread", Assert.Throws<ForeignCallException>(() => RunOneEvent()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_await_of_the_nodes_own_clock_comes_back_to_its_loop()
    {
        SimLoop loop = LoopOf("a");
        long resumed = 0;
        loop.Turn(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(1), loop.Time, TestContext.Current.CancellationToken);
            resumed = loop.Now;
        });

        Assert.True(_scheduler.RunUntil(() => resumed != 0, TimeSpan.FromHours(2)));

        Assert.Equal(3_600_000, resumed);
    }

    [Fact]
    public void A_worker_that_reaches_what_is_the_loops_alone_fails_the_run_by_name()
    {
        SimLoop loop = LoopOf("a");
        var worker = new SimWorker(loop, new SimDisk("a", new Random(1), _scheduler.Guard), _scheduler, new Random(1));

        worker.Run(() => _ = loop.Now);

        ForeignCallException failure = Assert.Throws<ForeignCallException>(() => RunOneEvent());
        Assert.Contains("a: Now was called by a's worker", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_reaches_into_another_nodes_loop_fails_the_run_by_name()
    {
        (SimLoop a, SimLoop b) = (LoopOf("a"), LoopOf("b"));

        ForeignCallException failure = Assert.Throws<ForeignCallException>(() => a.Turn(() => _ = b.Now));

        Assert.Contains("b: Now was called by a ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_with_a_stray_thread_in_it_is_reported_as_a_failure_of_its_seed()
    {
        var stray = new TroubleKind("stray", (_, node, _) =>
        {
            RunElsewhere(() => Assert.Throws<ForeignCallException>(() => node.Disk.List()));
            return null;
        });

        RunReport report = new SimRun(5, new RunOptions { Troubles = [stray] }).Run();

        Assert.Matches("^Seed 5: .*: [abc]: IDisk.List was called on thread [0-9]+ 'stray'", report.Failure);
    }

    private static void RunElsewhere(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(action)) { Name = "stray" };
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static async void WaitForTheRealClock() => await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);

    private void RunOneEvent()
    {
        _scheduler.After(1, () => { });
        _scheduler.RunFor(TimeSpan.FromSeconds(1));
    }

    private SimLoop LoopOf(string host) => new(host, _scheduler, new SimClock(_scheduler));
}
