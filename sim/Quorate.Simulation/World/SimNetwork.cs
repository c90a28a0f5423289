using System.Runtime.InteropServices;
using Quorate.Coordinator.Environment;

namespace Quorate.Simulation.World;

/// <summary>
/// Byte streams between simulated hosts: in order within a stream, late at random. A cut holds what is under way until it
/// is healed, as TCP does, unless an end gives up first. What can be wrong with a way is its <see cref="Link"/>'s.
/// </summary>
public sealed class SimNetwork(Scheduler scheduler, Random random)
{
    private readonly Dictionary<string, Listener> _listeners = [];
    private readonly Dictionary<(string From, string To), Link> _links = [];
    private readonly List<SimConnection> _connections = [];

    /// <summary>Beside the streams, over the same wires.</summary>
    public SimDatagrams Datagrams => field ??= new SimDatagrams(this);

    internal Scheduler Scheduler => scheduler;

    /// <summary>The network as one life of one host sees it.</summary>
    public INetwork For(string host, SimLoop loop) => new Host(this, host, loop);

    /// <summary>One way from a host to another; the way back is another one.</summary>
    public Link this[string from, string to] => CollectionsMarshal.GetValueRefOrAddDefault(_links, (from, to), out _) ??= new Link(random);

    /// <summary>Nothing passes from one host to another any more; the other way stays as it is.</summary>
    public void Cut(string from, string to) => this[from, to].Add(new Impairment { IsCut = true });

    public void CutBothWays(string one, string other)
    {
        Cut(one, other);
        Cut(other, one);
    }

    /// <summary>Ends what is wrong with a way, or that part of it.</summary>
    public void Repair(string from, string to, Impairment impairment)
    {
        this[from, to].Remove(impairment);
        Resume();
    }

    /// <summary>Ends all cuts.</summary>
    public void Heal()
    {
        foreach (Link link in _links.Values) link.Heal();
        Resume();
    }

    /// <summary>Drops the connections between two hosts, with what was under way; they may connect anew at once.</summary>
    public void Break(string one, string other)
    {
        foreach (SimConnection connection in _connections.ToArray())
        {
            (string here, string there) = (connection.Host, connection.RemoteAddress);
            if ((here, there) == (one, other) || (here, there) == (other, one)) connection.Reset();
        }
    }

    /// <summary>The process of a host is gone: its listeners and connections with it.</summary>
    /// <param name="silently">Its machine with it: the others hear nothing until it is there again.</param>
    public void Crash(SimLoop loop, bool silently)
    {
        foreach (string address in _listeners.Where(pair => pair.Value.Loop == loop).Select(pair => pair.Key).ToArray()) _listeners.Remove(address);
        foreach (SimConnection connection in _connections.Where(connection => connection.Loop == loop).ToArray()) connection.Vanish(silently);
    }

    internal bool IsListening(string host) => _listeners.Keys.Any(address => HostOf(address) == host);

    internal void Forget(SimConnection connection) => _connections.Remove(connection);

    private void Resume()
    {
        foreach (SimConnection connection in _connections.ToArray()) connection.Resume();
    }

    internal static string HostOf(string address) => address[..address.LastIndexOf(':')];

    private void Connect(string from, SimLoop loop, string to, Func<IConnection, ISession> connected, Action<string> failed)
    {
        string host = HostOf(to);
        loop.After(this[from, host].NextLatency(), () =>
        {
            if (this[from, host].IsCut || this[host, from].IsCut) loop.After(1_000_000, () => failed("no answer"));
            else if (!_listeners.TryGetValue(to, out Listener? listener)) failed("connection refused");
            else Join(new SimConnection(this, from, loop, isOutgoing: true), new SimConnection(this, host, listener.Loop, isOutgoing: false), connected, listener.Accept);
        });
    }

    private void Join(SimConnection near, SimConnection far, Func<IConnection, ISession> connected, Func<IConnection, ISession> accept)
    {
        _connections.Add(near);
        _connections.Add(far);
        near.JoinTo(far);
        far.JoinTo(near);
        far.Loop.After(this[near.Host, far.Host].NextLatency(), () => far.Start(accept));
        near.Start(connected);
    }

    private sealed record Listener(SimLoop Loop, Func<IConnection, ISession> Accept);

    private sealed class Host(SimNetwork network, string name, SimLoop loop) : INetwork
    {
        public IDisposable Listen(string address, Func<IConnection, ISession> accept)
        {
            loop.CheckTurn("INetwork.Listen");
            network._listeners.Add(address, new Listener(loop, accept));
            return new Listening(network, address);
        }

        public void Connect(string address, Func<IConnection, ISession> connected, Action<string> failed)
        {
            loop.CheckTurn("INetwork.Connect");
            network.Connect(name, loop, address, connected, failed);
        }
    }

    private sealed class Listening(SimNetwork network, string address) : IDisposable
    {
        public void Dispose() => network._listeners.Remove(address);
    }
}
