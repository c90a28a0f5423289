using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
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
/// Compares this node with each other home replica once a second (Dynamo, section 4.7; always on, nobody runs it). Of two nodes the
/// one that is first in the topology asks: one walk mends both. What is unfit here is mended from any of them.
/// </summary>
/// <param name="trees">What both sides compare.</param>
/// <param name="reaper">Equalises horizons before entries are moved, and vouches.</param>
/// <param name="horizons">What of tombstones is gone here.</param>
/// <param name="store">This node's.</param>
/// <param name="keyspaces">The cluster's table.</param>
/// <param name="numbers">The store's number of each keyspace.</param>
/// <param name="coordinator">Moves what differs, by gets and puts to one member.</param>
/// <param name="replica">Takes what was fetched.</param>
/// <param name="control">Pauses, and shares the bytes a second.</param>
/// <param name="isFilling">Whether this node has taken the place of another and is not filled yet.</param>
/// <param name="whole">Called again and again while nothing is unfit.</param>
/// <param name="loop">Ticks once a second.</param>
/// <param name="random">Draws salts.</param>
/// <param name="log">One line an event.</param>
internal sealed class AntiEntropy(
    TreeServer trees,
    Reaper reaper,
    Horizons horizons,
    LogStore store,
    KeyspaceTable keyspaces,
    ushort[] numbers,
    QuorumCoordinator coordinator,
    ReplicaService replica,
    RepairControl control,
    Func<bool> isFilling,
    Action whole,
    ILoop loop,
    Random random,
    Action<string> log)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly List<WalkLink> _links = [];
    private readonly List<PeerWalk> _walks = [];
    private Mending? _mending;
    private int _self;
    private ITimer? _timer;
    private RepairPass? _pass;

    public RepairStatus Status => new(control.PausedSince, control.BytesPerSecond, control.MovedBytes, _pass?.Status);

    /// <summary>What was mended since the start.</summary>
    public MendCounts Mended { get; private set; } = new(0, 0, 0);

    /// <summary>Begins anew under a topology.</summary>
    /// <param name="topology">Compares with all of its members.</param>
    /// <param name="self">This node's index in it.</param>
    /// <param name="start">This node's start number.</param>
    public void Adopt(Topology topology, int self, uint start)
    {
        _timer?.Dispose();
        foreach (WalkLink link in _links) link.Down();
        _links.Clear();
        _walks.Clear();
        trees.Adopt(topology, self);
        _self = self;
        for (int member = 0; member < topology.Members.Length; member++) _links.Add(new WalkLink(member, loop));
        WalkLink[] links = [.. _links];
        reaper.Adopt(topology, self, links, start);
        for (int member = 0; member < topology.Members.Length; member++)
        {
            if (member == self) continue;
            _walks.Add(new PeerWalk(
                links[member], topology.Members[member], topology.Epoch, DescentTo, trees, reaper, horizons, store, numbers, coordinator, replica, control, loop, log));
        }

        _mending = new Mending(trees, reaper, horizons, store, replica, coordinator, topology, links, DescentTo, control, isFilling, Note, loop, log);
        _timer = loop.Time.CreateTimer(_ => Tick(), null, Every, Every);

        Descent DescentTo(WalkLink link, YieldingWindow window) => new(link, topology.Members[self].Id, topology.Epoch, trees, control, window, loop, random);
    }

    /// <summary>Who is paused is no partner either: that is what whoever pauses a busy node wants. What it vouches for it says.</summary>
    public WalkReply Answer(WalkRequest request) => control.IsPaused && request.Step != WalkStep.Vouch ? WalkReply.Refused(Verdict.Overloaded) : trees.Answer(request);

    /// <returns>Why it was not done, and what to do instead; null where it was.</returns>
    public string? Obey(RepairOrder order)
    {
        switch (order.Act)
        {
            case RepairAct.Pause:
                if (!control.IsPaused) log("anti-entropy is paused until it is resumed or this node restarts");
                control.Pause();
                return null;
            case RepairAct.Resume:
                if (control.IsPaused) log("anti-entropy is resumed");
                control.Resume();
                return null;
            case RepairAct.Stop:
                _pass?.Stop();
                return null;
            case RepairAct.AcceptLoss:
                return AcceptLoss();
            default:
                return StartPass(order);
        }
    }

    public void OnUp(int member, IPeer peer)
    {
        LinkTo(member)?.Up(peer);
        reaper.Hear(member, peer.Hello.Start);
    }

    public void OnDown(int member) => LinkTo(member)?.Down();

    /// <summary>The round of a walk's question is the member.</summary>
    public void OnWalked(OperationId operation, WalkReply reply) => LinkTo((int)operation.Round)?.OnWalked(operation, reply);

    /// <summary>Null for this node itself, and for members that ask it while it has not asked them.</summary>
    public RepairCounts? CountsFor(int member) =>
        _walks.Find(walk => walk.Member == member) is { } walk && (IsAsker(walk) || walk.Counts.Rounds > 0) ? walk.Counts : null;

    public void Stop()
    {
        _timer?.Dispose();
        reaper.Stop();
    }

    private void Note(MendCounts more) =>
        Mended = new MendCounts(Mended.Partitions + more.Partitions, Mended.Entries + more.Entries, Mended.Erased + more.Erased);

    private WalkLink? LinkTo(int member) => member < _links.Count ? _links[member] : null;

    private bool IsAsker(PeerWalk walk) => walk.Member > _self;

    private void Tick()
    {
        if (control.IsPaused) return;
        foreach (PeerWalk walk in _walks.Where(IsAsker)) Guard(walk.RunAsync());
        if (store.UnfitPartitions == 0) whole();
        else Guard(_mending!.RunAsync());
    }

    private string? AcceptLoss()
    {
        if (_mending is null || store.UnfitPartitions == 0) return "no partition is unfit on this node: nothing is missing from it";
        if (control.IsPaused) return "anti-entropy is paused on this node: 'quorate repair resume' first";
        log($"{store.UnfitPartitions} unfit partitions are to vote again with what can be had: what only damaged logs held is lost");
        _mending.AcceptsLoss = true;
        return null;
    }

    private string? StartPass(RepairOrder order)
    {
        if (_timer is null) return "the cluster is not formed yet: wait until 'quorate status' says ready";
        if (control.IsPaused) return "anti-entropy is paused on this node: 'quorate repair resume' first";
        if (_pass is { IsRunning: true }) return "a pass is running on this node: wait for it, or end it with 'quorate repair stop'";
        int keyspace = -1;
        if (order.Keyspace is { } name && !keyspaces.TryFind(name, out keyspace))
            return $"there is no keyspace '{name}': give one of {string.Join(", ", keyspaces.All.Select(known => known.Name))}";

        PeerWalk[] walks = [.. _walks.Where(walk => order.WithAll || IsAsker(walk))];
        int partitions = walks.Sum(walk => walk.Partitions);
        _pass = new RepairPass(order.Keyspace, keyspace < 0 ? null : keyspace, order.IsNow, partitions, () => loop.Now);
        log($"an eager pass compares {partitions} partitions with {walks.Length} others");
        Guard(RunAsync(_pass, walks));
        return null;
    }

    private async Task RunAsync(RepairPass pass, PeerWalk[] walks)
    {
        await Task.WhenAll(walks.Select(walk => walk.RunAsync(pass)));
        pass.End();
        RepairPassStatus came = pass.Status;
        log($"the eager pass is {came.State}: {came.Compared} of {came.Partitions} partitions compared, {came.Differing} differed, {came.Fetched} entries fetched, {came.Given} given, {came.Seconds:0.0} s");
        foreach (NotCompared other in came.NotCompared) log($"the eager pass did not compare {other.Partitions} partitions with '{other.Name}': {other.Why}");
    }

    /// <summary>What goes wrong here is a bug, and stops the node as any other on its loop.</summary>
    private static async void Guard(Task round) => await round;
}
