using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>Some ways between hosts are cut, slow, or lose, double and reorder what is sent on them.</summary>
internal sealed class BadLinks : Trouble
{
    private readonly SimNetwork _network;
    private readonly IReadOnlyList<(string From, string To)> _ways;
    private readonly Impairment _impairment;

    /// <param name="what">It is called.</param>
    public BadLinks(SimNetwork network, string what, IReadOnlyList<(string From, string To)> ways, Impairment impairment)
        : base($"{what} {string.Join(' ', ways.Select(way => $"{way.From}>{way.To}"))}: {impairment}")
    {
        (_network, _ways, _impairment) = (network, ways, impairment);
        foreach ((string from, string to) in ways) network[from, to].Add(impairment);
    }

    public override void End()
    {
        foreach ((string from, string to) in _ways) _network.Repair(from, to, _impairment);
    }
}
