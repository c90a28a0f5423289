using FsCheck;
using FsCheck.Fluent;
using Quorate.Core.Membership;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Versions;

public class HybridClockTests
{
    private const long Wall = 1_700_000_000_000;
    private static readonly WriterId Writer = new(new NodeId(7), 3);

    [Fact]
    public void First_stamps_rise_when_the_wall_clock_stands_still_or_goes_back()
    {
        HybridClock clock = Unbounded();

        Version[] stamps = [Stamp(clock, Wall), Stamp(clock, Wall), Stamp(clock, Wall - 5_000), Stamp(clock, Wall + 1), Stamp(clock, 0)];

        Assert.Equal(stamps.Order().Distinct(), stamps);
        Assert.All(stamps, stamp => Assert.Equal(Writer, stamp.Writer));
        Assert.Equal(HybridTimestamp.FromMilliseconds(Wall), stamps[0].Timestamp);
        Assert.Equal(HybridTimestamp.FromMilliseconds(Wall + 1), stamps[3].Timestamp);
    }

    [Fact]
    public void First_stamps_are_even_and_restamps_odd()
    {
        HybridClock clock = Unbounded();
        for (ulong seen = 0; seen < 4; seen++)
        {
            clock.Observe(new HybridTimestamp(HybridTimestamp.FromMilliseconds(Wall).Value + seen), Wall);

            Assert.Equal(0UL, Stamp(clock, Wall).Timestamp.Value % 2);
            Assert.Equal(1UL, clock.Restamp(new HybridTimestamp(seen), Wall).Timestamp.Value % 2);
        }
    }

    [Fact]
    public void A_restamp_is_above_what_was_seen_the_wall_clock_and_every_restamp_before()
    {
        HybridClock clock = Unbounded();
        HybridTimestamp far = HybridTimestamp.FromMilliseconds(Wall + 300_000);

        Version first = clock.Restamp(far, Wall);
        Version second = clock.Restamp(far, Wall);
        Version third = clock.Restamp(default, Wall);

        Assert.True(first.Timestamp > far);
        Assert.True(second > first);
        Assert.True(third > second);
        Assert.True(Unbounded().Restamp(default, Wall).Timestamp > HybridTimestamp.FromMilliseconds(Wall));
    }

    [Fact]
    public void A_restamp_far_above_does_not_pull_first_stamps_along()
    {
        HybridClock clock = Unbounded();

        clock.Restamp(HybridTimestamp.FromMilliseconds(Wall + 300_000), Wall);

        Assert.Equal(Wall, Stamp(clock, Wall).Timestamp.Milliseconds);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(500, true)]
    [InlineData(501, false)]
    [InlineData(300_000, false)]
    public void A_clock_follows_what_it_sees_unless_that_lies_beyond_the_limit(long ahead, bool follows)
    {
        HybridClock clock = Unbounded();

        clock.Observe(HybridTimestamp.FromMilliseconds(Wall + ahead), Wall);

        Assert.Equal(follows, Stamp(clock, Wall).Timestamp > HybridTimestamp.FromMilliseconds(Wall + ahead));
    }

    [Fact]
    public void No_first_stamp_is_made_at_or_above_the_mark()
    {
        var clock = new HybridClock(Writer, savedMark: Wall);

        Assert.False(clock.TryStamp(Wall, out _));
        clock.RaiseMark(Wall + 1);
        Assert.Equal(Wall, Stamp(clock, Wall).Timestamp.Milliseconds);
        Assert.False(clock.TryStamp(Wall + 1, out _));
        clock.RaiseMark(Wall + 2);
        Assert.True(clock.TryStamp(Wall + 1, out _));
    }

    [Fact]
    public void After_a_restart_first_stamps_begin_above_the_saved_mark_though_the_wall_clock_is_behind_it()
    {
        var clock = new HybridClock(Writer, savedMark: Wall + 400);
        clock.RaiseMark(Wall + 900);

        Assert.True(Stamp(clock, Wall).Timestamp > HybridTimestamp.FromMilliseconds(Wall + 400));
    }

