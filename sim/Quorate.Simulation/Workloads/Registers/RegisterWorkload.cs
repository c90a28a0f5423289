using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Workloads.Registers;

/// <summary>Reads, puts, puts under a condition or until a time, and deletes of a few registers, and clears of all of them (last write wins), at all levels.</summary>
/// <param name="mayExpire">Whether some puts are of values that expire: only where clocks are right can anybody say when.</param>
public sealed class RegisterWorkload(Random random, WorkloadOptions options, bool mayExpire = false)
{
    private const int MostPercentExpiring = 40;
    private const int LongestMilliseconds = 8_000;
    private const int LongestValue = 5_000; // above what a replica sends along unasked
    private const int ShortestLong = 100; // long enough that memory may let go of it
    private const int MostPercentLong = 60;
    private readonly RequestDraw _draw = new(random, options.PercentOtherLevels, options.MostPercentSloppy);
    private readonly int _keys = random.Next(1, options.MostKeys + 1);
    private readonly int _percentClears = random.Next(options.MostPercentClears + 1);
    private readonly int _percentLong = random.Next(MostPercentLong + 1);
    private readonly int _percentExpiring = mayExpire && random.Next(2) == 0 ? random.Next(MostPercentExpiring + 1) : 0;
    private int _values;

    public IEnumerable<string> Keys => Enumerable.Range(0, _keys).Select(KeyOf);

    /// <summary>A value that only one request of a run puts, as often as it is tried.</summary>
    public string NextValue() => $"{++_values}".PadRight(NextLength(), '.');

    /// <summary>What a client wants done: asked of one node, and of others where it has to be asked again.</summary>
    public Func<ISimHome, SimCall> Next()
    {
        string key = KeyOf(random.Next(_keys));
        RequestOptions asked = _draw.Next();
        if (_percentClears > 0 && random.Next(100) < _percentClears) return node => SimCall.Clear(node, asked);
        int choice = random.Next(100);
        if (choice < 45) return node => SimCall.Get(node, key, asked);
        if (choice < 53) return node => SimCall.Delete(node, key, asked);

        string value = NextValue();
        TimeSpan? expiresIn = random.Next(100) < _percentExpiring ? TimeSpan.FromMilliseconds(random.Next(1, LongestMilliseconds)) : null;
        if (choice < 88) return node => SimCall.Put(node, key, value, asked, expiresIn);
        EditCondition condition = choice < 94 ? EditCondition.KeyMissing : EditCondition.KeyPresent;
        return node => SimCall.PutIf(node, key, value, condition, asked);
    }

    private int NextLength()
    {
        if (random.Next(100) >= _percentLong) return 0;
        return random.Next(4) == 0 ? LongestValue : random.Next(ShortestLong, LongestValue);
    }

    private static string KeyOf(int index) => $"k{index}";
}
