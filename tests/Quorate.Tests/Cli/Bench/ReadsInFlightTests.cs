using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class ReadsInFlightTests
{
    [Fact]
    public void No_read_in_flight_began_before_the_oldest_and_it_moves_on()
    {
        var reads = new ReadsInFlight();
        var random = new Random(1);
        var begun = new Queue<long>();
        long now = 0;
        for (int i = 0; i < 10_000; i++)
        {
            reads.Advance(now);
            now++;
            bool isFull = begun.Count == 20;
            if (!isFull && random.Next(2) == 0)
            {
                reads.Begin();
                begun.Enqueue(now);
            }
            else if (begun.TryDequeue(out long ended))
            {
                reads.End(ended);
            }

            if (begun.Count > 0) Assert.True(reads.Oldest < begun.Peek());
        }

        // At most two generations behind, each as long as its slowest read.
        Assert.InRange(reads.Oldest, now - 200, now);
    }
}
