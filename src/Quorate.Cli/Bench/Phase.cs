namespace Quorate.Cli.Bench;

/// <summary>A part of a run: begins requests of its workload, and keeps account of how they end.</summary>
/// <param name="verifier">Null where nothing is verified.</param>
internal sealed class Phase(IWorkload workload, Tally tally, Verifier? verifier)
{
    private bool _stopped;

    public IWorkload Workload => workload;

    public Tally Tally => tally;

    /// <summary>No further request begins; some may still be in flight.</summary>
    public bool IsOver => _stopped || workload.IsDone;

    public int InFlight { get; private set; }

    /// <summary>Once; later calls change nothing.</summary>
    public void Stop(long now)
    {
        if (_stopped) return;
        _stopped = true;
        tally.Close(now, workload.Pace?.Behind(now) ?? 0);
    }

    public bool TryBegin(long now, out BenchRequest request)
    {
        request = default;
        if (IsOver || !workload.TryNext(now, out bool isPut, out int key, out long due)) return false;
        long begun = verifier is null ? 0 : isPut ? verifier.BeginPut(key) : verifier.BeginGet();
        request = new BenchRequest(isPut, key, due, now, begun);
        InFlight++;
        return true;
    }

    public void Succeed(in BenchRequest request, ReplyKind reply, ReadOnlySpan<byte> value, long now)
    {
        tally.Succeed(request, now);
        if (reply == ReplyKind.Missing) tally.Missing++;
        if (verifier is not null)
        {
            if (request.IsPut) verifier.Acknowledge(request.Key, request.Begun);
            else if (reply == ReplyKind.Missing) verifier.Missing(request.Key, request.Begun);
            else verifier.Value(request.Key, request.Begun, value);
        }

        End(request, succeeded: true);
    }

    /// <param name="error">The node's, or one of <see cref="ErrorCounts"/>.</param>
    public void Fail(in BenchRequest request, ReadOnlySpan<byte> error)
    {
        string kind = tally.Errors.Add(error);
        if (verifier is not null)
        {
            if (!request.IsPut) verifier.Fail(request.Begun);
            else if (ErrorCounts.IsRefusal(kind)) verifier.Refuse(request.Key, request.Begun);
            else verifier.Lose(request.Key, request.Begun);
        }

        End(request, succeeded: false);
    }

    private void End(in BenchRequest request, bool succeeded)
    {
        InFlight--;
        workload.Ended(request.Key, succeeded);
    }
}
