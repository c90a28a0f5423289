using Quorate.Node;

namespace Quorate.Server.Configuration;

/// <summary>
/// What a node is told, as it stands in <c>appsettings.json</c> under <c>Quorate</c>, in <c>QUORATE__…</c> variables or on
/// the command line. Addresses are <c>PORT</c> (on 127.0.0.1) or <c>HOST:PORT</c>; an empty one is a listener turned off.
/// </summary>
public sealed class QuorateOptions
{
    /// <summary>Where it stands in an application's configuration.</summary>
    public const string Section = "Quorate";

    /// <summary>Unique in its cluster.</summary>
    public string Name { get; set; } = "node-1";

    /// <summary>The node's directory; by default <c>.quorate/NAME</c>.</summary>
    public string Data { get; set; } = "";

    /// <summary>Redis listeners: any node, any key. <c>PORT=KEYSPACE</c> binds one to a keyspace.</summary>
    public IReadOnlyList<string> Resp { get; set; } = ["6401"];

    /// <summary>Redis Cluster listeners, which show home replicas as slot owners.</summary>
    public IReadOnlyList<string> RespCluster { get; set; } = [];

    /// <summary>The HTTP listener: keys, the state of node and cluster, health.</summary>
    public string Http { get; set; } = "8401";

    /// <summary>Where the other nodes connect to; failure detection uses the same port of UDP.</summary>
    public string Peer { get; set; } = "7401";

    /// <summary>
    /// The peer addresses of all nodes; the node's own may be among them. Empty for a cluster of one. Once the cluster is
    /// formed, the address of any one live node is enough.
    /// </summary>
    public IReadOnlyList<string> Join { get; set; } = [];

    /// <summary>With an empty data directory: take the place of the member of this name, which is gone for good.</summary>
    public bool Replace { get; set; }

    /// <summary>What fails together, such as a rack: home replicas of a key are in different zones where there are enough.</summary>
    public string Zone { get; set; } = "default";

    /// <summary>Share of the data relative to the other nodes.</summary>
    public int Weight { get; set; } = 1;

    /// <summary><c>fsync</c>, <c>periodic</c> or <c>memory</c>.</summary>
    public string Durability { get; set; } = "fsync";

    /// <summary>Memory for values, such as <c>512MB</c>; those beyond are read from disk. Keys take more, whatever this says.</summary>
    public string ValueMemory { get; set; } = "1GB";

    /// <summary>By name; the same on every node.</summary>
    public Dictionary<string, KeyspaceOptions> Keyspaces { get; set; } = [];

    /// <summary>What is kept for nodes that are away.</summary>
    public HintOptions Hints { get; set; } = new();

    /// <summary>What is kept of deleted keys.</summary>
    public TombstoneOptions Tombstones { get; set; } = new();

    /// <summary>How fast replicas are compared.</summary>
    public RepairOptions Repair { get; set; } = new();

    /// <summary>What clients may send.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>Allows listeners beyond loopback although nothing is encrypted and nobody is asked who they are.</summary>
    public bool Insecure { get; set; }
}

/// <summary>The settings of one keyspace. R and W are a number or ONE TWO THREE QUORUM ALL, W also ANY.</summary>
public sealed class KeyspaceOptions
{
    /// <summary>How many nodes keep a copy of each key.</summary>
    public int N { get; set; } = 3;

    /// <summary>How many replicas must answer a read.</summary>
    public string R { get; set; } = "QUORUM";

    /// <summary>How many replicas must store a write.</summary>
    public string W { get; set; } = "QUORUM";

    /// <summary><c>r</c>: a read asks as many replicas as must answer; <c>all</c>: it asks all N.</summary>
    public string Fanout { get; set; } = "r";

    /// <summary>Whether fallbacks may stand in for home replicas that cannot be reached: more is taken, less is promised.</summary>
    public bool Sloppy { get; set; }
}

/// <summary>What hints may take that no acknowledged write counts on. Those that count are never dropped.</summary>
public sealed class HintOptions
{
    /// <summary>A share of the disk, such as <c>10%</c>, or a size, such as <c>2GB</c>; <c>0</c> keeps none of them.</summary>
    public string Disk { get; set; } = "10%";

    /// <summary>Who is away for longer has more to fetch than hints should carry: three hours, as in Cassandra.</summary>
    public TimeSpan Age { get; set; } = TimeSpan.FromHours(3);
}

/// <summary>What is kept of keys that were deleted or have expired.</summary>
public sealed class TombstoneOptions
{
    /// <summary>At least so long, and until all home replicas have it. The same on every node.</summary>
    public TimeSpan Age { get; set; } = NodeOptions.DefaultTombstoneAge;
}

/// <summary>What anti-entropy may take.</summary>
public sealed class RepairOptions
{
    /// <summary>What this node's walks move at most, both ways together: an eighth of a Gbit/s link.</summary>
    public string BytesPerSecond { get; set; } = "16MB";
}

/// <summary>What keys and values may weigh, in bytes, and how many Redis clients may be connected.</summary>
public sealed class LimitOptions
{
    /// <summary>A longer key is refused; 64 KiB by default.</summary>
    public int MaxKeyBytes { get; set; } = Core.Limits.Default.MaxKeyBytes;

    /// <summary>A longer value is refused; 16 MiB by default.</summary>
    public int MaxValueBytes { get; set; } = Core.Limits.Default.MaxValueBytes;

    /// <summary>One more is told so and closed.</summary>
    public int MaxConnections { get; set; } = 10_000;
}
