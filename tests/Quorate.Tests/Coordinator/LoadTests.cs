using Quorate.Core;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public class LoadTests
{
    [Fact]
    public void Reads_hold_their_values_until_a_quorum_agrees_and_count_them()
    {
        var cluster = new TestCoordinator(limits: new Limits(MaxHeldBytes: 10_000));
        foreach (FakeReplica replica in cluster.Replicas) replica.Hold(TestCoordinator.Key, cluster.Foreign(0), new string('x', 4_000));
        for (ulong token = 1; token <= 3; token++)
        {
            cluster.Read(token: token);
            cluster[0].Answer();
        }

        Assert.InRange(cluster.Database.Load, 1.2, 1.3);
        cluster.Read(token: 4);
        Assert.Equal(OutcomeKind.Overloaded, cluster.Sink.Only.Kind);

        cluster[1].AnswerAll();
        Assert.Equal(3, cluster.Sink.Results.Count(told => told.Kind == OutcomeKind.Ok));
        Assert.Equal(0, cluster.Database.Load);
    }

    [Fact]
    public void Nothing_is_held_once_all_has_ended_however_it_ended()
    {
        var cluster = new TestCoordinator();
        cluster.Put("one");
        cluster.PutIf(Core.DataTypes.EditCondition.None, "two");
        cluster.Read();
        Assert.NotEqual(0, cluster.Database.Load);
        cluster.Disconnect(1, 2);
        cluster.Loop.Pass(RequestOptions.DefaultTimeout * 3);

        Assert.Equal(3, cluster.Sink.Results.Count);
        Assert.Equal(0, cluster.Database.Load);
    }
}
