using Quorate.Core.Membership;
using Xunit;

namespace Quorate.Tests.Membership;

public sealed class SwimTests
{
    private const int Settled = 5_000;

    /// <summary>The bounds of the issue: 3 s and 10 s for 5 nodes, twice that for 100.</summary>
    [Theory]
    [InlineData(2, 100, 3_000, 10_000)]
    [InlineData(3, 200, 3_000, 10_000)]
    [InlineData(5, 1_000, 3_000, 10_000)]
    [InlineData(100, 10, 6_000, 20_000)]
    public void A_dead_node_is_suspected_and_then_declared_dead_by_all_in_time(int nodes, int seeds, int suspected, int dead)
    {
        for (int seed = 0; seed < seeds; seed++)
        {
            var world = new SwimWorld(nodes, seed);
            world.RunFor(Settled + world.Random(1_000));
            int victim = world.Random(nodes);
            world.Kill(victim);

            long? untilSuspected = world.RunUntil(() => world.Others(victim).All(node => world.View(node, victim).State != MemberState.Alive), suspected);
            Assert.True(untilSuspected is not null, $"seed {seed}: not suspected by all within {suspected} ms");
            Assert.True(world.RunUntil(() => world.AllSee(victim, MemberState.Dead), dead - untilSuspected.Value) is not null, $"seed {seed}: not dead for all within {dead} ms");
        }
    }

    /// <summary>20 seeds of 50 simulated minutes in a cluster of 5: 1,000 in all, in which about 24,000 pauses happen.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    public void Nobody_is_declared_dead_by_mistake_with_loss_and_nodes_that_stand_still_for_a_second(int firstSeed)
    {
        for (int seed = firstSeed; seed < firstSeed + 5; seed++) NobodyDies(nodes: 5, seed, minutes: 50);
    }

    [Fact]
    public void Nobody_is_declared_dead_by_mistake_in_larger_clusters_either()
    {
        NobodyDies(nodes: 20, seed: 1, minutes: 10);
        NobodyDies(nodes: 100, seed: 2, minutes: 1);
    }

    [Fact]
    public void A_cluster_without_trouble_suspects_nobody()
    {
        var world = new SwimWorld(5, seed: 1);
        world.Changed = (_, member) => Assert.Equal(MemberState.Alive, member.State);
        world.RunFor(600_000);
    }

    [Fact]
    public void A_node_that_was_only_slow_takes_the_suspicion_back()
    {
        var world = new SwimWorld(5, seed: 3);
        world.RunFor(Settled);
        Incarnation before = world[2].Self.Incarnation;
        world.Pause(2, 2_500);
        Assert.NotNull(world.RunUntil(() => world.Others(2).Any(node => world.View(node, 2).State == MemberState.Suspect), 3_000));

        Assert.NotNull(world.RunUntil(() => world.AllSee(2, MemberState.Alive), 5_000));
        Assert.True(world[2].Self.Incarnation.Value > before.Value);
    }

    [Fact]
    public void A_node_that_stood_still_for_long_comes_back_from_the_dead_and_has_buried_nobody()
    {
        var world = new SwimWorld(5, seed: 4);
        world.RunFor(Settled);
        world.Pause(0, 60_000);
        Assert.NotNull(world.RunUntil(() => world.View(1, 0).State == MemberState.Dead, 12_000));
        bool hasBuried = false;
        world.Changed = (by, member) => hasBuried |= by == 0 && member.State == MemberState.Dead;

        Assert.NotNull(world.RunUntil(() => world.AllSee(0, MemberState.Alive), 65_000));
        Assert.False(hasBuried);
    }

    [Fact]
    public void Two_halves_that_were_dead_to_each_other_meet_again()
    {
        var world = new SwimWorld(5, seed: 5);
        world.RunFor(Settled);
        int[] one = [0, 1], other = [2, 3, 4];
        foreach (int left in one)
        {
            foreach (int right in other)
            {
                world.Cut(left, right);
                world.Cut(right, left);
            }
        }

        Assert.NotNull(world.RunUntil(() => one.All(left => other.All(right =>
            world.View(left, right).State == MemberState.Dead && world.View(right, left).State == MemberState.Dead)), 30_000));
        world.RunFor(600_000);
        world.Heal();

        Assert.NotNull(world.RunUntil(() => Enumerable.Range(0, 5).All(node => world.AllSee(node, MemberState.Alive)), 10_000));
    }

