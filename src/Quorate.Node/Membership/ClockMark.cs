using System.Buffers.Binary;
using Quorate.Coordinator.Environment;
using Quorate.Core.Versions;
using Quorate.Node.Storage;

namespace Quorate.Node.Membership;

/// <summary>Keeps the hybrid clock's high-water mark on disk ahead of what it mints.</summary>
internal sealed class ClockMark(DurableCell cell, ILoop loop, IWorker worker, Action<string> onFatal)
{
    /// <summary>Half of the shortest time in which the mark can run out, so that writes under load never wait for it.</summary>
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(50);

    private ITimer? _timer;
    private HybridClock? _clock;
    private Action? _onRaised;
    private bool _isSaving;

    /// <summary>The mark of the last start, or one above it; 0 on an empty disk.</summary>
    /// <exception cref="NodeStartException">The clock went back by more than the limit since then.</exception>
    public long Load()
    {
        long mark = cell.Read() is { } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;
        long behind = mark - loop.WallClock;
        if (behind > HybridClock.DefaultDriftLimit)
        {
            throw new NodeStartException(
                $"This machine's clock is {behind} ms behind the time this node has already used: correct the clock, then start again.");
        }

        // Where the last write was torn, what is read may be one write old, and a mark is never raised by more than the limit.
        return cell.MayBeStale ? mark + HybridClock.DefaultDriftLimit : mark;
    }

    /// <summary>Looks every 50 ms whether the mark must go up, from now on.</summary>
    /// <param name="clock">Asked for the mark that it wants, and told once that is durable.</param>
    /// <param name="onRaised">Called on the loop whenever the clock may mint further.</param>
    public void Keep(HybridClock clock, Action onRaised)
    {
        (_clock, _onRaised) = (clock, onRaised);
        _timer = loop.Time.CreateTimer(_ => SaveIfNeeded(), null, TimeSpan.Zero, CheckEvery);
    }

    public void Stop() => _timer?.Dispose();

    /// <summary>At once when a write waits for it: after a quiet time the timer alone would let it wait for a tick.</summary>
    public void SaveIfNeeded()
    {
        if (_isSaving || _clock?.MarkToSave(loop.WallClock) is not { } mark) return;

        _isSaving = true;
        worker.Run(() =>
        {
            string? failure = TryWrite(mark);
            loop.Post(() => OnSaved(mark, failure));
        });
    }

    private void OnSaved(long mark, string? failure)
    {
        _isSaving = false;
        if (failure is not null)
        {
            onFatal($"The clock's high-water mark could not be saved: {failure}");
            return;
        }

        _clock!.RaiseMark(mark);
        _onRaised!();
    }

    private string? TryWrite(long mark)
    {
        try
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, mark);
            cell.Write(bytes);
            return null;
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }
}
