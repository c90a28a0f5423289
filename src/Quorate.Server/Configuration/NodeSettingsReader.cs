using System.Collections.Immutable;
using System.Globalization;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;

namespace Quorate.Server.Configuration;

/// <summary>Turns options into settings, and says of each one that it cannot use what to write instead.</summary>
internal sealed class NodeSettingsReader(QuorateOptions options)
{
    private const int MaxNameLength = 64;
    private const int MostConnections = 1_000_000;

    /// <summary>A day is the least age at which tombstones may go (law 5): a hint must not be older.</summary>
    private static readonly TimeSpan MostHintAge = TimeSpan.FromDays(1);
    /// <summary>Writes that were longer under way are refused and stamped anew.</summary>
    private static readonly TimeSpan LeastTombstoneAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostTombstoneAge = TimeSpan.FromDays(365);

    /// <summary>Below this not even what differs after an ordinary restart comes together in an hour.</summary>
    private const long LeastRepairBytesPerSecond = 64 * 1024;

    private readonly List<string> _problems = [];

    /// <returns>Null where there are problems.</returns>
    public static NodeSettings? Read(QuorateOptions options, out IReadOnlyList<string> problems)
    {
        var reader = new NodeSettingsReader(options);
        NodeSettings settings = reader.Read();
        problems = reader._problems;
        return problems.Count == 0 ? settings : null;
    }

    private NodeSettings Read()
    {
        CheckName("Name", options.Name);
        CheckName("Zone", options.Zone);
        if (options.Weight is < 1 or > ushort.MaxValue) Problem("Weight", $"is {options.Weight}", "give 1 for an ordinary node, more for a larger one, at most 65535");

        KeyspaceTable keyspaces = ReadKeyspaces();
        ListenAddress? peer = ReadListener("Peer", options.Peer);
        if (options.Peer.Length == 0) Problem("Peer", "is empty", "give the address at which the other nodes reach this one");
        return new NodeSettings(
            options.Name,
            options.Zone,
            options.Weight,
            options.Data.Length > 0 ? options.Data : Path.Combine(".quorate", options.Name),
            ReadDurability(),
            ReadValueMemory(),
            ReadRespAddresses("Resp", options.Resp, keyspaces),
            ReadRespAddresses("RespCluster", options.RespCluster, keyspaces),
            ReadListener("Http", options.Http),
            peer ?? default,
            ReadJoin(peer),
            keyspaces,
            ReadLimits(),
            ReadMaxConnections(),
            ReadHints(),
            ReadTombstoneAge(),
            ReadRepairBytesPerSecond(),
            options.Replace);
    }

    private void CheckName(string setting, string name)
    {
        bool usable = name.Length is > 0 and <= MaxNameLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
        if (!usable) Problem(setting, $"is '{name}'", $"give 1 to {MaxNameLength} letters, digits, dots, dashes or underscores");
    }

    private Durability ReadDurability()
    {
        switch (options.Durability)
        {
            case "fsync": return Durability.Fsync;
            case "periodic": return Durability.Periodic;
            case "memory": return Durability.Memory;
            default:
                Problem("Durability", $"is '{options.Durability}'", "give fsync, periodic or memory");
                return default;
        }
    }

    private long ReadValueMemory()
    {
        if (!ByteSize.TryParse(options.ValueMemory, out long bytes))
            Problem("ValueMemory", $"is '{options.ValueMemory}'", "give a number of bytes with KB, MB, GB or TB behind it, for example 512MB");
        return bytes;
    }

    private KeyspaceTable ReadKeyspaces() => new(options.Keyspaces.Select(pair => ReadKeyspace(pair.Key, pair.Value)));

    private Keyspace ReadKeyspace(string name, KeyspaceOptions keyspace)
    {
        string setting = $"Keyspaces:{name}";
        CheckName(setting, name);
        if (keyspace.N is < 1 or > ReplicaSet.MaxReplicas) Problem($"{setting}:N", $"is {keyspace.N}", $"give 1 to {ReplicaSet.MaxReplicas} copies");
        Fanout fanout = ReadFanout($"{setting}:Fanout", keyspace.Fanout);
        ConsistencyLevel r = ReadLevel($"{setting}:R", keyspace.R, keyspace.N);
        if (r.IsAny) Problem($"{setting}:R", "is ANY", "give a level for reads: ANY is one for writes");
        ConsistencyLevel w = ReadLevel($"{setting}:W", keyspace.W, keyspace.N);
        return new Keyspace(name, keyspace.N, r, w, fanout, keyspace.Sloppy ? QuorumKind.Sloppy : QuorumKind.Strict);
    }

    private ConsistencyLevel ReadLevel(string setting, string text, int n)
    {
        if (!ConsistencyLevel.TryParse(text, out ConsistencyLevel level))
            Problem(setting, $"is '{text}'", "give a number of replicas or ONE, TWO, THREE, QUORUM or ALL");
        else if (level.Required(n) > n)
            Problem(setting, $"asks for {level.Required(n)} replicas of {n}", $"give at most {n}, or raise N");
        return level;
    }

