using System.Text;

namespace Quorate.Resp.Commands;

/// <summary>Commands by name, in any case of letters, found by span.</summary>
internal sealed class CommandTable
{
    /// <summary>Longer than any name here: a word of megabytes is not worth hashing.</summary>
    private const int MaxNameBytes = 32;

    private readonly Dictionary<string, CommandSpec>.AlternateLookup<ReadOnlySpan<byte>> _byName;

    public CommandTable(params IEnumerable<CommandSpec> commands)
    {
        All = [.. commands];
        // Subcommands are looked up by their own word: "client|id" by "id".
        _byName = All.ToDictionary(spec => spec.Name[(spec.Name.IndexOf('|') + 1)..], new NameComparer())
            .GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Every command there is.</summary>
    public static CommandTable Default { get; } = new(
    [
        .. ConnectionCommands.All,
        .. KeyCommands.All,
        .. ExpiryCommands.All,
        .. ScanCommands.All,
        .. FlushCommands.All,
        .. ObjectCommands.All,
        .. StringCommands.All,
        .. RangeCommands.All,
        .. BitCommands.All,
        .. ServerCommands.All,
        .. ClientCommands.All,
        .. CommandCommands.All,
        .. PubSubCommands.All,
        .. ClusterCommands.All,
        .. QuorateCommands.All,
    ]);

    public IReadOnlyList<CommandSpec> All { get; }

    public CommandSpec? Find(ReadOnlySpan<byte> name) =>
        name.Length <= MaxNameBytes && _byName.TryGetValue(name, out CommandSpec? spec) ? spec : null;

    /// <summary>Also "config|get".</summary>
    public CommandSpec? FindByName(ReadOnlySpan<byte> name)
    {
        int bar = name.IndexOf((byte)'|');
        return bar < 0 ? Find(name) : Find(name[..bar])?.Subcommands?.Find(name[(bar + 1)..]);
    }

    private sealed class NameComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
    {
        public bool Equals(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

        public bool Equals(ReadOnlySpan<byte> name, string other) => Ascii.EqualsIgnoreCase(name, other);

        public int GetHashCode(string name)
        {
            uint hash = 0;
            foreach (char next in name) hash = hash * 31 + (byte)(next | 0x20);
            return (int)hash;
        }

        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            uint hash = 0;
            foreach (byte next in name) hash = hash * 31 + (byte)(next | 0x20);
            return (int)hash;
        }

        public string Create(ReadOnlySpan<byte> name) => Encoding.ASCII.GetString(name);
    }
}
