using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Replication;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Reaping;

namespace Quorate.Node.Repair;

/// <summary>
/// Makes unfit partitions of this node fit again (law 11): walks each of them one way, against so many other home replicas that
/// nothing acknowledged can be missing, and fetches what they have and this node lacks or has older. It gives nothing: what is
/// unfit is no source.
/// </summary>
/// <param name="trees">What is compared, and who is home to what.</param>
/// <param name="reaper">Equalises horizons before a walk.</param>
/// <param name="horizons">Tell what may have been deleted everywhere.</param>
/// <param name="store">Knows which partitions are unfit.</param>
/// <param name="replica">Takes what was fetched.</param>
/// <param name="coordinator">Fetches an entry from one member.</param>
/// <param name="topology">The members' names, for messages to people.</param>
/// <param name="links">By member.</param>
/// <param name="descend">The way down a member's tree.</param>
/// <param name="control">Shares the bytes a second with other walks.</param>
/// <param name="isFilling">This node took the place of one whose data is gone: whoever decided that has given up what nobody else holds.</param>
/// <param name="note">Told of what was mended.</param>
/// <param name="loop">Times how long a partition took.</param>
/// <param name="log">One line an event.</param>
internal sealed class Mending(
    TreeServer trees,
    Reaper reaper,
    Horizons horizons,
    LogStore store,
    ReplicaService replica,
    QuorumCoordinator coordinator,
    Topology topology,
    IReadOnlyList<WalkLink> links,
    Func<WalkLink, YieldingWindow, Descent> descend,
    RepairControl control,
    Func<bool> isFilling,
    Action<MendCounts> note,
    ILoop loop,
    Action<string> log)
{
    /// <summary>Partitions at a time, and entries of each: a node that has nothing is filled as quickly as others serve it.</summary>
    private const int MostPartitions = 8, MostMoves = 16;

    /// <summary>Two, each with another salt: what one salt hides, the other shows.</summary>
    private const int Passes = 2;

    private readonly Dictionary<int, MendProgress> _progress = [];
    private readonly Dictionary<(int Member, int N), Task<bool>> _clears = [];
    private readonly YieldingWindow _window = new(MostPartitions);
    private bool _isRunning;
    private int _alone;

    /// <summary>
    /// Until nothing is unfit: whoever is fit and answers is enough, and so is nobody. Somebody decided so, because those who would have
    /// to be walked have lost data too, or there are none.
    /// </summary>
    public bool AcceptsLoss { get; set; }

    /// <summary>One round, unless one is under way or nothing is to be done.</summary>
    public async Task RunAsync()
    {
        if (_isRunning || store.Unfit is not { Length: > 0 } unfit) return;
        _isRunning = true;
        try
        {
            _clears.Clear();
            int before = unfit.Length;
            var running = new List<Task>();
            foreach (int partition in unfit)
            {
                while (running.Count >= _window.Size) running.Remove(await Task.WhenAny(running));
                running.Add(MendAsync((ushort)partition));
            }

            await Task.WhenAll(running);
            Report(before - store.UnfitPartitions);
            if (store.UnfitPartitions == 0) AcceptsLoss = false;
        }
        finally
        {
            _isRunning = false;
        }
    }

    private async Task MendAsync(ushort partition)
    {
        MendProgress progress = ProgressOf(partition);
        if (!progress.IsSalvaged)
        {
            progress.IsSalvaged = store.TrySalvage(partition);
            await Task.Yield(); // it looks at all that the partition has
            if (!progress.IsSalvaged) return;
        }

        foreach (int n in trees.Ns)
        {
            if (trees.OtherHomes(partition, n) is { } others && !await MendAsync((byte)n, partition, others, progress)) return;
        }

        if (!store.TryRegain(partition, progress.Losses)) return;
        _progress.Remove(partition);
        note(new MendCounts(1, progress.Entries, 0));
        if (progress.Entries > 0) log($"partition {partition}: mended from {NamesOf(progress)}: {progress.Entries} entries, {loop.Time.GetElapsedTime(progress.Began).TotalMilliseconds:0} ms");
    }

    /// <summary>What the keyspaces of one N lack; false where it is not done yet.</summary>
    private async Task<bool> MendAsync(byte n, ushort partition, int[] others, MendProgress progress)
    {
        if (others.Length == 0 && (isFilling() || AcceptsLoss)) return true;
        progress.IsAlone |= others.Length == 0;
        int needed = trees.NeededToMend(n, others.Length + 1);
        foreach (int other in others)
        {
            if (progress.WalkedFor(n) >= needed) break;
            if (progress.HasWalked(n, other) || !links[other].IsUp) continue;
            if (await WalkAsync(links[other], n, partition, progress)) progress.NoteWalked(n, other);
        }

        if (progress.WalkedFor(n) < needed && !AcceptsLoss) return false;
        return progress.WalkedFor(n) == 0 || TryErase(n, partition, progress);
    }

    /// <summary>True once everything that the other has, and this node lacked when it began, is here.</summary>
    private async Task<bool> WalkAsync(WalkLink other, byte n, ushort partition, MendProgress progress)
    {
        await reaper.EqualiseAsync(other.Member, n);
        Descent descent = descend(other, _window);
        if (!await TakeClearsAsync(descent, other.Member, n)) return false;
        for (int pass = 0; pass < Passes; pass++)
        {
            ulong salt = descent.NextSalt();
            if (!store.AreTreesTrue || await descent.LeavesAsync(n, partition, salt) is not { } leaves) return false;
            while (leaves.Length > 0)
            {
                if (await descent.KeysAsync(n, partition, leaves, salt) is not { } differences) return false;
                if (!await TakeAsync(other.Member, n, partition, differences, progress)) return false;
                leaves = leaves[differences.Covered..];
            }
        }

        return true;
    }

    /// <summary>Trees do not show clears, and a clear may be what was lost: once a round from each.</summary>
    private Task<bool> TakeClearsAsync(Descent descent, int member, byte n)
    {
        if (!_clears.TryGetValue((member, n), out Task<bool>? taken)) _clears.Add((member, n), taken = TakeAsync());
        return taken;

        async Task<bool> TakeAsync() => await descent.ClearsAsync(n) is { } clears && clears.All(trees.TakeClear);
    }

    private async Task<bool> TakeAsync(int member, byte n, ushort partition, Differences differences, MendProgress progress)
    {
        var mine = differences.Mine.ToDictionary(key => key.Name);
        var moves = new List<Task<bool>>();
        bool isTaken = true;
        foreach (WalkedKey key in differences.Theirs)
        {
            if (mine.Remove(key.Name, out WalkedKey own) && own.CompareTo(key) >= 0) continue;
            if (moves.Count >= MostMoves)
            {
                Task<bool> done = await Task.WhenAny(moves);
                moves.Remove(done);
                isTaken &= await done;
            }

            await control.WaitAsync();
            moves.Add(FetchAsync(member, partition, key, progress));
        }

        foreach (bool moved in await Task.WhenAll(moves)) isTaken &= moved;
        HybridTimestamp reaped = horizons.Of(n, partition);
        foreach (WalkedKey own in mine.Values.Where(own => Horizon.PlaceOf(own.Head) <= reaped)) progress.Suspect(own, member);
        return isTaken;
    }

    private Task<bool> FetchAsync(int member, ushort partition, WalkedKey key, MendProgress progress)
    {
        var done = new TaskCompletionSource<bool>();
        coordinator.Fetch(member, key.Keyspace, key.Key, (Verdict verdict, in Entry entry, HybridTimestamp _) =>
        {
            control.Spend(key.Key.Length + entry.Payload.Length);
            bool isHere = verdict == Verdict.Answered && (entry.IsAbsent || replica.TryMend(key.Keyspace, partition, key.Key, entry));
            if (isHere) progress.Entries++;
            done.SetResult(isHere);
        });
        return done.Task;
    }

    /// <summary>
    /// What is at or below the horizon and none of those walked holds was deleted everywhere, tombstone and all: it goes by one of the
    /// next version. False where there may be more of them, or no room.
    /// </summary>
    private bool TryErase(byte n, ushort partition, MendProgress progress)
    {
        bool areAll = progress.HasRoom;
        foreach (WalkedKey lacked in progress.TakeLackedByAll(progress.WalkedFor(n)))
        {
            var next = new Core.Versions.Version(new HybridTimestamp(lacked.Head.Version.Timestamp.Value + 1), lacked.Head.Version.Writer);
            if (!replica.TryMend(lacked.Keyspace, partition, lacked.Key, new Entry(EntryHead.Tombstone(next), default))) return false;
            note(new MendCounts(0, 0, 1));
        }

        return areAll;
    }

    private MendProgress ProgressOf(int partition)
    {
        int losses = store.LossesOf(partition);
        if (!_progress.TryGetValue(partition, out MendProgress? progress) || progress.Losses != losses)
            _progress[partition] = progress = new MendProgress(losses, loop.Time.GetTimestamp());
        return progress;
    }

    private void Report(long mended)
    {
        if (mended > 0) log($"{mended} partitions are fit again, {store.UnfitPartitions} are unfit");
        int alone = _progress.Values.Count(progress => progress.IsAlone);
        if (alone > _alone) log($"{alone} partitions stay unfit: no other node holds what they have of keyspaces with N=1, so what is damaged there is lost");
        _alone = alone;
    }

    private string NamesOf(MendProgress progress) => string.Join(", ", progress.Members.Select(member => $"'{topology.Members[member].Name}'"));
}
