namespace Quorate.Transport.Loop;

/// <summary>What the connections of a loop may hold (law 8).</summary>
/// <param name="MaxConnections">10,000, as Redis; one more is closed at once.</param>
/// <param name="MaxInputBytes">Unread input of one connection: several times the largest message.</param>
/// <param name="MaxTotalInputBytes">Unread input of all connections; whoever needs more is closed.</param>
public sealed record NetworkLimits(
    int MaxConnections = 10_000,
    int MaxInputBytes = 128 * 1024 * 1024,
    long MaxTotalInputBytes = 1024L * 1024 * 1024);
