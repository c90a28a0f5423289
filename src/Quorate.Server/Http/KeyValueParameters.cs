using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Quorate.Core.Quorum;
using Quorate.Server.Configuration;

namespace Quorate.Server.Http;

/// <summary>Path and query of a request for a key, as text: what is wrong with them is said in our words.</summary>
internal readonly record struct KeyValueParameters(
    [property: FromRoute(Name = "keyspace"), Description("A keyspace; `default` is Redis database 0.")] string Keyspace,
    [property: FromRoute(Name = "key"), Description("Any bytes, percent-encoded; at most 64 KiB.")] string? Key,
    [property: FromQuery(Name = "r"), Description("How many replicas a read must hear: a number or ONE, TWO, THREE, QUORUM, ALL. Default: the keyspace's.")] string? R,
    [property: FromQuery(Name = "w"), Description("How many replicas must confirm a write: a number or ANY, ONE, TWO, THREE, QUORUM, ALL. Default: the keyspace's.")] string? W,
    [property: FromQuery(Name = "timeout"), Description("Milliseconds until the request is given up; 2000 by default.")] string? Timeout,
    [property: FromQuery(Name = "ttl"), Description("Milliseconds until a value that is put expires; never by default.")] string? Ttl,
    [property: FromQuery(Name = "fanout"), Description("`r`: a read asks as many replicas as must answer; `all`: it asks all N and repairs late ones too. Default: the keyspace's.")] string? Fanout,
    [property: FromQuery(Name = "sloppy"), Description("`yes`: fallbacks may stand in for home replicas that cannot be reached; `no`: only home replicas count. Default: the keyspace's.")] string? Sloppy)
{
    /// <summary>A thousand years: beyond it an expiry is a mistake, and milliseconds might overflow.</summary>
    private const long MaxTtl = 1000L * 365 * 24 * 3600 * 1000;

    private static readonly string[] Known = ["r", "w", "timeout", "ttl", "fanout", "sloppy"];

    /// <summary>What the words say; <paramref name="ttl"/> in ms, 0 for ever.</summary>
    /// <returns>Null where all is well, else what is wrong.</returns>
    public string? Read(IQueryCollection query, out RequestOptions options, out long ttl)
    {
        options = default;
        ttl = 0;
        if (query.Keys.FirstOrDefault(key => !Known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            return $"unknown parameter '{unknown}': there are {string.Join(", ", Known)}";
        if (!TryReadLevel(R, out ConsistencyLevel r) || r.IsAny) return $"r is '{R}': {LevelAdvice}";
        if (!TryReadLevel(W, out ConsistencyLevel w)) return $"w is '{W}': {LevelAdvice}, or ANY";
        if (!TryReadMilliseconds(Timeout, RequestOptions.MaxTimeout, out long timeout)) return $"timeout is '{Timeout}': give 1 to {RequestOptions.MaxTimeout} milliseconds";
        if (!TryReadMilliseconds(Ttl, MaxTtl, out ttl)) return $"ttl is '{Ttl}': give 1 to {MaxTtl} milliseconds";
        var fanout = Core.Quorum.Fanout.Default;
        if (!string.IsNullOrEmpty(Fanout) && !FanoutText.TryParse(Fanout, out fanout)) return $"fanout is '{Fanout}': give r or all";
        if (!TryReadQuorum(Sloppy, out QuorumKind quorum)) return $"sloppy is '{Sloppy}': give yes or no";
        options = new RequestOptions(r, w, (int)timeout, fanout, Explain: false, quorum);
        return null;
    }

    private const string LevelAdvice = "give a number of replicas or ONE, TWO, THREE, QUORUM or ALL";

    private static bool TryReadLevel(string? text, out ConsistencyLevel level)
    {
        level = ConsistencyLevel.Default;
        return string.IsNullOrEmpty(text) || ConsistencyLevel.TryParse(text, out level);
    }

    private static bool TryReadQuorum(string? text, out QuorumKind quorum)
    {
        quorum = text?.ToUpperInvariant() switch
        {
            "YES" => QuorumKind.Sloppy,
            "NO" => QuorumKind.Strict,
            _ => QuorumKind.Default,
        };
        return string.IsNullOrEmpty(text) || quorum != QuorumKind.Default;
    }

    private static bool TryReadMilliseconds(string? text, long most, out long milliseconds)
    {
        milliseconds = 0;
        if (string.IsNullOrEmpty(text)) return true;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds) && milliseconds >= 1 && milliseconds <= most;
    }
}
