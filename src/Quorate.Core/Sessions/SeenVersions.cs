using System.Runtime.InteropServices;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Core.Sessions;

/// <summary>
/// What a session knows: the newest version it wrote or read of each key, so that it can tell when a read goes back (Terry et al. 1994,
/// "Session Guarantees for Weakly Consistent Replicated Data"). Bounded: keys beyond the room are written and read at a strict quorum at
/// least, where two requests meet without anybody's memory. A key once taken in keeps its place, so nothing weakly written is ever forgotten.
/// </summary>
/// <param name="capacity">Keys, 1 to <see cref="MaxCapacity"/>.</param>
public sealed class SeenVersions(int capacity)
{
    /// <summary>More keys than a user touches in one sitting; a token of 40 KB at most.</summary>
    public const int MaxCapacity = 1_000;

    /// <summary>Part of the token's format: another seed would be another key.</summary>
    private const ulong Seed = 0x5345_5353_494F_4E31;

    private readonly Dictionary<ulong, Seen> _seen = [];

    /// <summary>Keys there is room for.</summary>
    public int Capacity => capacity;

    /// <summary>Whether some key found no room.</summary>
    public bool HasOverflowed { get; internal set; }

    /// <summary>What is known, in the order of the keys' hashes.</summary>
    public IEnumerable<KeyValuePair<ulong, Seen>> All => _seen.Where(entry => entry.Value != default).OrderBy(entry => entry.Key);

    /// <summary>64 bits that stand for a key here: among a thousand, two meet once in 10^13 sessions, and then a read fails that need not.</summary>
    public static ulong KeyOf(string keyspace, ReadOnlySpan<byte> key) =>
        KeyHash.Of(KeyHash.Of(Seed, MemoryMarshal.AsBytes(keyspace.AsSpan())), key);

    /// <summary>Where to look after a read at <paramref name="level"/> that went back; unset where there is nowhere else.</summary>
    /// <param name="level">What the read was made at.</param>
    /// <param name="n">Copies of every key.</param>
    public static ConsistencyLevel After(ConsistencyLevel level, int n)
    {
        if (level.Required(n) >= n) return ConsistencyLevel.Default;
        return level.AtLeastQuorum(n) == level ? ConsistencyLevel.All : ConsistencyLevel.Quorum;
    }

    /// <summary>A request that meets every other one of its kind: at a quorum at least, where no fallback stands in.</summary>
    /// <param name="asked">With levels that are set.</param>
    /// <param name="n">Copies of every key.</param>
    public static RequestOptions AtQuorum(in RequestOptions asked, int n) =>
        asked with { R = asked.R.AtLeastQuorum(n), W = asked.W.AtLeastQuorum(n), Quorum = QuorumKind.Strict };

    /// <summary>Gives the key a place if there is one, and says how to read it.</summary>
    public RequestOptions AdmitRead(ulong key, in RequestOptions asked, int n) =>
        TryAdmit(key, out Seen seen) && !seen.HasNewExpiry ? asked : AtQuorum(asked, n);

    /// <summary>Gives the key a place if there is one, and says how to write it.</summary>
    public RequestOptions AdmitWrite(ulong key, in RequestOptions asked, int n) => TryAdmit(key, out _) ? asked : AtQuorum(asked, n);

    /// <summary>None where nothing is known.</summary>
    public Version Of(ulong key) => _seen.GetValueOrDefault(key).Version;

    /// <summary>A version was written or read.</summary>
    public void Note(ulong key, Version version)
    {
        if (_seen.TryGetValue(key, out Seen seen) && version > seen.Version) _seen[key] = new Seen(version, HasNewExpiry: false);
    }

    /// <summary>The key was given another end at a quorum. Reads do not show its version, so they are made at a quorum too until the next value.</summary>
    public void NoteExpiry(ulong key)
    {
        if (_seen.TryGetValue(key, out Seen seen)) _seen[key] = seen with { HasNewExpiry = true };
    }

    /// <summary>No home replica has anything of the key: all that was known may be deleted, and so long ago that the tombstone is gone.</summary>
    /// <param name="key">By <see cref="KeyOf"/>.</param>
    /// <param name="horizon">Up to where tombstones are gone for good at all of them.</param>
    /// <returns>False where what was known is newer: then it is lost, or only a hint holds it.</returns>
    public bool TryForget(ulong key, HybridTimestamp horizon)
    {
        if (Of(key).Timestamp > horizon) return false;
        if (_seen.ContainsKey(key)) _seen[key] = default;
        return true;
    }

    internal bool TryAdd(ulong key, Seen seen) => _seen.Count < capacity && _seen.TryAdd(key, seen);

    private bool TryAdmit(ulong key, out Seen seen)
    {
        if (_seen.TryGetValue(key, out seen) || (!HasOverflowed && TryAdd(key, default))) return true;
        HasOverflowed = true;
        return false;
    }
}

/// <summary>What is known of one key.</summary>
/// <param name="Version">The newest written or read.</param>
/// <param name="HasNewExpiry">Whether it was given another end since.</param>
public readonly record struct Seen(Version Version, bool HasNewExpiry);