    private Fanout ReadFanout(string setting, string text)
    {
        if (FanoutText.TryParse(text, out Fanout fanout)) return fanout;
        Problem(setting, $"is '{text}'", "give r or all");
        return Fanout.Required;
    }

    private ImmutableArray<RespAddress> ReadRespAddresses(string setting, IReadOnlyList<string> texts, KeyspaceTable keyspaces)
    {
        ImmutableArray<RespAddress>.Builder listeners = ImmutableArray.CreateBuilder<RespAddress>();
        foreach (string text in texts)
        {
            string[] parts = text.Split('=', 2);
            string? keyspace = parts.Length == 2 ? parts[1] : null;
            if (keyspace is not null && !keyspaces.TryFind(keyspace, out _))
                Problem(setting, $"names the keyspace '{keyspace}'", $"define it under Keyspaces or use one of {string.Join(", ", keyspaces.All.Select(known => known.Name))}");
            if (ReadListener(setting, parts[0]) is { } address) listeners.Add(new RespAddress(address, keyspace));
        }

        return listeners.ToImmutable();
    }

    private ListenAddress? ReadListener(string setting, string text)
    {
        if (text.Length == 0) return null;
        if (!ListenAddress.TryParse(text, out ListenAddress address))
            Problem(setting, $"is '{text}'", "give PORT or HOST:PORT, for example 6401 or 127.0.0.1:6401");
        else if (address.IsWildcard)
            Problem(setting, $"is '{text}'", "name the one address that others reach this node at: it is what they are told");
        else if (!address.IsLoopback && !options.Insecure)
            Problem(setting, $"is '{text}', which others can reach, and nothing is encrypted or asks for a password yet", "listen at 127.0.0.1, or accept that with --insecure");
        return address;
    }

    /// <summary>The same list can be given to every node: its own address is left out.</summary>
    private ImmutableArray<string> ReadJoin(ListenAddress? own)
    {
        ImmutableArray<string>.Builder others = ImmutableArray.CreateBuilder<string>();
        foreach (string text in options.Join)
        {
            if (!ListenAddress.TryParse(text, out ListenAddress address))
                Problem("Join", $"has '{text}'", "give the peer addresses of the other nodes, for example 127.0.0.1:7402");
            else if (address != own && !others.Contains(address.ToString()))
                others.Add(address.ToString());
        }

        return others.ToImmutable();
    }

    private Limits ReadLimits()
    {
        LimitOptions limits = options.Limits;
        if (limits.MaxKeyBytes is < 1 || limits.MaxKeyBytes > Limits.Default.MaxKeyBytes)
            Problem("Limits:MaxKeyBytes", $"is {limits.MaxKeyBytes}", $"give 1 to {Limits.Default.MaxKeyBytes}: keys live in memory");
        if (limits.MaxValueBytes is < 1 || limits.MaxValueBytes > Limits.Default.MaxValueBytes)
            Problem("Limits:MaxValueBytes", $"is {limits.MaxValueBytes}", $"give 1 to {Limits.Default.MaxValueBytes}: values pass whole through buffers");
        return new Limits(limits.MaxKeyBytes, limits.MaxValueBytes);
    }

    private int ReadMaxConnections()
    {
        int most = options.Limits.MaxConnections;
        if (most is < 1 or > MostConnections) Problem("Limits:MaxConnections", $"is {most}", $"give 1 to {MostConnections} Redis clients");
        return most;
    }

    private HintSettings ReadHints()
    {
        HintOptions hints = options.Hints;
        if (hints.Age <= TimeSpan.Zero || hints.Age > MostHintAge)
            Problem("Hints:Age", $"is {hints.Age}", $"give a time such as 03:00:00, at most {MostHintAge.TotalDays} days");

        int percent = 0;
        bool isShare = hints.Disk.EndsWith('%');
        bool isUsable = isShare
            ? int.TryParse(hints.Disk.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out percent) && percent is > 0 and <= 100
            : ByteSize.TryParse(hints.Disk, out _);
        if (!isUsable) Problem("Hints:Disk", $"is '{hints.Disk}'", "give a share of the disk such as 10%, a size such as 2GB, or 0 for no hints");
        long bytes = !isShare && ByteSize.TryParse(hints.Disk, out long size) ? size : 0;
        return new HintSettings(bytes, percent, hints.Age);
    }

    private TimeSpan ReadTombstoneAge()
    {
        TimeSpan age = options.Tombstones.Age;
        if (age < LeastTombstoneAge || age > MostTombstoneAge)
            Problem("Tombstones:Age", $"is {age}", $"give a time such as 1.00:00:00, {LeastTombstoneAge} to {MostTombstoneAge.TotalDays} days");
        return age;
    }

    private long ReadRepairBytesPerSecond()
    {
        string text = options.Repair.BytesPerSecond;
        if (!ByteSize.TryParse(text, out long bytes) || bytes < LeastRepairBytesPerSecond)
            Problem("Repair:BytesPerSecond", $"is '{text}'", "give 64KB or more; to have none for a while, use 'quorate repair pause'");
        return bytes;
    }

    private void Problem(string setting, string fact, string advice) => _problems.Add($"{setting} {fact}: {advice}.");
}
