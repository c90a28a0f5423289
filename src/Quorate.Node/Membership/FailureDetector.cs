using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Placement;

namespace Quorate.Node.Membership;

/// <summary>Runs <see cref="Swim"/> on the loop's timers and tells what it finds out. Begins once there is a topology.</summary>
internal sealed class FailureDetector(IGossipLink link, ILoop loop, Random random, Action<string> log)
{
    private Swim? _swim;
    private ClusterId? _cluster;
    private ITimer? _timer;
    private MemberState[] _states = [];
    private long[] _since = [];

    /// <summary>A member's index in the topology and what it is now; each change once, in order, on the loop. All begin alive.</summary>
    public event Action<int, MemberState>? StateChanged;

    /// <summary>A member is reached elsewhere now.</summary>
    public event Action<Member>? Moved;

    public GossipStatus Status
    {
        get
        {
            GossipCounts counts = link.Counts;
            return new GossipStatus(
                _swim?.Health.Score ?? 0, counts.Sent, counts.Received, counts.Malformed, counts.Foreign, _swim?.Strangers ?? 0, counts.SendFailures);
        }
    }

    /// <exception cref="IOException">The address of gossip cannot be bound.</exception>
    public void Open() => link.Open(() => _cluster, message => Do(swim => swim.Receive(loop.Now, message)));

    public void Start(Topology topology, Member self, uint start)
    {
        _timer?.Dispose();
        _cluster = topology.ClusterId;
        _swim = new Swim(SwimOptions.Default, self, Incarnation.OfStart(start), topology.Members, loop.Now, random);
        _states = new MemberState[topology.Members.Length];
        Array.Fill(_states, MemberState.Alive);
        _since = new long[topology.Members.Length];
        Array.Fill(_since, loop.WallClock);
        var interval = TimeSpan.FromMilliseconds(Swim.TickMilliseconds);
        _timer = loop.Time.CreateTimer(_ => Do(swim => swim.Tick(loop.Now)), null, interval, interval);
    }

    /// <summary>A connection said who the member is and where: as good as gossip.</summary>
    public void Hear(Member member, uint start) => Do(swim => swim.Hear(member, Incarnation.OfStart(start)));

    /// <summary>What a member is and since when, in Unix ms.</summary>
    public (MemberState State, long Since) this[int index] => (_states[index], _since[index]);

    /// <summary>Says good-bye; from then on it only answers.</summary>
    public void Leave() => Do(swim => swim.Leave());

    public void Stop()
    {
        _timer?.Dispose();
        link.Close();
    }

    private void Do(Action<Swim> step)
    {
        if (_swim is not { } swim) return;
        step(swim);
        foreach (OutgoingMessage message in swim.Outbox) link.Send(_cluster!.Value, message);
        swim.Outbox.Clear();
        if (swim.Changes.Count == 0) return;

        KnownMember[] changes = [.. swim.Changes];
        swim.Changes.Clear();
        foreach (KnownMember change in changes) Tell(change);
    }

    private void Tell(KnownMember change)
    {
        Moved?.Invoke(change.Member);
        if (_states[change.Index] == change.State) return;
        _states[change.Index] = change.State;
        _since[change.Index] = loop.WallClock;
        log($"'{change.Member.Name}' is {change.State.ToString().ToLowerInvariant()}");
        StateChanged?.Invoke(change.Index, change.State);
    }
}
