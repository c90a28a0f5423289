namespace Quorate.Node.Storage.Indexing;

/// <summary>Goes round all slots of all tables, for eviction and expiry (the clock algorithm, Corbató 1968).</summary>
internal struct ClockHand
{
    private int _keyspace;
    private int _partition;
    private int _slot;

    /// <summary>Of the slot found last.</summary>
    public readonly ushort Keyspace => (ushort)_keyspace;

    /// <summary>Of the slot found last.</summary>
    public readonly int Partition => _partition;

    /// <summary>Goes on behind the table of the slot found last.</summary>
    public void SkipTable() => (_partition, _slot) = (_partition + 1, 0);

    /// <summary>The next slot; false where there is none or it is empty.</summary>
    public bool TryNext(KeyTable?[]?[] tables, out KeyTable table, out int slot)
    {
        (table, slot) = (null!, _slot++);
        if (_keyspace >= tables.Length) _keyspace = 0;
        KeyTable?[]? partitions = tables[_keyspace];
        if (partitions is null || _partition >= partitions.Length)
        {
            (_keyspace, _partition, _slot) = (_keyspace + 1, 0, 0);
            return false;
        }

        if (partitions[_partition] is { } found && slot < found.Slots)
        {
            table = found;
            return found.HandleAt(slot) != 0;
        }

        (_partition, _slot) = (_partition + 1, 0);
        return false;
    }
}
