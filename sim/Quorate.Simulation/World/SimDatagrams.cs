using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>Datagrams between simulated hosts, over the same links as streams: late, and what a link loses, doubles or lets be overtaken is.</summary>
public sealed class SimDatagrams(SimNetwork network)
{
    private readonly Dictionary<string, Socket> _bound = [];

    /// <summary>The network as one life of one host sees it.</summary>
    public IDatagramNetwork For(string host, SimLoop loop) => new Host(this, host, loop);

    private void Carry(string from, string to, byte[] datagram)
    {
        Link link = network[from, SimNetwork.HostOf(to)];
        if (link.IsCut || link.Loses()) return;
        Deliver(link, to, datagram);
        if (link.Doubles()) Deliver(link, to, datagram);
    }

    private void Deliver(Link link, string to, byte[] datagram) =>
        network.Scheduler.After(link.NextLatency() + link.NextDelay(), () =>
        {
            if (_bound.TryGetValue(to, out Socket? socket)) socket.Arrive(datagram);
        });

    private sealed class Host(SimDatagrams datagrams, string name, SimLoop loop) : IDatagramNetwork
    {
        public IDatagramLink Bind(string address, DatagramHandler received)
        {
            loop.CheckTurn("IDatagramNetwork.Bind");
            var socket = new Socket(datagrams, address, name, loop, received);
            datagrams._bound[address] = socket; // in the place of an earlier life's
            return socket;
        }
    }

    private sealed class Socket(SimDatagrams datagrams, string address, string host, SimLoop loop, DatagramHandler received) : IDatagramLink
    {
        private bool _isClosed;

        public long SendFailures => 0;

        public void Send(string address, ReadOnlySpan<byte> datagram)
        {
            loop.CheckTurn("IDatagramLink.Send");
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
