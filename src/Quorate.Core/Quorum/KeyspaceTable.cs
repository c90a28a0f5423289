using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Quorate.Core.Quorum;

/// <summary>
/// All keyspaces of a cluster, numbered by their place: `default`, then `1` to `15` (Redis databases 0 to 15), then the
/// configured ones by name. Nodes compare <see cref="Describe"/> at the handshake, so a number means the same everywhere.
/// </summary>
public sealed partial class KeyspaceTable
{
    /// <summary>The keyspace that every cluster has; Redis' database 0.</summary>
    public const string DefaultName = "default";

    /// <summary>As many as a Redis server has unless told otherwise, and clients expect.</summary>
    public const int RedisDatabases = 16;
    private readonly Dictionary<string, int> _byName;

    /// <summary>The sixteen of Redis, and what was configured.</summary>
    /// <param name="configured">May redefine `default` and `1` to `15`; names are unique.</param>
    /// <exception cref="ArgumentException">Two of them have one name.</exception>
    public KeyspaceTable(IEnumerable<Keyspace> configured)
    {
        Dictionary<string, Keyspace> settings = configured.ToDictionary(keyspace => keyspace.Name, StringComparer.Ordinal);
        IEnumerable<string> databases = Enumerable.Range(0, RedisDatabases).Select(NameOfDatabase);
        IEnumerable<string> others = settings.Keys.Except(databases).Order(StringComparer.Ordinal);
        All = [.. databases.Concat(others).Select(name => settings.GetValueOrDefault(name) ?? Keyspace.WithDefaults(name))];
        _byName = All.Select((keyspace, index) => (keyspace.Name, index)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>By number.</summary>
    public ImmutableArray<Keyspace> All { get; }

    /// <summary>A keyspace by its number; outside of the table an <see cref="IndexOutOfRangeException"/>.</summary>
    public Keyspace this[int index] => All[index];

    private static string NameOfDatabase(int database) => database == 0 ? DefaultName : $"{database}";

    /// <summary>The number of the keyspace of a name, in this very case. False where there is none.</summary>
    public bool TryFind(string name, out int index) => _byName.TryGetValue(name, out index);

    /// <summary>One line a keyspace: what two nodes must agree on.</summary>
    public string Describe() =>
        string.Join('\n', All.Select(k => $"{k.Name}: N={k.N} R={k.R} W={k.W} fanout={k.Fanout} quorum={k.Quorum}"));

    /// <summary>What <see cref="Describe"/> said elsewhere: how a client learns the keyspaces. False where it is no such text.</summary>
    public static bool TryParse(string description, [NotNullWhen(true)] out KeyspaceTable? table)
    {
        List<Keyspace> keyspaces = [];
        table = null;
        foreach (string line in description.Split('\n'))
        {
            if (ParseLine(line) is not { } keyspace) return false;
            keyspaces.Add(keyspace);
        }

        if (keyspaces.DistinctBy(keyspace => keyspace.Name).Count() != keyspaces.Count) return false;
        table = new KeyspaceTable(keyspaces);
        return true;
    }

    private static Keyspace? ParseLine(string line)
    {
        Match match = Line().Match(line);
        return match.Success
            && int.TryParse(match.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n is >= 1 and <= ReplicaSet.MaxReplicas
            && ConsistencyLevel.TryParse(match.Groups["r"].ValueSpan, out ConsistencyLevel r)
            && ConsistencyLevel.TryParse(match.Groups["w"].ValueSpan, out ConsistencyLevel w)
            && Enum.TryParse(match.Groups["fanout"].ValueSpan, out Fanout fanout)
            && Enum.TryParse(match.Groups["quorum"].ValueSpan, out QuorumKind quorum)
            ? new Keyspace(match.Groups["name"].Value, n, r, w, fanout, quorum)
            : null;
    }

    [GeneratedRegex("^(?<name>.+): N=(?<n>[0-9]+) R=(?<r>[A-Z0-9]+) W=(?<w>[A-Z0-9]+) fanout=(?<fanout>[A-Za-z]+) quorum=(?<quorum>[A-Za-z]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
