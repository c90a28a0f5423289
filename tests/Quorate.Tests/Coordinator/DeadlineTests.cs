using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class DeadlineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_request_ends_at_its_deadline_however_long_and_whatever_ended_before(int seed)
    {
        var random = new Random(seed);
        var cluster = new TestCoordinator();
        var due = new Dictionary<ulong, long>();
        cluster.Sink.OnTold = told => Assert.InRange(cluster.Loop.Now - due[told.Token], 0, 2);

        for (ulong token = 1; token <= 500; token++)
        {
            // Past several turns of the wheel, which has 1024 spokes of 2 ms.
            int timeout = random.Next(1, random.Next(2) == 0 ? 50 : 7_000);
            due[token] = cluster.Loop.Now + timeout;
            if (random.Next(2) == 0) cluster.Read(TestCoordinator.With(timeout: timeout), token);
            else cluster.Put("one", TestCoordinator.With(timeout: timeout), token);
            cluster.Loop.Pass(random.Next(12));
        }

        cluster.Loop.Pass(7_010);
        Assert.Equal(due.Keys.Order(), cluster.Sink.Results.Select(told => told.Token).Order());
    }

    [Fact]
    public void After_a_stall_everything_overdue_ends_at_once()
    {
        var cluster = new TestCoordinator();
        for (ulong token = 1; token <= 100; token++) cluster.Put("one", TestCoordinator.With(timeout: (int)token * 37), token);

        cluster.Loop.Stall(60_000);

        Assert.Equal(100, cluster.Sink.Results.Count);
    }

    [Fact]
    public void A_session_that_throws_at_its_timeout_does_not_hold_up_the_timeouts_of_others()
    {
        var cluster = new TestCoordinator();
        for (ulong token = 1; token <= 3; token++) cluster.Put("one", TestCoordinator.With(timeout: 100), token);
        cluster.Sink.OnTold = told =>
        {
            if (told.Token == 1) throw new InvalidOperationException("a broken session");
        };

        Assert.Throws<InvalidOperationException>(() => cluster.Loop.Pass(200));
        cluster.Loop.Pass(10);

        Assert.Equal(3, cluster.Sink.Results.Count);
    }

    [Fact]
    public void The_usual_timeout_is_two_seconds()
    {
        var cluster = new TestCoordinator();
        cluster.Put("one");

        cluster.Loop.Pass(1_999);
        Assert.Empty(cluster.Sink.Results);
        cluster.Loop.Pass(4);

        Assert.Equal(OutcomeKind.TimedOut, cluster.Sink.Only.Kind);
    }
}
