using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>Nothing passes from some hosts to others: one way, both ways, or around one host.</summary>
internal sealed class Cut : Trouble
{
    private readonly SimNetwork _network;
    private readonly IReadOnlyList<(string From, string To)> _ways;

    public Cut(SimNetwork network, IReadOnlyList<(string From, string To)> ways)
        : base("cut " + string.Join(' ', ways.Select(way => $"{way.From}>{way.To}")))
    {
        _network = network;
        _ways = ways;
        foreach ((string from, string to) in ways) network.Cut(from, to);
    }

    public override void End()
    {
        foreach ((string from, string to) in _ways) _network.Heal(from, to);
    }
}
