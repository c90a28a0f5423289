using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Placement;

namespace Quorate.Server.Facade;

/// <summary><see cref="INodeAdmin"/> for everyone who is not on the loop.</summary>
/// <param name="loop">The node's: each question is asked in one of its turns.</param>
/// <param name="admin">The node itself.</param>
/// <param name="time">Not the loop's: it must tell when the loop does not come round.</param>
public sealed class AdminFacade(ILoop loop, INodeAdmin admin, TimeProvider time)
{
    /// <summary>A turn takes micro- to milliseconds: a loop that does not come round in this time is stuck or gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile string? _notReady = "the node is starting";

    /// <summary>Whether it takes clients' requests.</summary>
    public bool IsReady => _notReady is null && admin.IsReady;

    /// <exception cref="TimeoutException">The loop does not answer.</exception>
    public Task<NodeStatus> StatusAsync() => AskAsync(node => node.Status());

    /// <summary>Null until the first epoch is made.</summary>
    /// <exception cref="TimeoutException">The loop does not answer.</exception>
    public Task<Topology?> TopologyAsync() => AskAsync(node => node.Topology);

    /// <summary>Null when the node serves: its listeners are open and it has caught up on the members. Else what it waits for.</summary>
    public async Task<string?> WhyNotReadyAsync()
    {
        if (_notReady is { } reason) return reason;
        NodeStatus status = await StatusAsync();
        if (status.State == "ready") return null;
        IEnumerable<string> waitingFor = status.Peers.Where(peer => !peer.Connected)
            .Select(peer => peer.Problem is null ? peer.Address : $"{peer.Address} ({peer.Problem})");
        string why = status.State == "forming" ? "the cluster is not formed: not every node was heard yet" : "the node has not caught up on the others yet";
        return $"{why}; waiting for {string.Join(", ", waitingFor)}";
    }

    /// <param name="why">Why the listeners are not open, or null once they are.</param>
    internal void SetNotReady(string? why) => _notReady = why;

    private Task<T> AskAsync<T>(Func<INodeAdmin, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            try
            {
                answer.SetResult(question(admin));
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        return answer.Task.WaitAsync(Patience, time);
    }
}
