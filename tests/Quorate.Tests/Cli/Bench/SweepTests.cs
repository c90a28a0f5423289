using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class SweepTests
{
    [Fact]
    public void Every_key_comes_once_and_again_where_it_failed()
    {
        var sweep = new Sweep("loaded", isPut: true, keys: 3);
        Assert.Equal([0, 1, 2], Drain(sweep));

        sweep.Ended(0, succeeded: true);
        sweep.Ended(1, succeeded: false);
        sweep.Ended(2, succeeded: true);
        Assert.False(sweep.IsDone);
        Assert.Equal([1], Drain(sweep));

        sweep.Ended(1, succeeded: true);
        Assert.True(sweep.IsDone);
        Assert.Equal(3, sweep.Done);
    }

    private static int[] Drain(Sweep sweep)
    {
        var keys = new List<int>();
        while (sweep.TryNext(now: 5, out bool isPut, out int key, out long due))
        {
            Assert.Equal((true, 5), (isPut, due));
            keys.Add(key);
        }

        return [.. keys];
    }
}
