using System.Text;

namespace Quorate.Resp.Commands;

/// <summary>What Redis has and this has not, with the reason, so that whoever tries it knows whether to wait.</summary>
internal static class MissingCommands
{
    private static readonly Dictionary<string, string> ReasonByName = Build(
    [
        ("transactions come with strong keyspaces", "multi exec discard watch unwatch msetnx"),
        ("counters are a later type", "incr decr incrby decrby incrbyfloat"),
        ("bit fields come later; SETBIT and GETBIT are there", "bitfield bitfield_ro"),
        ("hashes are a later type",
            "hset hsetnx hget hmget hmset hdel hexists hgetall hincrby hincrbyfloat hkeys hlen hrandfield hscan hstrlen hvals"),
        ("lists are a later type; reads that block will not come",
            "lpush lpushx rpush rpushx lpop rpop lrange lindex linsert llen lset lrem ltrim lpos lmove lmpop rpoplpush blpop brpop blmove blmpop brpoplpush"),
        ("sets are a later type",
            "sadd srem smembers sismember smismember scard spop srandmember smove sscan sdiff sdiffstore sinter sinterstore sintercard sunion sunionstore"),
        ("sorted sets are a later type; reads that block will not come",
            "zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrandmember zrange "
            + "zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex "
            + "zrevrangebyscore zrevrank zscan zscore zunion zunionstore bzmpop bzpopmax bzpopmin"),
        ("HyperLogLogs are a later type", "pfadd pfcount pfmerge pfdebug pfselftest"),
        ("it is not planned: places can be kept in sorted sets, once those are there",
            "geoadd geodist geohash geopos georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore"),
        ("streams are not planned",
            "xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim"),
        ("scripts will not come: they would have to run alone on all of a key's replicas",
            "eval eval_ro evalsha evalsha_ro fcall fcall_ro function script"),
        ("channels of a shard will not come: PUBLISH reaches the clients of one node", "spublish ssubscribe sunsubscribe"),
        ("PUBSUB comes later", "pubsub"),
        ("it would need an order of all writes, which a leaderless database has not",
            "move swapdb sort sort_ro migrate monitor sync psync replconf replicaof slaveof role failover restore-asking"),
        ("values have no portable dump here: read and write them", "dump restore"),
        ("a node writes its log all the time; there is nothing to start by hand", "save bgsave bgrewriteaof lastsave"),
        ("stop the process with SIGTERM", "shutdown"),
        ("there is one user as yet", "acl"),
        ("no tracking, pausing or unblocking",
            "client|caching client|getredir client|pause client|tracking client|trackinginfo client|unblock client|unpause"),
        ("slots follow from the topology: nobody assigns them",
            "cluster|addslots cluster|addslotsrange cluster|bumpepoch cluster|count-failure-reports cluster|delslots cluster|delslotsrange "
            + "cluster|failover cluster|flushslots cluster|forget cluster|links cluster|meet cluster|replicas cluster|replicate cluster|reset "
            + "cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|slaves"),
        ("look at INFO, QUORATE.STATUS and GET /node over HTTP", "debug latency memory slowlog lolwut module"),
    ]);

    public static IReadOnlyCollection<string> Names => ReasonByName.Keys;

    /// <summary>Null for what is not Redis' either.</summary>
    /// <param name="name">A subcommand's with its container: "client|pause".</param>
    public static string? WhyNot(ReadOnlySpan<byte> name) =>
        name.Length <= 32 && ReasonByName.TryGetValue(Encoding.ASCII.GetString(name).ToLowerInvariant(), out string? reason) ? reason : null;

    private static Dictionary<string, string> Build((string Reason, string Names)[] groups)
    {
        var reasons = new Dictionary<string, string>();
        foreach ((string reason, string names) in groups)
        {
            foreach (string name in names.Split(' ')) reasons.Add(name, reason);
        }

        return reasons;
    }
}
