using System.Globalization;
using Quorate.Levels;

// What each R and W costs in latency and in stale reads, on the simulator's virtual network: no real one here is slow enough to show
// the second, and on this one the answer is the same every time. Prints a table with tabs.
int trials = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3_000;
Console.WriteLine("r\tw\tget_p50_us\tget_p99_us\tput_p50_us\tput_p99_us\treads\tstale\tstale_percent\tpbs_percent");
for (int r = 1; r <= Measurement.N; r++)
{
    for (int w = 1; w <= Measurement.N; w++)
    {
        Measurement measured = Measurement.Take(r, w, trials);
        double predicted = Prediction.OfStaleReads(r, w, 100 * trials);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{r}\t{w}\t{measured.Get(0.5)}\t{measured.Get(0.99)}\t{measured.Put(0.5)}\t{measured.Put(0.99)}\t{trials}\t{measured.Stale}\t{100.0 * measured.Stale / trials:F2}\t{100 * predicted:F2}"));
    }
}
