using Quorate.Simulation.World;

namespace Quorate.Levels;

/// <summary>
/// PBS (Bailis et al. 2012, section 5.1) for our paths: a put reaches replica i after one way and is acknowledged after two; a get that
/// begins at the W-th acknowledgement is stale where it reaches each of the R replicas that it asks before the put does. A coordinator has
/// its own copy at hand, and is among those it asks.
/// </summary>
internal static class Prediction
{
    /// <returns>The share of gets, 0 to 1, by so many draws from the network's latencies.</returns>
    public static double OfStaleReads(int r, int w, int draws)
    {
        var random = new Random(2);
        var link = new Link(random);
        long[] arrival = new long[Measurement.N];
        long[] acknowledgement = new long[Measurement.N];
        int stale = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            (int writer, int reader) = (random.Next(Measurement.N), random.Next(Measurement.N));
            for (int i = 0; i < Measurement.N; i++)
            {
                arrival[i] = i == writer ? 0 : link.NextLatency();
                acknowledgement[i] = i == writer ? 0 : arrival[i] + link.NextLatency();
            }

            Array.Sort(acknowledgement);
            if (IsStale(acknowledgement[w - 1])) stale++;

            bool IsStale(long begins)
            {
                int first = random.Next(1, Measurement.N);
                for (int asked = 0; asked < r; asked++)
                {
                    // The reader itself, then the others in either order.
                    int replica = asked == 0 ? reader : (reader + (asked == 1 ? first : Measurement.N - first)) % Measurement.N;
                    long reached = begins + (replica == reader ? 0 : link.NextLatency());
                    if (arrival[replica] <= reached) return false;
                }

                return true;
            }
        }

        return (double)stale / draws;
    }
}
