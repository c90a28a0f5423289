using System.Text;

namespace Quorate.Node.Storage;

/// <summary>
/// The store's numbers of keyspaces, given once and kept for the life of the disk: records carry a number, and what the cluster's
/// table calls number 16 changes with its configuration.
/// </summary>
/// <param name="cell">Where they are kept; null without a disk.</param>
internal sealed class KeyspaceNumbers(DurableCell? cell)
{
    /// <summary>Room for thousands of names.</summary>
    public const int MaxSavedBytes = 256 * 1024;

    private readonly List<string> _names = cell?.Read() is { } saved ? [.. Encoding.UTF8.GetString(saved).Split('\n')] : [];

    /// <summary>The numbers of these names, in their order; new ones are durable when it returns. Blocks.</summary>
    public ushort[] Of(IEnumerable<string> names)
    {
        int known = _names.Count;
        ushort[] numbers = [.. names.Select(NumberOf)];
        if (_names.Count > known) cell?.Write(Encoding.UTF8.GetBytes(string.Join('\n', _names)));
        return numbers;
    }

    private ushort NumberOf(string name)
    {
        int number = _names.IndexOf(name);
        if (number >= 0) return (ushort)number;
        _names.Add(name);
        return checked((ushort)(_names.Count - 1));
    }
}
