namespace Quorate.Node.Storage;

/// <summary>When a record counts as stored.</summary>
public enum Durability : byte
{
    /// <summary>After the fsync of the group commit that holds it: survives power loss.</summary>
    Fsync = 0,

    /// <summary>After the <c>write(2)</c> at the end of the turn, fsync every second: survives a killed process.</summary>
    Periodic = 1,

    /// <summary>At once; there is no disk.</summary>
    Memory = 2,
}
