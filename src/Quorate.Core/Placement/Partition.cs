namespace Quorate.Core.Placement;

/// <summary>
/// The unit that is placed, repaired and moved: 16 neighbouring slots. The number of partitions is fixed for the life
/// of a cluster: enough to share out evenly among 100 nodes, few enough to keep a hash tree for each.
/// </summary>
public static class Partition
{
    public const int Count = 1024;

    public const int SlotsEach = Slot.Count / Count;

    public static int OfSlot(int slot) => slot / SlotsEach;

    public static int Of(ReadOnlySpan<byte> key) => OfSlot(Slot.Of(key));
}
