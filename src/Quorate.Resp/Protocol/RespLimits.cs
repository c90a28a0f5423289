using Quorate.Core;

namespace Quorate.Resp.Protocol;

/// <summary>What the connections of Redis clients may make a node keep in memory (law 8).</summary>
public sealed record RespLimits
{
    private const int MiB = 1024 * 1024;

    /// <summary>Redis' maxclients: one more is told so and closed.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Redis' PROTO_INLINE_MAX_SIZE.</summary>
    public int MaxInlineBytes { get; init; } = 64 * 1024;

    /// <summary>Redis' bound on the words of a command.</summary>
    public int MaxArguments { get; init; } = 1024 * 1024;

    /// <summary>
    /// One command, all words together: some values of full size in one MSET. A value too large for the database but not
    /// for this is read to its end and refused by name; one too large for this costs the client its connection.
    /// </summary>
    public int MaxCommandBytes { get; init; } = 64 * MiB;

    /// <summary>Commands of one connection that run at a time.</summary>
    public int MaxPendingReplies { get; init; } = 10_000;

    /// <summary>Bytes of commands that run, and of replies that wait for an earlier one: above, no further command starts.</summary>
    public long MaxPendingBytes { get; init; } = 64 * MiB;

    /// <summary>
    /// Bytes of commands that run for all connections of a node: as much as slow disks write well within a timeout on every
    /// replica, while other nodes do the same. Beyond it clients wait, and are not refused.
    /// </summary>
    public long MaxRunningBytes { get; init; } = 8 * MiB;

    /// <summary>Replies the client has not taken yet: above, no further command starts.</summary>
    public long MaxUnsentBytes { get; init; } = 64 * MiB;

    /// <summary>Replies in all: above, a value read is refused.</summary>
    public long MaxReplyBytes { get; init; } = 256 * MiB;

    /// <summary>
    /// Unread replies of all connections: above, those with the most lose their connection, as by Redis' maxmemory-clients. Room
    /// for four that have all they may, so that none is cut off for what it was allowed.
    /// </summary>
    public long MaxUnreadBytes { get; init; } = 1024L * MiB;

    /// <summary>A subscriber that has more unread loses its connection: Redis' client-output-buffer-limit for pubsub.</summary>
    public long MaxPushBytes { get; init; } = 32 * MiB;

    /// <summary>Channels and patterns of one connection: a SUBSCRIBE with more new names than are left is refused whole.</summary>
    public int MaxSubscriptions { get; init; } = 10_000;

    /// <summary>What the subscriptions of all connections take in memory, about: one more is refused.</summary>
    public long MaxSubscriptionBytes { get; init; } = 256 * MiB;

    /// <summary>Each bound as it stands here.</summary>
    public static RespLimits Default { get; } = new();

    /// <summary>The default, with room for a command that carries one value of full size.</summary>
    public static RespLimits For(Limits data) =>
        Default with { MaxCommandBytes = Math.Max(Default.MaxCommandBytes, data.MaxValueBytes + data.MaxKeyBytes + MiB) };
}
