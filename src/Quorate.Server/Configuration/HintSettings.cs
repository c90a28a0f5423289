using Quorate.Node.Handoff;

namespace Quorate.Server.Configuration;

/// <summary><see cref="HintOptions"/> that were understood.</summary>
/// <param name="Bytes">Where it is a size.</param>
/// <param name="Percent">Of the disk, where it is a share.</param>
/// <param name="Age">How long they are kept at most.</param>
public readonly record struct HintSettings(long Bytes, int Percent, TimeSpan Age)
{
    /// <summary>In bytes and milliseconds, for a disk of so many bytes.</summary>
    public HintLimits LimitsOn(long diskBytes) => new(Percent > 0 ? diskBytes / 100 * Percent : Bytes, (long)Age.TotalMilliseconds);
}
