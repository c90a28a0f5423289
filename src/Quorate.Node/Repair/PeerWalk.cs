using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Storage;

namespace Quorate.Node.Repair;

/// <summary>
/// Rounds of anti-entropy with one other home replica: compares roots, walks down where they differ, and has both ends take what
/// they lack, by the same puts and gets as everything else (law 1).
/// </summary>
internal sealed class PeerWalk(
    WalkLink link,
    Member other,
    Member self,
    uint epoch,
    TreeServer trees,
    LogStore store,
    ushort[] numbers,
    QuorumCoordinator coordinator,
    IReplicaService replica,
    ILoop loop,
    Random random,
    Action<string> log)
{
    /// <summary>What is younger may be on its way.</summary>
    private const int CutMilliseconds = 2_000;

    /// <summary>Entries under way at a time.</summary>
    private const int MostMoves = 32;

    /// <summary>While too much changes to undo it, roots are compared as they are, and what is in flight with them: not each time.</summary>
    private const int UncutEvery = 5;

    private bool _isRunning;
    private int _rounds;

    private readonly YieldingWindow _window = new(8);
    private Descent? _descent;

    public int Member => link.Member;

    private Descent Descent => _descent ??= new Descent(link, self.Id, epoch, trees, _window, loop, random);

    public RepairCounts Counts { get; private set; } = new(0, 0, 0, 0);

    /// <summary>One round, unless one is under way.</summary>
    public async Task RunAsync()
    {
        if (_isRunning || !link.IsUp) return;
        _isRunning = true;
        try
        {
            _rounds++;
            foreach (int n in trees.Ns) await CompareAsync((byte)n);
        }
        finally
        {
            _isRunning = false;
        }
    }

    private async Task CompareAsync(byte n)
    {
        HybridTimestamp cut = HybridTimestamp.FromMilliseconds(Math.Max(1, loop.WallClock - CutMilliseconds));
        (ulong[] Theirs, ulong[] Mine)? compared = await CompareRootsAsync(n, cut);
        if (compared is null && _rounds % UncutEvery == 0) compared = await CompareRootsAsync(n, default);
        if (compared is not { } roots || roots.Theirs.Length == 0) return;

        trees.TellClears(other.Id);
        int[] shared = trees.SharedWith(other.Id, n);
        if (roots.Theirs.Length != shared.Length) return;
        var running = new List<Task>();
        for (int i = 0; i < shared.Length && link.IsUp; i++)
        {
            if (roots.Theirs[i] == roots.Mine[i] || !store.IsFit(shared[i])) continue;
            while (running.Count >= _window.Size) running.Remove(await Task.WhenAny(running));
            running.Add(MendAsync(n, (ushort)shared[i]));
        }

        await Task.WhenAll(running);
    }

    /// <summary>Null where one of the two cannot tell, or did not answer.</summary>
    private async Task<(ulong[] Theirs, ulong[] Mine)?> CompareRootsAsync(byte n, HybridTimestamp cut)
    {
        if (trees.RootsAt(n, other.Id, cut) is not { } mine) return null;
        if (await Descent.RootsAsync(n, cut, trees.Combine(n, mine)) is not { } theirs) return null;
        Counts = Counts with { Rounds = Counts.Rounds + 1 };
        return (theirs, mine);
    }

    private async Task MendAsync(byte n, ushort partition)
    {
        long began = loop.Time.GetTimestamp();
        (int from, int to) = (0, 0);
        ushort[] leaves = await Descent.LeavesAsync(n, partition) ?? [];
        while (leaves.Length > 0)
        {
            if (await Descent.KeysAsync(n, partition, leaves) is not { } theirs) break;
            (int fetched, int given) = await ExchangeAsync(n, partition, leaves[..theirs.Covered], theirs.Keys);
            (from, to) = (from + fetched, to + given);
            leaves = leaves[theirs.Covered..];
        }

        var elapsed = loop.Time.GetElapsedTime(began);
        Counts = Counts with { Partitions = Counts.Partitions + 1, Fetched = Counts.Fetched + from, Given = Counts.Given + to };
        if (from + to > 0) log($"partition {partition}: {from} entries from '{other.Name}', {to} to '{other.Name}', {elapsed.TotalMilliseconds:0} ms");
    }

    /// <returns>How many entries were fetched and given.</returns>
    private async Task<(int Fetched, int Given)> ExchangeAsync(byte n, ushort partition, ushort[] leaves, WalkedKey[] theirs)
    {
        var mine = trees.List(n, partition, leaves).ToDictionary(found => found.Key.Name, found => found.Key);
        var moves = new List<Task>();
        (int fetched, int given) = (0, 0);
        foreach (WalkedKey key in theirs)
        {
            int order = mine.Remove(key.Name, out WalkedKey own) ? own.CompareTo(key) : -1;
            if (order == 0 || IsYoung(key.Head) || (order > 0 && IsYoung(own.Head))) continue;
            if (moves.Count >= MostMoves) moves.Remove(await Task.WhenAny(moves));
            moves.Add(order < 0 ? FetchAsync(key) : GiveAsync(own));
            if (order < 0) fetched++;
            else given++;
        }

        foreach (WalkedKey own in mine.Values.Where(own => !IsYoung(own.Head)))
        {
            if (moves.Count >= MostMoves) moves.Remove(await Task.WhenAny(moves));
            moves.Add(GiveAsync(own));
            given++;
        }

        await Task.WhenAll(moves);
        return (fetched, given);
    }

    /// <summary>What does not succeed is found again in the next round.</summary>
    private Task FetchAsync(WalkedKey key)
    {
        var done = new TaskCompletionSource();
        coordinator.Fetch(Member, key.Keyspace, key.Key, (Verdict verdict, in Entry entry) =>
        {
            if (verdict == Verdict.Answered && !entry.IsAbsent)
                replica.Put(new PutRequest(key.Keyspace, Epochs.Of(epoch), key.Key, entry), OperationId.Unanswered, coordinator);
            done.SetResult();
        });
        return done.Task;
    }

    private Task GiveAsync(WalkedKey key)
    {
        var done = new TaskCompletionSource();
        bool isTaken = store.TryRead(numbers[key.Keyspace], Partition.Of(key.Key), key.Key, (Verdict verdict, in Entry entry, long _) =>
        {
            if (verdict == Verdict.Answered && !entry.IsAbsent)
                coordinator.Deliver(Member, key.Keyspace, key.Key, entry, _ => done.SetResult());
            else done.SetResult();
        });
        if (!isTaken) done.SetResult();
        return done.Task;
    }

    private bool IsYoung(in EntryHead head) => Math.Abs(loop.WallClock - head.Version.Timestamp.Milliseconds) < CutMilliseconds;

}
