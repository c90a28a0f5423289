using Quorate.Core.Messages;

namespace Quorate.Node.Repair;

/// <summary>
/// How far the mending of one partition has come since something in it was last lost. Walks of different moments count together:
/// what was acknowledged with this replica's help was so before the loss, and what was since is on W other logs.
/// </summary>
/// <param name="losses">What <see cref="Storage.LogStore.LossesOf"/> said: a later loss begins anew.</param>
/// <param name="began">Monotonic.</param>
internal sealed class MendProgress(int losses, long began)
{
    /// <summary>More than that at once are judged in several turns.</summary>
    public const int MaxSuspects = 100_000;

    private readonly HashSet<(int N, int Member)> _walked = [];
    private readonly Dictionary<(ushort Keyspace, string Key), (WalkedKey Key, HashSet<int> LackedBy)> _suspects = [];

    public int Losses => losses;

    public long Began => began;

    /// <summary>The index names nothing any more that cannot be read.</summary>
    public bool IsSalvaged { get; set; }

    /// <summary>Nobody else holds it.</summary>
    public bool IsAlone { get; set; }

    public int Entries { get; set; }

    public bool HasRoom => _suspects.Count < MaxSuspects;

    public IEnumerable<int> Members => _walked.Select(walk => walk.Member).Distinct().Order();

    public bool HasWalked(int n, int member) => _walked.Contains((n, member));

    public int WalkedFor(int n) => _walked.Count(walk => walk.N == n);

    public void NoteWalked(int n, int member) => _walked.Add((n, member));

    /// <summary>An entry at or below the horizon that one of those walked does not hold at all.</summary>
    public void Suspect(WalkedKey key, int member)
    {
        if (_suspects.TryGetValue(key.Name, out (WalkedKey Key, HashSet<int> LackedBy) suspect)) suspect.LackedBy.Add(member);
        else if (HasRoom) _suspects.Add(key.Name, (key, [member]));
    }

    /// <summary>What none of so many holds, and forgets all suspects.</summary>
    public WalkedKey[] TakeLackedByAll(int walked)
    {
        WalkedKey[] lacked = [.. _suspects.Values.Where(suspect => suspect.LackedBy.Count >= walked).Select(suspect => suspect.Key)];
        _suspects.Clear();
        return lacked;
    }
}
