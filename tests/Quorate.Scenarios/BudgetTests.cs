using Quorate.Node.Storage;
using Quorate.Simulation;
using Quorate.Simulation.Cluster;
using Quorate.Simulation.Troubles;
using Xunit;

namespace Quorate.Scenarios;

public class BudgetTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    public void Fewer_logs_than_W_are_damaged_at_a_time(int nodes, int most)
    {
        var budget = new Budget(nodes, Durability.Fsync);

        for (int log = 0; log < most; log++) Assert.True(budget.TrySpend(Loss.Records));
        Assert.False(budget.TrySpend(Loss.Records));

        if (most == 0) return;
        budget.Return(Loss.Records);
        Assert.True(budget.TrySpend(Loss.Records));
    }

    [Fact]
    public void What_is_not_synced_is_lost_only_where_all_that_is_acknowledged_is_synced()
    {
        Assert.True(new Budget(3, Durability.Fsync).TrySpend(Loss.Unsynced));
        Assert.False(new Budget(3, Durability.Periodic).TrySpend(Loss.Unsynced));
        Assert.False(new Budget(3, Durability.Periodic).TrySpend(Loss.Records));
        Assert.True(new Budget(3, Durability.Periodic).TrySpend(Loss.Nothing));
    }

    [Fact]
    public void What_cannot_be_in_a_cluster_is_not_drawn_for_it()
    {
        Assert.Equal(TroubleKind.All, new Budget(5, Durability.Fsync).Possible(TroubleKind.All));
        Assert.DoesNotContain(TroubleKind.RingPartition, new Budget(3, Durability.Fsync).Possible(TroubleKind.All));
        Assert.DoesNotContain(TroubleKind.PowerCut, new Budget(5, Durability.Periodic).Possible(TroubleKind.All));
        Assert.DoesNotContain(TroubleKind.FlippedBit, new Budget(1, Durability.Fsync).Possible(TroubleKind.All));
    }

    [Fact]
    public void However_often_trouble_damages_logs_never_two_nodes_have_an_unfit_partition()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            (bool sawOne, bool sawTwo) = (false, false);
            TroubleKind watch = new("watch", (cluster, _, _) =>
            {
                int unfit = cluster.Nodes.Count(node => node.IsUp && node.Status().Unfit > 0);
                sawOne |= unfit == 1;
                sawTwo |= unfit > 1;
                return null;
            });
            RunOptions options = RunOptions.Of(3, TimeSpan.FromSeconds(60), null) with
            {
                IsSwarm = false,
                Troubles = [TroubleKind.FlippedBit, TroubleKind.FlippedBit, watch, watch, watch],
            };

            RunReport report = new SimRun(seed, options).Run();

            Assert.True(report.Failure is null, report.Failure);
            Assert.True(sawOne);
            Assert.False(sawTwo);
        }
    }
}
