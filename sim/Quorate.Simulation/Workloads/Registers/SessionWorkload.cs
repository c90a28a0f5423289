using Quorate.Core.Quorum;
using Quorate.Simulation.Cluster;

namespace Quorate.Simulation.Workloads.Registers;

/// <summary>Reads, puts and deletes of the same registers in sessions: mostly at ONE, where nothing but the session keeps a read from going back.</summary>
/// <param name="keys">Of the registers.</param>
/// <param name="mayExpire">As in <see cref="RegisterWorkload"/>.</param>
internal sealed class SessionWorkload(Random random, WorkloadOptions options, IReadOnlyList<string> keys, bool mayExpire)
{
    private const int MeanLength = 60;
    private const int PercentCarriedOn = 20;
    private const int PercentExpiring = 15;
    private const int LongestMilliseconds = 8_000;
    private readonly RequestDraw _draw = new(random, options.PercentOtherLevels, options.MostPercentSloppy, ConsistencyLevel.Of(1));
    private int _sessions;
    private int _values;

    /// <summary>What one user wants done, one thing after the other: in a session for a while, and then in a new one.</summary>
    public Func<Func<ISimHome, SimCall>> User()
    {
        UserSession session = Begin();
        return () =>
        {
            if (random.Next(MeanLength) == 0) session = Begin();
            return Next(session);
        };
    }

    /// <summary>Some have room for fewer keys than there are.</summary>
    private UserSession Begin() => new(++_sessions, random.Next(1, keys.Count + 1));

    private Func<ISimHome, SimCall> Next(UserSession session)
    {
        string key = keys[random.Next(keys.Count)];
        RequestOptions asked = _draw.Next();
        if (random.Next(100) < PercentCarriedOn) session.CarryOn();
        int choice = random.Next(100);
        if (choice < 60) return home => session.Get(home, key, asked);
        if (choice < 68) return home => session.Delete(home, key, asked);

        string value = $"s{++_values}";
        TimeSpan expiresIn = mayExpire && random.Next(100) < PercentExpiring ? TimeSpan.FromMilliseconds(random.Next(1, LongestMilliseconds)) : default;
        return home => session.Put(home, key, value, asked, expiresIn);
    }
}
