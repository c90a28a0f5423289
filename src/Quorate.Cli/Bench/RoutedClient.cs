using System.Text;
using Quorate.Transport.Loop;

namespace Quorate.Cli.Bench;

/// <summary>One caller of the .NET client, with several requests in flight as a pipeline has. Each costs what an application pays for it.</summary>
/// <param name="index">Tells it apart as a writer.</param>
/// <param name="isIdle">Called when nothing is in flight here any more.</param>
internal sealed class RoutedClient(EventLoop loop, QuorateKeyspace keys, int index, int pipeline, RequestWriter writer, Action isIdle) : IBenchClient
{
    private Phase? _phase;
    private int _count;

    public void Start(Phase phase)
    {
        if (_count > 0) throw new InvalidOperationException("A phase begins before the one before has ended.");
        _phase = phase;
        Fill();
    }

    public bool TrySend(long now)
    {
        if (_count == pipeline || _phase is null || !_phase.TryBegin(now, out BenchRequest request)) return false;
        _count++;
        Ask(request, _phase);
        return true;
    }

    /// <summary>The client ends its requests itself, at their timeout.</summary>
    public void GiveUp(long now, TimeSpan patience)
    {
    }

    /// <summary>Comes back on the loop, whose context it was begun in.</summary>
    private async void Ask(BenchRequest request, Phase phase)
    {
        try
        {
            if (request.IsPut)
            {
                await keys.PutAsync(writer.KeyOf(request.Key), writer.ValueOf(request.Key, index, request.Begun));
                phase.Succeed(request, ReplyKind.Ok, default, loop.Time.GetTimestamp());
            }
            else
            {
                GetResult got = await keys.GetAsync(writer.KeyOf(request.Key));
                phase.Succeed(request, got.Found ? ReplyKind.Value : ReplyKind.Missing, got.Value.Span, loop.Time.GetTimestamp());
            }
        }
        catch (QuorateException failure)
        {
            phase.Fail(request, Encoding.UTF8.GetBytes($"{NameOf(failure)} {failure.Message}"));
        }

        _count--;
        Fill();
        if (_count == 0) isIdle();
    }

    private void Fill()
    {
        while (TrySend(loop.Time.GetTimestamp()))
        {
        }
    }

    /// <summary>The word that Redis clients are told.</summary>
    private static string NameOf(QuorateException failure) => failure switch
    {
        OutcomeUnknownException or ReadTimedOutException => "TIMEOUT",
        OverloadedException => "OVERLOADED",
        ClockDriftException => "CLOCKDRIFT",
        NotWrittenException => "UNAVAILABLE",
        _ => "ERR",
    };
}
