using Quorate.Core.Placement;

namespace Quorate.Node.Storage;

/// <summary>Which partitions can be trusted (law 11). One that lost something stays unfit until it was mended.</summary>
internal sealed class Fitness
{
    private readonly int[] _losses = new int[Partition.Count];
    private readonly bool[] _isUnfit = new bool[Partition.Count];

    public IEnumerable<int> Unfit => Enumerable.Range(0, Partition.Count).Where(partition => _isUnfit[partition]);

    public bool IsFit(int partition) => !_isUnfit[partition];

    /// <summary>How often something was found to be lost: tells whether anything was since.</summary>
    public int LossesOf(int partition) => _losses[partition];

    /// <param name="partition">Null where nobody knows which: then it may be any.</param>
    public void Lose(int? partition)
    {
        if (partition is { } known)
        {
            LoseIn(known);
            return;
        }

        for (int any = 0; any < Partition.Count; any++) LoseIn(any);
    }

    public void Regain(int partition) => _isUnfit[partition] = false;

    private void LoseIn(int partition)
    {
        _isUnfit[partition] = true;
        _losses[partition]++;
    }
}
