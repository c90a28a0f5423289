using System.Collections.Immutable;
using Quorate.Core.Membership;

namespace Quorate.Core.Placement;

/// <summary>Placeholder until the placement branch lands.</summary>
public sealed class Topology(uint epoch, ImmutableArray<Member> members)
{
    public uint Epoch => epoch;

    public ImmutableArray<Member> Members => members;

    public ReadOnlySpan<ushort> PreferenceListOf(int partition) => new ushort[] { (ushort)(partition % members.Length) };
}
