namespace Quorate.Cli.Bench;

/// <summary>
/// Draws keys so that the i-th is asked for 1 / i^theta as often as the first (Gray et al., "Quickly generating
/// billion-record synthetic databases", SIGMOD 1994, section 3.2). Theta 0 makes all alike; 0.99 is usual for skewed load.
/// </summary>
internal sealed class Zipf
{
    private readonly int _keys;
    private readonly double _alpha;
    private readonly double _zeta;
    private readonly double _zetaOfTwo;
    private readonly double _eta;

    /// <param name="theta">0 to below 1.</param>
    public Zipf(int keys, double theta)
    {
        _keys = keys;
        _alpha = 1 / (1 - theta);
        _zeta = Zeta(keys, theta);
        _zetaOfTwo = Zeta(2, theta);
        _eta = (1 - Math.Pow(2.0 / keys, 1 - theta)) / (1 - _zetaOfTwo / _zeta);
    }

    /// <param name="uniform">A number from 0 to below 1, each as likely.</param>
    /// <returns>0 to keys - 1, the most frequent first.</returns>
    public int Pick(double uniform)
    {
        double scaled = uniform * _zeta;
        if (scaled < 1) return 0;
        if (scaled < _zetaOfTwo) return 1;
        return Math.Min(_keys - 1, (int)(_keys * Math.Pow(_eta * uniform - _eta + 1, _alpha)));
    }

    private static double Zeta(int keys, double theta)
    {
        double sum = 0;
        for (int i = 1; i <= keys; i++) sum += Math.Pow(i, -theta);
        return sum;
    }
}
