using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>Datagrams between simulated hosts: late as the network's bytes are, and lost where it is cut.</summary>
public sealed class SimDatagrams(SimNetwork network)
{
    private readonly Dictionary<string, Link> _bound = [];

    /// <summary>The network as one life of one host sees it.</summary>
    public IDatagramNetwork For(string host, SimLoop loop) => new Host(this, host, loop);

    private void Carry(string from, string to, byte[] datagram)
    {
        string host = SimNetwork.HostOf(to);
        if (network.IsCut(from, host)) return;
        network.Scheduler.After(network.NextLatency(from, host), () =>
        {
            if (_bound.TryGetValue(to, out Link? link)) link.Arrive(datagram);
        });
    }

    private sealed class Host(SimDatagrams datagrams, string name, SimLoop loop) : IDatagramNetwork
    {
        public IDatagramLink Bind(string address, DatagramHandler received)
        {
            var link = new Link(datagrams, address, name, loop, received);
            datagrams._bound[address] = link; // in the place of an earlier life's
            return link;
        }
    }

    private sealed class Link(SimDatagrams datagrams, string address, string host, SimLoop loop, DatagramHandler received) : IDatagramLink
    {
        private bool _isClosed;

        public long SendFailures => 0;

        public void Send(string address, ReadOnlySpan<byte> datagram)
        {
            if (!_isClosed) datagrams.Carry(host, address, datagram.ToArray());
        }

        public void Arrive(byte[] datagram) => loop.Turn(() =>
        {
            if (_isClosed) return;
            datagrams.Trace(host, datagram);
            received(datagram);
        });

        public void Dispose()
        {
            _isClosed = true;
            if (datagrams._bound.GetValueOrDefault(address) == this) datagrams._bound.Remove(address);
        }
    }

    private void Trace(string host, byte[] datagram) => network.Scheduler.Trace.Add(host, datagram);
}
