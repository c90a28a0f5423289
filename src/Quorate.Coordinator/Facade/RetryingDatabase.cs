using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Facade;

/// <summary>
/// Makes again what is known not to have happened: too few replicas could be reached, or knew another topology than this coordinator. Both
/// pass when a node has renewed its connections. What may have happened is never made again, because somebody may have written since;
/// nor is what was refused for want of room, which is for the caller to slow down.
/// </summary>
/// <param name="database">What it asks.</param>
/// <param name="time">For timeouts and pauses.</param>
public sealed class RetryingDatabase(DatabaseFacade database, TimeProvider time)
{
    /// <summary>The pauses double, so they are 300 ms in all: several attempts to connect, and little where a cluster is down for long.</summary>
    private const int FirstPauseMilliseconds = 20, MostRetries = 4;

    /// <summary>The cluster's.</summary>
    public KeyspaceTable Keyspaces => database.Keyspaces;

    /// <summary>The last attempt's answer, at the latest when the request's timeout is over.</summary>
    /// <param name="request">Its timeout is for all attempts and pauses together.</param>
    /// <param name="cancellationToken">Ends the waiting. What was sent goes on, so a write may still happen.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<DatabaseAnswer> AskAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        int timeout = request.Options.Timeout;
        long began = time.GetTimestamp();
        for (int retry = 0; ; retry++)
        {
            DatabaseAnswer answer = await WaitAsync(database.AskAsync(request), cancellationToken);
            int pause = FirstPauseMilliseconds << retry;
            int left = timeout - (int)time.GetElapsedTime(began).TotalMilliseconds - pause;
            if (answer.Outcome.Kind != OutcomeKind.Unavailable || retry == MostRetries || left <= 0) return answer;

            await Task.Delay(TimeSpan.FromMilliseconds(pause), time, cancellationToken);
            request = request with { Options = request.Options with { TimeoutMilliseconds = left } };
        }
    }

    private static async ValueTask<DatabaseAnswer> WaitAsync(ValueTask<DatabaseAnswer> answer, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? await answer.AsTask().WaitAsync(cancellationToken) : await answer;
}
