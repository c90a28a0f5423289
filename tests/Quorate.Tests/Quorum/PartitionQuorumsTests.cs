using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Tests.Placement;
using Xunit;

namespace Quorate.Tests.Quorum;

public class PartitionQuorumsTests
{
    private static readonly PartitionSet Every = EveryBut();

    [Theory]
    [InlineData(3, 3, 2)]
    [InlineData(5, 3, 2)]
    [InlineData(7, 3, 3)]
    [InlineData(7, 5, 3)]
    [InlineData(1, 1, 1)]
    public void It_is_reached_exactly_when_every_partition_has_enough_and_out_of_reach_exactly_when_one_cannot(int members, int replicas, int needed)
    {
        Topology topology = TestCluster.Topology(members, name => $"zone{name}");
        var quorums = new PartitionQuorums();
        for (int subset = 0; subset < 1 << members; subset++)
        {
            quorums.Begin(topology, replicas, needed);
            for (int member = 0; member < members; member++)
            {
                if ((subset >> member & 1) != 0) quorums.Record(member, Verdict.Stored, Every);
            }

            Assert.Equal(Fewest(topology, replicas, subset) >= needed, quorums.IsReached);
            Assert.False(quorums.IsOutOfReach);

            for (int member = 0; member < members; member++) quorums.Record(member, Verdict.Lost);
            Assert.Equal(!quorums.IsReached, quorums.IsOutOfReach);
            Assert.False(quorums.IsWaiting);
        }
    }

    [Fact]
    public void A_member_that_is_unfit_for_a_partition_counts_everywhere_else()
    {
        Topology topology = TestCluster.Topology(3, name => $"zone{name}");
        var quorums = new PartitionQuorums();
        quorums.Begin(topology, 3, 2);
        quorums.Record(0, Verdict.Stored, EveryBut(77));
        quorums.Record(1, Verdict.Stored, Every);
        Assert.False(quorums.IsReached);

        quorums.Record(2, Verdict.Overloaded);
        Assert.True(quorums.IsOutOfReach);
        Assert.Equal(77, quorums.Short);
        Outcome outcome = quorums.OutcomeAt(quorums.Short, OutcomeKind.TimedOut);
        Assert.Equal((2, 3, 1), (outcome.Needed, outcome.Replicas, outcome.Confirmed));
        int rank = topology.PreferenceListOf(77).RankOf(0);
        Assert.Equal(Verdict.Unfit, outcome.Verdicts[rank]);
        Assert.Equal(OutcomeKind.Overloaded, quorums.KindOfRefusals(77));
    }

    [Fact]
    public void A_member_counts_once_and_a_stranger_never()
    {
        var quorums = new PartitionQuorums();
        quorums.Begin(TestCluster.Topology(3, name => $"zone{name}"), 3, 2);
        Assert.True(quorums.Record(0, Verdict.Stored, Every));
        Assert.False(quorums.Record(0, Verdict.Stored, Every));
        Assert.False(quorums.Record(0, Verdict.Lost));
        Assert.False(quorums.Record(3, Verdict.Stored, Every));
        Assert.False(quorums.IsReached);
        Assert.True(quorums.Record(2, Verdict.Stored, Every));
        Assert.True(quorums.IsReached);
    }

    [Fact]
    public void Only_refusals_promise_that_nothing_was_stored()
    {
        var quorums = new PartitionQuorums();
        foreach ((Verdict verdict, bool mayBeStored) in new[]
        {
            (Verdict.Stored, true), (Verdict.Lost, true), (Verdict.NotConnected, false), (Verdict.Overloaded, false), (Verdict.WrongEpoch, false),
        })
        {
            quorums.Begin(TestCluster.Topology(3, name => $"zone{name}"), 3, 2);
            quorums.Record(1, verdict);
            Assert.Equal(mayBeStored, quorums.MayBeStored);
        }
    }

    private static int Fewest(Topology topology, int replicas, int subset) => Enumerable.Range(0, Partition.Count)
        .Min(partition => topology.PreferenceListOf(partition).HomeReplicas(replicas).ToArray().Count(member => (subset >> member & 1) != 0));

    private static PartitionSet EveryBut(int left = -1)
    {
        PartitionSet partitions = default;
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            if (partition != left) partitions.Add(partition);
        }

        return partitions;
    }
}
