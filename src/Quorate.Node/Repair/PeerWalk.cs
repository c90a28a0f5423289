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
using Quorate.Node.Storage.Reaping;

namespace Quorate.Node.Repair;

/// <summary>
/// Rounds of anti-entropy with one other home replica: compares roots, walks down where they differ, and has both ends take what
/// they lack, by the same puts and gets as everything else (law 1).
/// </summary>
internal sealed class PeerWalk(
    WalkLink link,
    Member other,
    uint epoch,
    Func<WalkLink, YieldingWindow, Descent> descend,
    TreeServer trees,
    Reaper reaper,
    Horizons horizons,
    LogStore store,
    ushort[] numbers,
    QuorumCoordinator coordinator,
    IReplicaService replica,
    RepairControl control,
    ILoop loop,
    Action<string> log)
{
    /// <summary>What is younger may be on its way.</summary>
    private const int CutMilliseconds = 2_000;

    /// <summary>Partitions under way at a time, where clients' load allows or does not matter.</summary>
    private const int MostPartitions = 8;

    /// <summary>Entries of a partition under way at a time.</summary>
    private const int MostMoves = 32;

    /// <summary>While too much changes to undo it, roots are compared as they are, and what is in flight with them: not each time.</summary>
    private const int UncutEvery = 5;

    private readonly YieldingWindow _window = new(MostPartitions);
    private Descent? _descent;
    private Task _round = Task.CompletedTask;
    private RepairPass? _pass;
    private RepairPass? _next;
    private int _rounds;

    public int Member => link.Member;

    public RepairCounts Counts { get; private set; } = new(0, 0, 0, 0);

    /// <summary>That both are home to, one for each tree.</summary>
    public int Partitions => trees.Ns.Sum(n => trees.SharedWith(other.Id, n).Length);

    private Descent Descent => _descent ??= descend(link, _window);

    private bool ShouldStop => control.IsPaused || _pass is { IsStopped: true } || (_next is not null && _pass != _next) || !link.IsUp;

    private int Width => _pass is { IsNow: true } ? MostPartitions : _window.Size;

    /// <summary>One round, unless one is under way.</summary>
    public Task RunAsync()
    {
        if (!_round.IsCompleted || !link.IsUp) return Task.CompletedTask;
        return _round = RoundAsync(null);
    }

    /// <summary>A round of an eager pass, in place of what is left of the one that is under way.</summary>
    public async Task RunAsync(RepairPass pass)
    {
        _next = pass;
        while (!_round.IsCompleted) await _round;
        await (_round = RoundAsync(pass));
        _next = null;
    }

    private async Task RoundAsync(RepairPass? pass)
    {
        (_pass, _rounds) = (pass, _rounds + 1);
        foreach (int n in trees.Ns) await CompareAsync((byte)n);
    }

    private async Task CompareAsync(byte n)
    {
        HybridTimestamp cut = HybridTimestamp.FromMilliseconds(Math.Max(1, loop.WallClock - CutMilliseconds));
        (ulong[] Theirs, ulong[] Mine)? compared = await CompareRootsAsync(n, cut);
        if (compared is null && (_pass is not null || _rounds % UncutEvery == 0)) compared = await CompareRootsAsync(n, default);
        int[] shared = trees.SharedWith(other.Id, n);
        if (compared is not { } roots)
        {
            SkipInPass(shared.Length, link.IsUp ? "it cannot compare just now" : "not connected");
            return;
        }

        if (roots.Theirs.Length != shared.Length)
        {
            if (roots.Theirs.Length == 0) _pass?.AddCompared(shared.Length);
            else SkipInPass(shared.Length, "it counts other partitions as shared");
            return;
        }

        trees.TellClears(other.Id);
        // What one of the two has reaped is no difference that a walk should see.
        if (await reaper.EqualiseAsync(Member, n))
        {
            SkipInPass(shared.Length, "tombstones are going just now");
            return;
        }

        var running = new List<Task>();
        for (int i = 0; i < shared.Length; i++)
        {
            while (running.Count >= Width) running.Remove(await Task.WhenAny(running));
            if (roots.Theirs[i] == roots.Mine[i]) _pass?.AddCompared(1);
            else if (!store.IsFit(shared[i])) SkipInPass(1, "damaged here");
            else if (ShouldStop) SkipInPass(1, link.IsUp ? "stopped before" : "not connected");
            else running.Add(MendAsync(n, (ushort)shared[i]));
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
        ulong salt = Descent.NextSalt();
        ushort[]? leaves = await Descent.LeavesAsync(n, partition, salt);
        while (leaves is { Length: > 0 } && !ShouldStop)
        {
            if (await Descent.KeysAsync(n, partition, leaves, salt) is not { } differences)
            {
                leaves = null;
                break;
            }

            (int fetched, int given) = await ExchangeAsync(differences);
            (from, to) = (from + fetched, to + given);
            leaves = leaves[differences.Covered..];
        }

        if (leaves is { Length: 0 } && !ShouldStop) _pass?.AddMended(from, to);
        else SkipInPass(1, !link.IsUp ? "not connected" : ShouldStop ? "stopped before" : "no answer");
        var elapsed = loop.Time.GetElapsedTime(began);
        Counts = Counts with { Partitions = Counts.Partitions + 1, Fetched = Counts.Fetched + from, Given = Counts.Given + to };
        if (from + to > 0) log($"partition {partition}: {from} entries from '{other.Name}', {to} to '{other.Name}', {elapsed.TotalMilliseconds:0} ms");
    }

    /// <returns>How many entries were fetched and given.</returns>
    private async Task<(int Fetched, int Given)> ExchangeAsync(Differences differences)
    {
        var mine = differences.Mine.ToDictionary(key => key.Name);
        var moves = new List<Task>();
        (int fetched, int given) = (0, 0);
        foreach (WalkedKey key in differences.Theirs)
        {
            int order = mine.Remove(key.Name, out WalkedKey own) ? own.CompareTo(key) : -1;
            if (order == 0 || !IsDue(key) || (order > 0 && !IsDue(own))) continue;
            if (moves.Count >= MostMoves) moves.Remove(await Task.WhenAny(moves));
            await control.WaitAsync();
            if (ShouldStop) break;
            moves.Add(order < 0 ? FetchAsync(key) : GiveAsync(own));
            if (order < 0) fetched++;
            else given++;
        }

        foreach (WalkedKey own in mine.Values.Where(IsDue))
        {
            if (moves.Count >= MostMoves) moves.Remove(await Task.WhenAny(moves));
            await control.WaitAsync();
            if (ShouldStop) break;
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
        coordinator.Fetch(Member, key.Keyspace, key.Key, (Verdict verdict, in Entry entry, HybridTimestamp horizon) =>
        {
            control.Spend(key.Key.Length + entry.Payload.Length);
            if (verdict == Verdict.Answered && !entry.IsAbsent)
                replica.Put(new PutRequest(key.Keyspace, Epochs.Of(epoch), key.Key, entry, under: horizon), OperationId.Unanswered, coordinator);
            done.SetResult();
        });
        return done.Task;
    }

    private Task GiveAsync(WalkedKey key)
    {
        var done = new TaskCompletionSource();
        bool isTaken = store.TryRead(numbers[key.Keyspace], Partition.Of(key.Key), key.Key, (Verdict verdict, in Entry entry, long _) =>
        {
            control.Spend(key.Key.Length + entry.Payload.Length);
            if (verdict == Verdict.Answered && !entry.IsAbsent)
                coordinator.Deliver(Member, key.Keyspace, key.Key, entry, HorizonOf(key), _ => done.SetResult());
            else done.SetResult();
        });
        if (!isTaken) done.SetResult();
        return done.Task;
    }

    private void SkipInPass(int partitions, string why) => _pass?.AddNotCompared(other.Name, why, partitions);

    /// <summary>To be moved in this round, where the two differ in it.</summary>
    private bool IsDue(WalkedKey key) =>
        !IsYoung(key.Head) && _pass?.Mends(key.Keyspace) != false && !Horizon.HasPassed(HorizonOf(key), key.Head);

    private bool IsYoung(in EntryHead head) => Math.Abs(loop.WallClock - head.Version.Timestamp.Milliseconds) < CutMilliseconds;

    private HybridTimestamp HorizonOf(WalkedKey key) => horizons.For(numbers[key.Keyspace], Partition.Of(key.Key));
}
