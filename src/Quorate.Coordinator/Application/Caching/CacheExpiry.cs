using System.Globalization;
using Microsoft.Extensions.Caching.Distributed;

namespace Quorate;

/// <summary>
/// When a cached value ends. Its time to live is the database's own; how it slides is kept as parameters of its content type, so that
/// the value stays the bytes that were given.
/// </summary>
/// <param name="Sliding">How long it lives from each use; null where uses do not matter.</param>
/// <param name="Until">When it ends in any case; null for never.</param>
internal readonly record struct CacheExpiry(TimeSpan? Sliding, DateTimeOffset? Until)
{
    private const string Type = "application/octet-stream", SlidingName = ";sliding-ms=", UntilName = ";until-ms=";

    /// <summary>Empty where there is nothing to keep.</summary>
    public string ContentType
    {
        get
        {
            if (Sliding is not { } sliding) return "";
            string until = Until is { } end ? $"{UntilName}{end.ToUnixTimeMilliseconds()}" : "";
            return $"{Type}{SlidingName}{(long)Math.Ceiling(sliding.TotalMilliseconds)}{until}";
        }
    }

    public static CacheExpiry Of(DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        DateTimeOffset? until = options.AbsoluteExpiration;
        // As in the framework's memory cache, the earlier of the two.
        if (options.AbsoluteExpirationRelativeToNow is { } relative && !(until <= now + relative)) until = now + relative;
        return new CacheExpiry(options.SlidingExpiration, until);
    }

    /// <summary>Of what was not put by a cache: nothing that slides.</summary>
    public static CacheExpiry Parse(string contentType)
    {
        if (!contentType.StartsWith(Type + SlidingName, StringComparison.Ordinal)) return default;
        string[] parts = contentType[(Type.Length + SlidingName.Length)..].Split(UntilName);
        TimeSpan? sliding = TryParse(parts[0], out long milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : null;
        return new CacheExpiry(sliding, parts.Length == 2 && TryParse(parts[1], out long until) ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null);
    }

    /// <returns>Zero for never; null where it is over.</returns>
    public TimeSpan? TimeToLive(DateTimeOffset now)
    {
        if (Until is not { } until) return Sliding ?? TimeSpan.Zero;
        if (until <= now) return null;
        return Sliding < until - now ? Sliding : until - now;
    }

    private static bool TryParse(string text, out long milliseconds) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
