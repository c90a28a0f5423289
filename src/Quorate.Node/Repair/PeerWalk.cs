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
    int member,
    Member other,
    Member self,
    uint epoch,
    WalkLink link,
    TreeServer trees,
    Reaper reaper,
    Horizons horizons,
    LogStore store,
    ushort[] numbers,
    QuorumCoordinator coordinator,
    IReplicaService replica,
    RepairControl control,
    ILoop loop,
    Random random,
    Action<string> log)
{
    /// <summary>What is younger may be on its way.</summary>
    private const int CutMilliseconds = 2_000;

    /// <summary>Partitions under way at a time, where clients' load allows or does not matter.</summary>
    private const int MostPartitions = 8;

    /// <summary>Entries of a partition under way at a time.</summary>
    private const int MostMoves = 32;

    /// <summary>Of entries whose hashes go with one question for keys: 64 KiB.</summary>
    private const int MostHeld = 16 * 1024;

    /// <summary>While too much changes to undo it, roots are compared as they are, and what is in flight with them: not each time.</summary>
    private const int UncutEvery = 5;

    private readonly YieldingWindow _window = new(MostPartitions);
    private Task _round = Task.CompletedTask;
    private RepairPass? _pass;
    private RepairPass? _next;
    private int _rounds;

    public int Member => member;

    public RepairCounts Counts { get; private set; } = new(0, 0, 0, 0);

    /// <summary>That both are home to, one for each tree.</summary>
    public int Partitions => trees.Ns.Sum(n => trees.SharedWith(other.Id, n).Length);

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
        (WalkReply Theirs, ulong[] Mine)? compared = await CompareRootsAsync(n, cut);
        if (compared is null && (_pass is not null || _rounds % UncutEvery == 0)) compared = await CompareRootsAsync(n, default);
        int[] shared = trees.SharedWith(other.Id, n);
        if (compared is not { } roots)
        {
            SkipInPass(shared.Length, link.IsUp ? "it cannot compare just now" : "not connected");
            return;
        }

        if (roots.Theirs.Hashes.Length != shared.Length)
        {
            if (roots.Theirs.Hashes.Length == 0) _pass?.AddCompared(shared.Length);
            else SkipInPass(shared.Length, "it counts other partitions as shared");
            return;
        }

        trees.TellClears(other.Id);
        // What one of the two has reaped is no difference that a walk should see.
        if (await reaper.EqualiseAsync(member, n))
        {
            SkipInPass(shared.Length, "tombstones are going just now");
            return;
        }

        var running = new List<Task>();
        for (int i = 0; i < shared.Length; i++)
        {
            while (running.Count >= Width) running.Remove(await Task.WhenAny(running));
            if (roots.Theirs.Hashes[i] == roots.Mine[i]) _pass?.AddCompared(1);
            else if (!store.IsFit(shared[i])) SkipInPass(1, "damaged here");
            else if (ShouldStop) SkipInPass(1, link.IsUp ? "stopped before" : "not connected");
            else running.Add(MendAsync(n, (ushort)shared[i]));
        }

        await Task.WhenAll(running);
    }

    /// <summary>Null where one of the two cannot tell, or did not answer.</summary>
    private async Task<(WalkReply Theirs, ulong[] Mine)?> CompareRootsAsync(byte n, HybridTimestamp cut)
    {
        if (trees.RootsAt(n, other.Id, cut) is not { } mine) return null;
        WalkReply theirs = await link.AskAsync(Request(WalkStep.Roots, n, 0, []) with { Cut = cut, Hash = trees.Combine(n, mine) });
        if (theirs.Verdict != Verdict.Answered) return null;
        Counts = Counts with { Rounds = Counts.Rounds + 1 };
        return (theirs, mine);
    }

    private async Task MendAsync(byte n, ushort partition)
    {
        long began = loop.Time.GetTimestamp();
        (int from, int to) = (0, 0);
        ulong salt = (ulong)random.NextInt64();
        ushort[]? leaves = await DifferingLeavesAsync(n, partition, salt);
        while (leaves is { Length: > 0 } && !ShouldStop)
        {
            await control.WaitAsync();
            ushort[] asked = trees.FirstOf(n, partition, leaves, MostHeld, out (int Leaf, WalkedKey Key)[] mine);
            uint[] held = [.. mine.Take(ushort.MaxValue).Select(found => found.Key.ShortHash(salt))];
            WalkReply theirs = await link.AskAsync(Request(WalkStep.Keys, n, partition, asked) with { Hash = salt, Held = held });
            control.Spend(held.Length * sizeof(uint) + theirs.Keys.Sum(key => (long)key.Key.Length + Version.Size));
            if (theirs.Verdict != Verdict.Answered || theirs.Covered == 0 || theirs.Covered > asked.Length)
            {
                leaves = null;
                break;
            }

            HashSet<int> covered = [.. asked[..theirs.Covered]];
            IEnumerable<WalkedKey> lacking = theirs.Lacking.Where(i => i < mine.Length && covered.Contains(mine[i].Leaf)).Select(i => mine[i].Key);
            (int fetched, int given) = await ExchangeAsync(lacking, theirs.Keys);
            (from, to) = (from + fetched, to + given);
            leaves = leaves[theirs.Covered..];
        }

        if (leaves is { Length: 0 } && !ShouldStop) _pass?.AddMended(from, to);
        else SkipInPass(1, !link.IsUp ? "not connected" : ShouldStop ? "stopped before" : "no answer");
        var elapsed = loop.Time.GetElapsedTime(began);
        Counts = Counts with { Partitions = Counts.Partitions + 1, Fetched = Counts.Fetched + from, Given = Counts.Given + to };
        if (from + to > 0) log($"partition {partition}: {from} entries from '{other.Name}', {to} to '{other.Name}', {elapsed.TotalMilliseconds:0} ms");
    }

    /// <summary>Null where the other gave no answer.</summary>
    private async Task<ushort[]?> DifferingLeavesAsync(byte n, ushort partition, ulong salt)
    {
        long began = loop.Time.GetTimestamp();
        WalkReply groups = await link.AskAsync(Request(WalkStep.Groups, n, partition, []) with { Hash = salt });
        if (groups.Verdict != Verdict.Answered || groups.Hashes.Length != HashTree.Groups)
        {
            _window.OnFailure();
            return null;
        }

        _window.OnAnswer((int)Math.Min(loop.Time.GetElapsedTime(began).TotalMicroseconds, int.MaxValue));
        ulong[] own = trees.Groups(n, partition, salt);
        ushort[] differing = [.. Enumerable.Range(0, HashTree.Groups).Where(group => own[group] != groups.Hashes[group]).Select(group => (ushort)group)];
        if (differing.Length == 0) return [];

        WalkReply leaves = await link.AskAsync(Request(WalkStep.Leaves, n, partition, differing) with { Hash = salt });
        own = trees.Leaves(n, partition, differing, salt);
        if (leaves.Verdict != Verdict.Answered || leaves.Hashes.Length != own.Length) return null;
        return
        [
            .. from i in Enumerable.Range(0, own.Length)
               where own[i] != leaves.Hashes[i]
               select (ushort)(differing[i / HashTree.LeavesOfGroup] * HashTree.LeavesOfGroup + i % HashTree.LeavesOfGroup),
        ];
    }

    /// <param name="lacking">What this node holds and the other does not hold just so.</param>
    /// <param name="theirs">The other way round.</param>
    /// <returns>How many entries were fetched and given.</returns>
    private async Task<(int Fetched, int Given)> ExchangeAsync(IEnumerable<WalkedKey> lacking, WalkedKey[] theirs)
    {
        var mine = lacking.ToDictionary(NameOf);
        var moves = new List<Task>();
        (int fetched, int given) = (0, 0);
        foreach (WalkedKey key in theirs)
        {
            int order = mine.Remove(NameOf(key), out WalkedKey own) ? Compare(own.Head, key.Head) : -1;
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
        coordinator.Fetch(member, key.Keyspace, key.Key, (Verdict verdict, in Entry entry, HybridTimestamp horizon) =>
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
                coordinator.Deliver(member, key.Keyspace, key.Key, entry, HorizonOf(key), _ => done.SetResult());
            else done.SetResult();
        });
        if (!isTaken) done.SetResult();
        return done.Task;
    }

    private void SkipInPass(int partitions, string why) => _pass?.AddNotCompared(other.Name, why, partitions);

    /// <summary>To be moved in this round, where the two differ in it.</summary>
    private bool IsDue(WalkedKey key) => !IsYoung(key.Head) && _pass?.Mends(key.Keyspace) != false && !IsReaped(key);

    private bool IsReaped(WalkedKey key) => Horizon.HasPassed(HorizonOf(key), key.Head);

    private HybridTimestamp HorizonOf(WalkedKey key) => horizons.For(numbers[key.Keyspace], Partition.Of(key.Key));

    private bool IsYoung(in EntryHead head) => Math.Abs(loop.WallClock - head.Version.Timestamp.Milliseconds) < CutMilliseconds;

    private WalkRequest Request(WalkStep step, byte n, ushort partition, ushort[] nodes) => new(step, Epochs.Of(epoch), self.Id, n, partition, default, 0, nodes);

    private static int Compare(in EntryHead one, in EntryHead two) => new EntryDigest(one, 0).CompareTo(new EntryDigest(two, 0));

    private static (ushort Keyspace, string Key) NameOf(WalkedKey key) => (key.Keyspace, Convert.ToHexString(key.Key));
}
