namespace Quorate.Core;

/// <summary>What a key and a value may weigh; a request above is answered `TooLarge` before anything is sent.</summary>
/// <param name="MaxKeyBytes">64 KiB: keys live in memory on every replica.</param>
/// <param name="MaxValueBytes">16 MiB: a value passes whole through buffers, so it bounds them.</param>
public sealed record Limits(int MaxKeyBytes = 64 * 1024, int MaxValueBytes = 16 * 1024 * 1024)
{
    public static Limits Default { get; } = new();
}
