using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Node.Repair;

/// <summary>Asks one member for steps of a walk and awaits the answers, each within a bound.</summary>
internal sealed class WalkLink(int member, ILoop loop)
{
    /// <summary>A walk has time: a peer that is busy answers later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>No rank and phase of the coordinator's, which numbers its questions by itself.</summary>
    private const ushort Rank = 0xFFF;
    private const byte Phase = 0xF;

    private readonly Dictionary<ulong, TaskCompletionSource<WalkReply>> _waiting = [];
    private IPeer? _peer;
    private uint _asked;

    public int Member => member;

    public bool IsUp => _peer is { IsReachable: true };

    public int Waiting => _waiting.Count;

    public void Up(IPeer peer)
    {
        Down();
        _peer = peer;
    }

    public void Down()
    {
        _peer = null;
        foreach (TaskCompletionSource<WalkReply> waiting in _waiting.Values.ToArray()) waiting.TrySetResult(WalkReply.Refused(Verdict.Lost));
        _waiting.Clear();
    }

    /// <returns>The answer, or a refusal of this side's: nobody is connected, or nobody answered.</returns>
    public async Task<WalkReply> AskAsync(WalkRequest request)
    {
        var operation = new OperationId(++_asked % OperationId.MaxSlots, (uint)member, Rank, Phase);
        if (_peer is not { } peer || !peer.Walk(request, operation)) return WalkReply.Refused(Verdict.NotConnected);
        var answer = new TaskCompletionSource<WalkReply>();
        _waiting[operation.Packed] = answer;
        using ITimer timer = loop.Time.CreateTimer(_ => answer.TrySetResult(WalkReply.Refused(Verdict.Pending)), null, Patience, Timeout.InfiniteTimeSpan);
        try
        {
            return await answer.Task;
        }
        finally
        {
            _waiting.Remove(operation.Packed);
        }
    }

    public void OnWalked(OperationId operation, WalkReply reply)
    {
        if (_waiting.TryGetValue(operation.Packed, out TaskCompletionSource<WalkReply>? answer)) answer.TrySetResult(reply);
    }
}
