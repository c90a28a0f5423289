using Quorate.Simulation.World;

namespace Quorate.Simulation.Troubles;

/// <summary>All to and from a host takes longer.</summary>
internal sealed class SlowHost : Trouble
{
    private readonly SimNetwork _network;
    private readonly string _host;

    public SlowHost(SimNetwork network, string host, int milliseconds)
        : base($"{host} is {milliseconds} ms slower")
    {
        _network = network;
        _host = host;
        network.Slow(host, milliseconds * 1000);
    }

    public override void End() => _network.Slow(_host, 0);
}
