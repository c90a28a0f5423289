using System.Collections.Immutable;

namespace Quorate.Core.Quorum;

/// <summary>
/// All keyspaces of a cluster, numbered by their place: `default`, then `1` to `15` (Redis databases 0 to 15), then the
/// configured ones by name. Nodes compare <see cref="Describe"/> at the handshake, so a number means the same everywhere.
/// </summary>
public sealed class KeyspaceTable
{
    public const string DefaultName = "default";
    public const int RedisDatabases = 16;
    private readonly Dictionary<string, int> _byName;

    /// <param name="configured">May redefine `default` and `1` to `15`; names are unique.</param>
    public KeyspaceTable(IEnumerable<Keyspace> configured)
    {
        Dictionary<string, Keyspace> settings = configured.ToDictionary(keyspace => keyspace.Name, StringComparer.Ordinal);
        IEnumerable<string> databases = Enumerable.Range(0, RedisDatabases).Select(NameOfDatabase);
        IEnumerable<string> others = settings.Keys.Except(databases).Order(StringComparer.Ordinal);
        All = [.. databases.Concat(others).Select(name => settings.GetValueOrDefault(name) ?? Keyspace.WithDefaults(name))];
        _byName = All.Select((keyspace, index) => (keyspace.Name, index)).ToDictionary(StringComparer.Ordinal);
    }

    public ImmutableArray<Keyspace> All { get; }

    public Keyspace this[int index] => All[index];

    public static string NameOfDatabase(int database) => database == 0 ? DefaultName : $"{database}";

    public bool TryFind(string name, out int index) => _byName.TryGetValue(name, out index);

    /// <summary>One line a keyspace: what two nodes must agree on.</summary>
    public string Describe() =>
        string.Join('\n', All.Select(k => $"{k.Name}: N={k.N} R={k.R} W={k.W} fanout={k.Fanout} quorum={k.Quorum}"));
}
