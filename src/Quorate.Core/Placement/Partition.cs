namespace Quorate.Core.Placement;

/// <summary>
/// The unit that is placed, repaired and moved: 16 neighbouring slots. The number of partitions is fixed for the life
/// of a cluster: enough to share out evenly among 100 nodes, few enough to keep a hash tree for each.
/// </summary>
public static class Partition
{
    /// <summary>Partitions of every cluster.</summary>
    public const int Count = 1024;

    /// <summary>Neighbouring slots that make one.</summary>
    public const int SlotsEach = Slot.Count / Count;

    /// <summary>The partition that a slot lies in.</summary>
    /// <param name="slot">0 to 16,383.</param>
    public static int OfSlot(int slot) => slot / SlotsEach;

    /// <summary>The partition of a key, 0 to 1,023: keys with one hash tag have one.</summary>
    public static int Of(ReadOnlySpan<byte> key) => OfSlot(Slot.Of(key));
}
