namespace Quorate.Node.Storage.Clearing;

/// <summary>The clears of all keyspaces. They only go up, and the newest is all that matters (law 1).</summary>
internal sealed class ClearTable
{
    private static readonly Clear Never;
    private Clear[] _clears = [];

    public ref readonly Clear this[ushort keyspace]
    {
        get
        {
            Clear[] clears = _clears;
            return ref keyspace < clears.Length ? ref clears[keyspace] : ref Never;
        }
    }

    /// <summary>Keyspaces from here on were never cleared.</summary>
    public int Count => _clears.Length;

    /// <summary>Replaces a keyspace's clear by a newer one, or by itself at another place.</summary>
    public void Set(ushort keyspace, Clear clear)
    {
        if (clear.Version < this[keyspace].Version) throw new InvalidOperationException($"The clear of keyspace {keyspace} would go back to {clear.Version}.");
        if (keyspace >= _clears.Length) Array.Resize(ref _clears, keyspace + 1);
        _clears[keyspace] = clear;
    }
}