    [Fact]
    public void A_node_that_one_other_cannot_reach_is_vouched_for_by_the_rest()
    {
        var world = new SwimWorld(5, seed: 6);
        world.RunFor(Settled);
        world.Cut(0, 1);
        world.Cut(1, 0);
        world.Changed = (by, member) => Assert.Equal(MemberState.Alive, member.State);
        world.RunFor(60_000);
    }

    [Fact]
    public void Whoever_leaves_is_known_to_have_left_without_ever_being_suspected()
    {
        var world = new SwimWorld(5, seed: 7, loss: 0.3);
        world.RunFor(Settled);
        world.Changed = (_, member) => Assert.True(member.Index != 3 || member.State is MemberState.Left, $"{member.State}");
        world.Loss = 0;
        world.RunFor(Settled);
        world.Leave(3);

        Assert.NotNull(world.RunUntil(() => world.AllSee(3, MemberState.Left), 100));
        world.RunFor(60_000);
        Assert.True(world.AllSee(3, MemberState.Left));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_restarted_node_is_alive_again_at_once_wherever_it_listens_now(bool elsewhere)
    {
        var world = new SwimWorld(5, seed: 8);
        world.RunFor(Settled);
        world.Kill(4);
        Assert.NotNull(world.RunUntil(() => world.AllSee(4, MemberState.Dead), 10_000));
        world.Restart(4, start: 2, elsewhere);

        Assert.NotNull(world.RunUntil(() => world.AllSee(4, MemberState.Alive), 2_000));
        Assert.All(world.Others(4), node => Assert.Equal(elsewhere ? "moved4:1" : "node4:1", world.View(node, 4).Member.Endpoints.Peer));
    }

    [Fact]
    public void A_node_that_was_away_learns_where_all_others_are_now_from_the_one_it_can_reach()
    {
        var world = new SwimWorld(5, seed: 9);
        world.RunFor(Settled);
        world.Kill(0);
        world.RunFor(20_000);
        foreach (int moved in new[] { 1, 2, 3 }) world.Restart(moved, start: 2, elsewhere: true);
        world.RunFor(20_000);
        world.Restart(0, start: 2);

        Assert.NotNull(world.RunUntil(() => new[] { 1, 2, 3 }.All(moved => world.View(0, moved).Member.Endpoints.Peer == $"moved{moved}:1"), 5_000));
    }

    [Fact]
    public void What_comes_from_a_stranger_or_is_meant_for_another_changes_nothing_and_is_counted()
    {
        var world = new SwimWorld(3, seed: 10);
        var stranger = new Member(new NodeId(99), "x", "", 1, new Endpoints("x:1", "", "", ""));
        MemberUpdate ofStranger = Says(stranger), of1 = world[1].Self;
        var impostor = Says(world[1].Self.Member with { Name = "other" });

        world.Inject(0, new SwimMessage(SwimMessageKind.Ping, ofStranger, world[0].Self.Member.Id, 1, default, []));
        world.Inject(0, new SwimMessage(SwimMessageKind.Ping, impostor, world[0].Self.Member.Id, 1, default, []));
        world.Inject(0, new SwimMessage(SwimMessageKind.Ping, of1, world[2].Self.Member.Id, 1, default, []));
        world.Inject(0, new SwimMessage(SwimMessageKind.Gossip, of1, world[0].Self.Member.Id, 0, default, [ofStranger]));

        Assert.Equal(4, world[0].Strangers);
        Assert.Equal(2, world[0].Members.All.Count);
    }

    [Fact]
    public void Only_placement_keeps_its_word_what_a_member_says_of_its_zone_or_weight_changes_nothing()
    {
        var world = new SwimWorld(3, seed: 11);
        Member told = world[1].Self.Member with { Zone = "elsewhere", Weight = 9 };
        world[0].Hear(told, Incarnation.OfStart(7));
        Assert.Equal(("", 1), (world.View(0, 1).Member.Zone, world.View(0, 1).Member.Weight));
    }

    private static MemberUpdate Says(Member member) => new(member, Incarnation.OfStart(1), MemberState.Alive, member.Id);

    private static void NobodyDies(int nodes, int seed, int minutes)
    {
        var world = new SwimWorld(nodes, seed, loss: 0.05);
        world.Changed = (by, member) => Assert.True(member.State != MemberState.Dead, $"seed {seed}, {world.Now} ms: n{by} declared n{member.Index} dead");
        long end = minutes * 60_000L;
        while (world.Now < end)
        {
            world.Pause(world.Random(nodes), 1 + world.Random(1_000));
            world.RunFor(1_500 + world.Random(2_000));
        }
    }
}
