namespace Quorate.Core;

/// <summary>What a coordinator takes on; more is refused before anything is sent.</summary>
/// <param name="MaxKeyBytes">64 KiB: keys live in memory on every replica.</param>
/// <param name="MaxValueBytes">16 MiB: a value passes whole through buffers, so it bounds them.</param>
/// <param name="MaxRequests">In flight: enough for thousands of connections with deep pipelines, at about 2 KiB each.</param>
/// <param name="MaxHeldBytes">256 MiB of keys and values in flight: some large ones at a time, or all that small ones need.</param>
public sealed record Limits(
    int MaxKeyBytes = 64 * 1024, int MaxValueBytes = 16 * 1024 * 1024, int MaxRequests = 65_536, long MaxHeldBytes = 256 * 1024 * 1024)
{
    /// <summary>The limits that a node or client has unless it is told others.</summary>
    public static Limits Default { get; } = new();
}
