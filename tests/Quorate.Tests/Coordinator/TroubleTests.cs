using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

/// <summary>Random requests, answers late or never, refusals, broken connections and a mark that comes late; one seed is one run.</summary>
public class TroubleTests
{
    private const int Places = 40;

    [Fact]
    public void Whatever_happens_each_request_is_answered_once_in_its_time_and_leaves_its_place()
    {
        for (int seed = 0; seed < 150; seed++) Run(seed);
    }

    private static void Run(int seed)
    {
        var random = new Random(seed);
        var cluster = new TestCoordinator(limits: new Limits(MaxRequests: Places), hasMark: seed % 2 == 0);
        var due = new Dictionary<ulong, long>();
        ulong token = 0;
        cluster.Sink.OnTold = told =>
        {
            Assert.True(cluster.Loop.Now <= due[told.Token] + 2, $"seed {seed}: request {told.Token} ended late");
            // Sessions go on with their pipeline within the call.
            if (random.Next(4) == 0) Begin(cluster, random, due, ++token);
        };

        for (int step = 0; step < 400; step++) Disturb(cluster, random, due, ref token);
        cluster.Sink.OnTold = null;
        cluster.Loop.Pass(RequestOptions.DefaultTimeout + 10);

        Assert.Equal(due.Keys.Order(), cluster.Sink.Results.Select(told => told.Token).Order());
        AssertAllPlacesFree(cluster, seed);
    }

    private static void Disturb(TestCoordinator cluster, Random random, Dictionary<ulong, long> due, ref ulong token)
    {
        int rank = random.Next(3);
        FakeReplica replica = cluster[rank];
        switch (random.Next(12))
        {
            case 0:
                cluster.Disconnect(rank);
                break;
            case 1:
                for (int away = 0; away < 3; away++) cluster.Connect(away);
                break;
            case 2:
                replica.IsPrompt = !replica.IsPrompt;
                break;
            case 3:
                cluster.Loop.Pass(random.Next(40));
                break;
            case 4:
                cluster.Clock.RaiseMark(Math.Max(cluster.Clock.Mark, cluster.Loop.WallClock + 100));
                cluster.Database.OnMarkRaised();
                break;
            case 5 when replica.Waiting.Count > 0 && replica.Waiting[0].Kind is "put" or "get":
                replica.Refuse(random.Next(2) == 0 ? Verdict.Unfit : Verdict.Overloaded);
                break;
            case 6 when replica.Waiting.Count > 0:
                replica.Take();
                break;
            case 7:
                replica.Hold(TestCoordinator.Key, cluster.Foreign(random.Next(-500, 500)), new string('f', random.Next(6_000)));
                break;
            case 8 or 9 when replica.Waiting.Count > 0:
                replica.Answer();
                break;
            default:
                Begin(cluster, random, due, ++token);
                break;
        }
    }

    private static void Begin(TestCoordinator cluster, Random random, Dictionary<ulong, long> due, ulong token)
    {
        int timeout = random.Next(1, 300);
        due[token] = cluster.Loop.Now + timeout;
        var level = ConsistencyLevel.Of(random.Next(1, 4));
        RequestOptions options = TestCoordinator.With(level, level, timeout, (Fanout)random.Next(3), explain: random.Next(4) == 0);
        switch (random.Next(5))
        {
            case 0:
                cluster.Put($"{token}", options, token);
                break;
            case 1:
                cluster.PutIf(random.Next(2) == 0 ? EditCondition.None : EditCondition.KeyMissing, $"{token}", options, token);
                break;
            case 2:
                cluster.Delete(options, token);
                break;
            case 3:
                cluster.Database.Count(0, options, cluster.Sink, token);
                break;
            default:
                cluster.Read(options, token);
                break;
        }
    }

    private static void AssertAllPlacesFree(TestCoordinator cluster, int seed)
    {
        for (int rank = 0; rank < 3; rank++)
        {
            cluster.Connect(rank);
            cluster[rank].IsPrompt = false;
        }

        int before = cluster.Sink.Results.Count;
        for (int place = 0; place < Places; place++) cluster.Read();
        Assert.True(before == cluster.Sink.Results.Count, $"seed {seed}: {cluster.Sink.Results.Count - before} places are still taken");
    }
}
