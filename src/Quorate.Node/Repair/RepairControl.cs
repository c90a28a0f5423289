using Quorate.Coordinator.Environment;
using Quorate.Core.Repair;

namespace Quorate.Node.Repair;

/// <summary>What all walks of a node share: whether they may go on, and how many bytes a second they move together.</summary>
internal sealed class RepairControl(long bytesPerSecond, ILoop loop)
{
    private readonly ByteBudget _budget = new(bytesPerSecond);

    /// <summary>Unix ms; null where it runs. Not kept on disk: a restart resumes, so that a pause that was forgotten ends.</summary>
    public long? PausedSince { get; private set; }

    public bool IsPaused => PausedSince is not null;

    public long BytesPerSecond => _budget.BytesPerSecond;

    public long MovedBytes { get; private set; }

    public void Pause() => PausedSince ??= loop.WallClock;

    public void Resume() => PausedSince = null;

    /// <summary>So much was moved, or is about to be.</summary>
    public void Spend(long bytes)
    {
        MovedBytes += bytes;
        _budget.Spend(bytes, loop.Now);
    }

    /// <summary>Until what was spent is paid for.</summary>
    public async ValueTask WaitAsync()
    {
        while (_budget.Wait(loop.Now) is > 0 and int milliseconds) await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), loop.Time);
    }
}
