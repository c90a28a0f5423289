using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Handoff;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Reaping;

namespace Quorate.Node.Repair;

/// <summary>
/// Moves horizons on, so that tombstones go exactly when nothing can bring back what they hide (law 5). Each node decides by itself, from
/// what the members state: first how far back nobody keeps hints, then for each partition what its home replicas vouch for.
/// </summary>
/// <param name="horizons">What this one moves on.</param>
/// <param name="store">Hashes tombstones, and lets go of them.</param>
/// <param name="hints">Say how far back the oldest is.</param>
/// <param name="trees">Say which partitions two members share.</param>
/// <param name="keyspaces">The cluster's table.</param>
/// <param name="numbers">The store's number of each keyspace.</param>
/// <param name="age">How long a tombstone is kept at least.</param>
/// <param name="doubt">Told of a partition in which this node's disk is older than its own promises.</param>
/// <param name="worker">Saves promises before they are stated.</param>
/// <param name="loop">A round each minute, or oftener where tombstones are kept for less than a day.</param>
/// <param name="onFatal">Told where a promise could not be saved.</param>
internal sealed class Reaper(
    Horizons horizons,
    LogStore store,
    HintStore hints,
    TreeServer trees,
    KeyspaceTable keyspaces,
    ushort[] numbers,
    TimeSpan age,
    Action<int, string> doubt,
    IWorker worker,
    ILoop loop,
    Action<string> onFatal)
{
    /// <summary>Entries looked at before the loop goes on with other work: some ms.</summary>
    private const int SliceLooks = 16_384;

    /// <summary>Rounds for one horizon, before the next is tried: a partition that is damaged somewhere must not hold up the others.</summary>
    private const int MostTries = 10;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly SortedDictionary<int, OwnHashes> _hashes = [];
    private readonly Dictionary<int, int[]> _homes = [];
    private readonly long _step = (long)Clamp(age / 24, TimeSpan.FromHours(1)).TotalMilliseconds;
    private Topology? _topology;
    private int _self;
    private IReadOnlyList<WalkLink> _links = [];
    private uint[] _starts = [];
    private Task _saving = Task.CompletedTask;
    private ITimer? _timer;
    private long _lastGoneUpTo;
    private long _movedAt;
    private int _tries;
    private bool _isRunning;

    /// <summary>What keeps horizons from moving on, as of the last round; empty where nothing does.</summary>
    public string HeldBackBy { get; private set; } = "";

    /// <summary>Unix ms up to which tombstones are gone in all partitions that this node is home to; 0 before the first.</summary>
    public long GoneUpTo => _topology is null ? 0 : Ns.SelectMany(n => HomesOf(n).Select(partition => horizons.Of(n, partition).Milliseconds)).DefaultIfEmpty().Min();

    private IEnumerable<int> Ns => trees.Ns;

    /// <summary>Begins anew under a topology: who is home to what, and whose start numbers are known.</summary>
    /// <param name="topology">Whose members vouch.</param>
    /// <param name="self">This node's index in it.</param>
    /// <param name="links">By member.</param>
    /// <param name="start">This node's start number.</param>
    public void Adopt(Topology topology, int self, IReadOnlyList<WalkLink> links, uint start)
    {
        _timer?.Dispose();
        _hashes.Clear();
        _homes.Clear();
        (_topology, _self, _links) = (topology, self, links);
        _starts = new uint[topology.Members.Length];
        _starts[self] = start;
        _movedAt = loop.Now;
        TimeSpan every = Clamp(age / 1440, TimeSpan.FromMinutes(1));
        _timer = loop.Time.CreateTimer(_ => Guard(RunAsync()), null, every, every);
    }

    /// <summary>A member runs with this start number.</summary>
    public void Hear(int member, uint start) => _starts[member] = Math.Max(_starts[member], start);

    public void Stop() => _timer?.Dispose();

    /// <summary>What this node vouches for now: only what is durable.</summary>
    /// <param name="n">Of the keyspaces that are meant.</param>
    /// <param name="shared">The partitions that this node and the asker are both home to.</param>
    public Vouch Answer(int n, int[] shared) => new(
        _starts[_self],
        [.. _starts],
        Wanted(),
        horizons.StatedHintFloor,
        horizons.StatedVouched,
        [.. shared.Select(partition => horizons.Of(n, partition))],
        [.. shared.Select(partition => OwnHashOf(n, partition))]);

    /// <summary>Takes over the horizons of another home replica that are ahead of this one's.</summary>
    /// <returns>True where there were any.</returns>
    public async Task<bool> EqualiseAsync(int member, int n) => await AskAsync(member, n) is { } vouch && await TakeOverAsync(member, n, vouch);

    /// <summary>One round, unless one is under way.</summary>
    public async Task RunAsync()
    {
        if (_isRunning) return;
        _isRunning = true;
        try
        {
            HeldBackBy = string.Join(", ", await AdvanceAsync());
        }
        finally
        {
            _isRunning = false;
        }
    }

    private static TimeSpan Clamp(TimeSpan time, TimeSpan most) => time < Second ? Second : time > most ? most : time;

    /// <summary>What goes wrong here is a bug, and stops the node as any other on its loop.</summary>
    private static async void Guard(Task round) => await round;

    /// <summary>As far as this node's clock would go; in steps, so that all members want the same.</summary>
    private HybridTimestamp Wanted() =>
        HybridTimestamp.FromMilliseconds(Math.Max(0, loop.WallClock - (long)age.TotalMilliseconds) / _step * _step);

    /// <summary>The first round: takes no hint up to there any more, and states how far back it keeps none.</summary>
    /// <param name="wanted">By the clocks of all members: one that is ahead must not make this node refuse what is new.</param>
    private async Task StateHintFloorAsync(HybridTimestamp wanted)
    {
        horizons.RaiseHintFloor(wanted);
        await SaveAsync();
        HybridTimestamp oldest = await hints.OldestAsync(SliceLooks);
        horizons.StateHintFloor(oldest > horizons.HintFloor ? horizons.HintFloor : new HybridTimestamp(Math.Max(1, oldest.Value) - 1));
    }

    /// <summary>The second round.</summary>
    /// <returns>Who or what holds it back.</returns>
    private async Task<IReadOnlyList<string>> AdvanceAsync()
    {
        Topology topology = _topology!;
        HybridTimestamp wanted = Wanted();
        var heldBack = new List<string>();
        HybridTimestamp floor = horizons.StatedHintFloor;
        HybridTimestamp usual = HybridTimestamp.FromMilliseconds(Math.Max(0, wanted.Milliseconds - 2 * _step)); // a step or two are always under way
        if (floor < usual) heldBack.Add("this node keeps hints");
        var told = new Dictionary<(int N, int Member), Vouch>();
        for (int member = 0; member < topology.Members.Length; member++)
        {
            if (member == _self) continue;
            foreach (int n in Ns)
            {
                if (await AskAsync(member, n) is not { } vouch)
                {
                    heldBack.Add($"'{topology.Members[member].Name}' does not answer");
                    floor = wanted = default;
                    break;
                }

                told[(n, member)] = vouch;
                await TakeOverAsync(member, n, vouch);
                if (n != Ns.First()) continue;
                if (vouch.HintFloor < usual) heldBack.Add($"'{topology.Members[member].Name}' keeps hints");
                if (vouch.HintFloor < floor) floor = vouch.HintFloor;
                if (vouch.Wanted < wanted) wanted = vouch.Wanted;
            }
        }

        horizons.RaiseVouched(NextToVouchFor(floor, told.Values));
        await SaveAsync();
        await MoveOnAsync(told);
        await HashAsync();
        await StateHintFloorAsync(wanted);
        NoteProgress();
        if (loop.Now - _movedAt > 3 * _step) heldBack.Add("some partitions are not the same everywhere");
        return heldBack;
    }

    /// <summary>
    /// What others vouch for already, so that all come to the same; else what nobody keeps hints below, once this node has done with
    /// what it vouches for or has tried for long.
    /// </summary>
    /// <param name="floor">No member keeps a hint at or below.</param>
    /// <param name="told">What all other members vouch for now.</param>
    private HybridTimestamp NextToVouchFor(HybridTimestamp floor, IEnumerable<Vouch> told)
    {
        HybridTimestamp present = horizons.StatedVouched;
        HybridTimestamp next = told.Select(vouch => vouch.UpTo).Where(upTo => upTo <= floor).Append(present).Max();
        bool isDone = Ns.All(n => HomesOf(n).All(partition => horizons.Of(n, partition) >= present));
        if (next == present && floor > present && (isDone || _tries >= MostTries)) next = floor;
        _tries = next > present ? 0 : _tries + 1;
        return next;
    }

    private async Task<Vouch?> AskAsync(int member, int n)
    {
        var request = new WalkRequest(WalkStep.Vouch, Epochs.Of(_topology!.Epoch), _topology.Members[_self].Id, (byte)n, 0, default, 0, []);
        WalkReply reply = await _links[member].AskAsync(request);
        if (reply.Vouch is not { } vouch || vouch.Starts.Length != _starts.Length) return null;
        Hear(member, vouch.Start);
        int shared = SharedWith(member, n).Length;
        return vouch.Horizons.Length == shared && vouch.Hashes.Length == shared ? vouch : null;
    }

    private async Task<bool> TakeOverAsync(int member, int n, Vouch vouch)
    {
        int[] shared = SharedWith(member, n);
        bool hasMoved = false;
        for (int i = 0; i < shared.Length; i++)
        {
            // A horizon is where all home replicas had vouched, this one among them: whoever does not know has an older disk.
            if (vouch.Horizons[i] > horizons.StatedVouched)
                doubt(shared[i], $"partition {shared[i]}: tombstones are gone that this node never vouched for, so its disk is an older one");
            hasMoved |= horizons.Raise(n, shared[i], vouch.Horizons[i]);
        }

        if (hasMoved) await SaveAsync();
        if (hasMoved) store.Reap(NumbersOf(n));
        return hasMoved;
    }

    /// <summary>Raises the horizons of the partitions whose home replicas all vouch for the same.</summary>
    private async Task MoveOnAsync(Dictionary<(int N, int Member), Vouch> told)
    {
        foreach (int n in Ns)
        {
            bool hasMoved = false;
            foreach (int partition in HomesOf(n))
            {
                if (VouchesFor(n, partition, told) is { } vouches && Vouches.Agree(vouches)) hasMoved |= horizons.Raise(n, partition, vouches[0].UpTo);
            }

            if (!hasMoved) continue;
            await SaveAsync();
            store.Reap(NumbersOf(n));
        }
    }

    private PartitionVouch[]? VouchesFor(int n, int partition, Dictionary<(int N, int Member), Vouch> told)
    {
        ushort[] homes = _topology!.PreferenceListOf(partition).HomeReplicas(n).ToArray();
        var vouches = new PartitionVouch[homes.Length];
        for (int rank = 0; rank < homes.Length; rank++)
        {
            int member = homes[rank];
            if (member == _self)
            {
                vouches[rank] = new PartitionVouch(_self, _starts, horizons.StatedVouched, horizons.Of(n, partition), OwnHashOf(n, partition));
                continue;
            }

            if (!told.TryGetValue((n, member), out Vouch? vouch)) return null;
            int index = Array.BinarySearch(SharedWith(member, n), partition);
            vouches[rank] = new PartitionVouch(member, vouch.Starts, vouch.UpTo, vouch.Horizons[index], vouch.Hashes[index]);
        }

        return vouches;
    }

    /// <summary>Null where nothing is vouched for: not hashed yet, not durable yet, or unfit.</summary>
    private ulong? OwnHashOf(int n, int partition)
    {
        bool isUsable = _hashes.TryGetValue(n, out OwnHashes? own)
            && own.UpTo == horizons.StatedVouched
            && own.Above[partition] == horizons.Of(n, partition)
            && own.LoggedUpTo <= store.Synced
            && store.IsFit(partition);
        return isUsable ? own!.Hashes[partition] : null;
    }

    private void NoteProgress()
    {
        if (GoneUpTo == _lastGoneUpTo) return;
        (_lastGoneUpTo, _movedAt) = (GoneUpTo, loop.Now);
    }

    /// <summary>What this node vouches for in the next round, of the partitions that are behind.</summary>
    private async Task HashAsync()
    {
        foreach (int n in Ns)
        {
            HybridTimestamp upTo = horizons.StatedVouched;
            var own = new OwnHashes(upTo, new HybridTimestamp[Partition.Count], new ulong?[Partition.Count]);
            ushort[] numbersOfN = [.. NumbersOf(n)];
            int looks = 0;
            foreach (int partition in HomesOf(n))
            {
                HybridTimestamp above = own.Above[partition] = horizons.Of(n, partition);
                if (above >= upTo || !store.IsFit(partition)) continue;
                ulong hash = 0;
                foreach (ushort number in numbersOfN)
                {
                    hash ^= store.HashDead(number, partition, above, upTo, out int looked);
                    looks += looked;
                }

                own.Hashes[partition] = hash;
                if (looks < SliceLooks) continue;
                looks = 0;
                await Task.Yield();
            }

            own.LoggedUpTo = store.Appended;
            _hashes[n] = own;
        }
    }

    /// <summary>Returns once all that is wanted is durable.</summary>
    private async Task SaveAsync()
    {
        while (!_saving.IsCompleted) await _saving;
        if (!horizons.IsUnsaved) return;
        (Action write, Action state) = horizons.Saving();
        var saved = new TaskCompletionSource();
        _saving = saved.Task;
        worker.Run(() =>
        {
            string? failure = TryWrite(write);
            loop.Post(() =>
            {
                if (failure is null) state();
                else onFatal($"What this node has promised of old writes could not be saved: {failure}");
                if (failure is null) saved.SetResult();
            });
        });
        await saved.Task;
    }

    private static string? TryWrite(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }

    private IEnumerable<ushort> NumbersOf(int n) => numbers.Where((_, keyspace) => keyspaces[keyspace].N == n);

    /// <summary>The partitions that this node is home to. Each status asks for all of them, so they are found once a topology.</summary>
    private int[] HomesOf(int n)
    {
        if (_homes.TryGetValue(n, out int[]? known)) return known;
        int[] homes = [.. Enumerable.Range(0, Partition.Count).Where(partition => _topology!.PreferenceListOf(partition).HomeReplicas(n).Contains((ushort)_self))];
        _homes.Add(n, homes);
        return homes;
    }

    private int[] SharedWith(int member, int n) => trees.SharedWith(_topology!.Members[member].Id, n);

    /// <summary>The tombstones of one N that this node vouches for, hashed a partition.</summary>
    /// <param name="UpTo">What was stated to be vouched for when they were hashed.</param>
    /// <param name="Above">By partition: the horizon there.</param>
    /// <param name="Hashes">By partition; null where it was not hashed.</param>
    private sealed record OwnHashes(HybridTimestamp UpTo, HybridTimestamp[] Above, ulong?[] Hashes)
    {
        /// <summary>What was hashed stands in the log below this position.</summary>
        public long LoggedUpTo { get; set; }
    }
}
