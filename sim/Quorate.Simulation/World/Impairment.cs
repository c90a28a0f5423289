namespace Quorate.Simulation.World;

/// <summary>Something that is wrong with a link for a while.</summary>
public sealed record Impairment
{
    /// <summary>Nothing passes.</summary>
    public bool IsCut { get; init; }

    /// <summary>How many microseconds longer all takes.</summary>
    public int Slowness { get; init; }

    /// <summary>Of single messages, how many in a hundred never arrive.</summary>
    public int LostPercent { get; init; }

    /// <summary>How many in a hundred arrive twice.</summary>
    public int DoubledPercent { get; init; }

    /// <summary>How many in a hundred are overtaken by those after them.</summary>
    public int OvertakenPercent { get; init; }

    public override string ToString() => IsCut
        ? "nothing passes"
        : $"{Slowness / 1000} ms longer, {LostPercent} % lost, {DoubledPercent} % doubled, {OvertakenPercent} % overtaken";
}
