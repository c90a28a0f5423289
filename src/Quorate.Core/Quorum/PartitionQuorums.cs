using Quorate.Core.Placement;

namespace Quorate.Core.Quorum;

/// <summary>
/// Counts answers that members give for all of a keyspace, until each partition has them from enough of its home replicas.
/// Knows no time and no socket.
/// </summary>
public sealed class PartitionQuorums
{
    private readonly Verdict[] _verdicts = new Verdict[Topology.MaxMembers];
    private readonly PartitionSet[] _partitions = new PartitionSet[Topology.MaxMembers];
    private readonly int[] _confirmed = new int[Partition.Count];
    private readonly int[] _possible = new int[Partition.Count];
    private Topology _topology = null!;
    private int _replicas;
    private int _needed;
    private int _reached;
    private int _waiting;
    private int _outOfReach;

    /// <summary>Every partition has enough.</summary>
    public bool IsReached => _reached == Partition.Count;

    /// <summary>Some partition cannot have enough any more.</summary>
    public bool IsOutOfReach => _outOfReach >= 0;

    /// <summary>Members have not answered.</summary>
    public bool IsWaiting => _waiting > 0;

    /// <summary>Some member did what it was asked, or may have.</summary>
    public bool MayBeStored { get; private set; }

    /// <summary>The partition that a failure is about: one that cannot have enough, else the first that has not.</summary>
    public int Short => IsOutOfReach ? _outOfReach : Math.Max(0, Array.FindIndex(_confirmed, confirmed => confirmed < _needed));

    /// <summary>All members are asked.</summary>
    /// <param name="topology">Whose members are asked, and whose partitions are counted.</param>
    /// <param name="replicas">Home replicas of a partition.</param>
    /// <param name="needed">How many of them must answer.</param>
    public void Begin(Topology topology, int replicas, int needed)
    {
        (_topology, _replicas, _needed) = (topology, replicas, needed);
        _waiting = topology.Members.Length;
        Array.Fill(_verdicts, Verdict.Pending, 0, _waiting);
        Array.Clear(_confirmed);
        Array.Fill(_possible, replicas);
        _reached = 0;
        _outOfReach = -1;
        MayBeStored = false;
    }

    /// <summary>A member's answer, refusal or loss; false where it has answered.</summary>
    /// <param name="member">Its index in the topology.</param>
    /// <param name="verdict"><see cref="Verdict.Answered"/> and <see cref="Verdict.Stored"/> confirm; nothing else does.</param>
    /// <param name="partitions">Those that it confirms, of those it is home to.</param>
    public bool Record(int member, Verdict verdict, in PartitionSet partitions = default)
    {
        if ((uint)member >= (uint)_topology.Members.Length || _verdicts[member] != Verdict.Pending) return false;
        _verdicts[member] = verdict;
        bool isConfirmed = verdict is Verdict.Answered or Verdict.Stored;
        _partitions[member] = isConfirmed ? partitions : default;
        MayBeStored |= !verdict.IsRefusal();
        _waiting--;
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            int rank = _topology.PreferenceListOf(partition).RankOf(member);
            if (rank >= _replicas) continue;
            if (_partitions[member].Contains(partition)) Confirm(partition);
            else if (--_possible[partition] < _needed && _outOfReach < 0) _outOfReach = partition;
        }

        return true;
    }

    /// <summary>How it ended, as the home replicas of one partition saw it.</summary>
    /// <param name="partition">As a rule <see cref="Short"/>.</param>
    /// <param name="kind">What it came to.</param>
    public Outcome OutcomeAt(int partition, OutcomeKind kind)
    {
        Verdicts verdicts = VerdictsAt(partition);
        return new Outcome(kind, _needed, _replicas, _confirmed[partition], verdicts);
    }

    /// <summary>One word for the refusals of a partition's home replicas.</summary>
    public OutcomeKind KindOfRefusals(int partition) => Refusals.Summarize(VerdictsAt(partition), _replicas);

    private void Confirm(int partition)
    {
        if (++_confirmed[partition] == _needed) _reached++;
    }

    private Verdicts VerdictsAt(int partition)
    {
        Verdicts verdicts = default;
        PreferenceList list = _topology.PreferenceListOf(partition);
        for (int rank = 0; rank < _replicas; rank++)
        {
            int member = list[rank];
            Verdict verdict = _verdicts[member];
            // One that answered, but not for this partition, is not fit for it.
            bool isUnfit = verdict is Verdict.Answered or Verdict.Stored && !_partitions[member].Contains(partition);
            verdicts[rank] = isUnfit ? Verdict.Unfit : verdict;
        }

        return verdicts;
    }
}
