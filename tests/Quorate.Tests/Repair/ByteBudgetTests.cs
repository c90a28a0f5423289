using Quorate.Core.Repair;
using Xunit;

namespace Quorate.Tests.Repair;

public sealed class ByteBudgetTests
{
    [Fact]
    public void What_was_never_spent_does_not_keep_anybody_waiting() => Assert.Equal(0, new ByteBudget(1000).Wait(0));

    [Theory]
    [InlineData(100, 0)]
    [InlineData(101, 1)]
    [InlineData(1_100, 1_000)]
    [InlineData(10_100, 10_000)]
    public void Beyond_a_tenth_of_a_second_at_once_each_byte_takes_its_time(long bytes, int milliseconds)
    {
        var budget = new ByteBudget(1000);

        budget.Spend(bytes, 5_000);

        Assert.Equal(milliseconds, budget.Wait(5_000));
        Assert.Equal(0, budget.Wait(5_000 + milliseconds));
    }

    [Fact]
    public void Idle_time_is_not_saved_up_beyond_the_burst()
    {
        var budget = new ByteBudget(1000);
        budget.Spend(10, 0);

        budget.Spend(1_100, 3_600_000);

        Assert.Equal(1_000, budget.Wait(3_600_000));
    }

    [Theory]
    [InlineData(64 * 1024, 100)]
    [InlineData(64 * 1024, 3_000_000)]
    [InlineData(16 * 1024 * 1024, 100)]
    [InlineData(16 * 1024 * 1024, 512 * 1024 * 1024)]
    [InlineData(long.MaxValue, 512 * 1024 * 1024)]
    public void Who_waits_before_each_spending_stays_below_the_bound_whatever_the_pieces(long bytesPerSecond, long piece)
    {
        var budget = new ByteBudget(bytesPerSecond);
        long now = 0;
        Int128 spent = 0;
        for (int i = 0; i < 1_000; i++)
        {
            now += budget.Wait(now);
            budget.Spend(piece, now);
            spent += piece;
        }

        now += budget.Wait(now);
        Assert.True(spent * 1_000 <= (Int128)bytesPerSecond * (now + 101), $"{spent} bytes in {now} ms");
    }
}
