namespace Quorate.Core.DataTypes;

/// <summary>What an entry is. The numbers are on disk and on the wire.</summary>
public enum EntryKind : byte
{
    /// <summary>The replica has nothing for the key.</summary>
    Absent = 0,

    /// <summary>
    /// The key was deleted, and the deletion has its place in the order like any write. With an expiry: a register whose time
    /// has passed, without its value.
    /// </summary>
    Tombstone = 1,

    /// <summary>A last-write-wins register.</summary>
    Register = 2,
}