    [Fact]
    public void The_mark_does_not_go_back()
    {
        var clock = new HybridClock(Writer, savedMark: Wall);

        Assert.Throws<InvalidOperationException>(() => clock.RaiseMark(Wall - 1));
    }

    [Fact]
    public void The_mark_is_saved_only_when_stamps_were_asked_for_and_it_runs_short()
    {
        var clock = new HybridClock(Writer, savedMark: 0);
        Assert.Null(clock.MarkToSave(Wall));

        clock.TryStamp(Wall, out _);
        long mark = Assert.NotNull(clock.MarkToSave(Wall));
        Assert.InRange(mark, Wall + 1, Wall + HybridClock.DefaultDriftLimit - 1);

        clock.RaiseMark(mark);
        Assert.Null(clock.MarkToSave(Wall + 400));
        Stamp(clock, Wall);
        Assert.Null(clock.MarkToSave(Wall));
        Assert.NotNull(clock.MarkToSave(Wall + 300));
    }

    [Fact]
    public void Peers_anywhere_within_the_limit_never_stop_first_stamps_while_the_mark_is_kept()
    {
        for (long ahead = 0; ahead <= HybridClock.DefaultDriftLimit; ahead += 20)
        {
            var clock = new HybridClock(Writer, savedMark: 0);
            clock.TryStamp(Wall, out _);
            for (long elapsed = 0; elapsed < 2_000; elapsed += 10)
            {
                long wall = Wall + elapsed;
                if (elapsed % 50 == 0 && clock.MarkToSave(wall) is { } mark) clock.RaiseMark(mark);
                clock.Observe(HybridTimestamp.FromMilliseconds(wall + ahead), wall);

                Assert.True(clock.TryStamp(wall, out _), $"A peer {ahead} ms ahead stopped first stamps after {elapsed} ms.");
            }
        }
    }

    [Fact]
    public void A_writer_never_mints_one_version_twice_whatever_it_sees_and_however_its_wall_clock_jumps()
    {
        // Few values near each other, so that sequences meet where they can.
        Gen<(int Call, int Seen, int Wall)> calls =
            from call in Gen.Choose(0, 3)
            from seen in Gen.Choose(0, 40)
            from wall in Gen.Choose(0, 3)
            select (call, seen, wall);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(calls.ListOf().ToArbitrary(), MintsEachOnce));

        static bool MintsEachOnce(IEnumerable<(int Call, int Seen, int Wall)> calls)
        {
            var clock = new HybridClock(Writer, savedMark: 0);
            var minted = new List<Version>();
            var firsts = new List<Version>();
            long mark = 2;
            clock.RaiseMark(mark);
            foreach ((int call, int seenValue, int wall) in calls)
            {
                // Around 1 ms, 2 ms and far beyond the limit.
                var seen = new HybridTimestamp((seenValue % 3 == 0 ? 1_000UL << 16 : (ulong)(seenValue % 3) << 16) + (ulong)seenValue / 3);
                if (call == 0 && clock.TryStamp(wall, out Version version))
                {
                    if (version.Timestamp.Milliseconds >= mark) return false;
                    firsts.Add(version);
                    minted.Add(version);
                }
                else if (call == 1)
                {
                    minted.Add(clock.Restamp(seen, wall));
                    if (minted[^1].Timestamp <= seen) return false;
                }
                else if (call == 2)
                {
                    clock.Observe(seen, wall);
                }
                else
                {
                    clock.RaiseMark(++mark);
                }
            }

            return minted.Distinct().Count() == minted.Count && firsts.SequenceEqual(firsts.Order());
        }
    }

    private static HybridClock Unbounded()
    {
        var clock = new HybridClock(Writer, savedMark: 0);
        clock.RaiseMark(long.MaxValue);
        return clock;
    }

    private static Version Stamp(HybridClock clock, long wall) =>
        clock.TryStamp(wall, out Version version) ? version : throw new InvalidOperationException("The mark is too low.");
}
