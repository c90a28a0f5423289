namespace Quorate.Core.Membership;

/// <summary>One probe on its way: a ping, then the help of others, then a verdict at the end of its period.</summary>
/// <param name="target">Who is probed.</param>
/// <param name="sequence">Of the ping, and of the acks and nacks that answer it.</param>
/// <param name="askOthersAt">When the direct ping has been silent for too long, in ms.</param>
internal sealed class Probe(KnownMember target, uint sequence, long askOthersAt)
{
    private readonly List<NodeId> _silent = [];
    private int _helpers;

    public KnownMember Target => target;

    public uint Sequence => sequence;

    public long AskOthersAt => askOthersAt;

    /// <summary>What was held when it began: silence says nothing of a later incarnation.</summary>
    public Incarnation Incarnation { get; } = target.Incarnation;

    public bool IsAcked { get; set; }

    public bool HasAskedOthers { get; private set; }

    public void AskOthers(IReadOnlyList<KnownMember> helpers)
    {
        HasAskedOthers = true;
        _helpers = helpers.Count;
        foreach (KnownMember helper in helpers) _silent.Add(helper.Member.Id);
    }

    public void Nack(NodeId helper) => _silent.Remove(helper);

    /// <summary>
    /// How much an unanswered probe says against this node: nothing where every helper answered that it hears nothing
    /// either, one for each that kept silent, and one where nobody could help.
    /// </summary>
    public int DoubtInSelf => _helpers == 0 ? 1 : _silent.Count;
}
