using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Peers;

/// <summary>
/// The connections to the other nodes: one that is opened to each address, for own requests, and at a node those that others
/// and clients open to it, for theirs. Knows no sockets, so that the simulator runs it on a network of its own. Loop-side.
/// </summary>
/// <param name="network">Where connections come from.</param>
/// <param name="loop">The one that all of it runs on.</param>
/// <param name="listenAddress">Where the others find this node; null for a client.</param>
/// <param name="limits">Of keys and values: they bound a frame.</param>
/// <param name="random">For the jitter between two dials.</param>
/// <param name="maxInFlightBytes">
/// Of unanswered requests to a peer, and of replies that a peer does not read. 64 MiB: some tens of milliseconds of a fast
/// network, and a few of the largest values.
/// </param>
public sealed class PeerNetwork(
    INetwork network, ILoop loop, string? listenAddress, Limits limits, Random random, long maxInFlightBytes = 64 * 1024 * 1024)
    : IPeerNetwork
{
    /// <summary>Between two pings, and between two looks at who has fallen silent.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<AcceptedSession> _accepted = [];
    private PeerSettings? _settings;

    /// <summary>Replaced, never changed: a call that comes from one of them must not disturb whoever walks them.</summary>
    private PeerDialler[] _diallers = [];
    private IDisposable? _listener;
    private ITimer? _ticker;
    private bool _closed;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is open already, or a client's.</exception>
    public void Open(INodeHost host, IReadOnlyList<string> addresses)
    {
        if (_listener is not null) throw new InvalidOperationException("The peer network is open already.");
        if (listenAddress is null) throw new InvalidOperationException("A client listens nowhere.");

        PeerSettings settings = SettingsOf(host);
        _listener = network.Listen(listenAddress, connection => Accept(settings, connection, host));
        Open(settings, addresses);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is open already.</exception>
    public void OpenAsClient(IPeerHost host, IReadOnlyList<string> addresses) =>
        Open(SettingsOf(host), addresses);

    private PeerSettings SettingsOf(IPeerHost host) => new(loop, host, Frame.MaxRequestSize(limits), Frame.MaxSize(limits), maxInFlightBytes);

    private void Open(PeerSettings settings, IReadOnlyList<string> addresses)
    {
        if (_settings is not null) throw new InvalidOperationException("The peer network is open already.");
        _settings = settings;
        _ticker = loop.Time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
        Call(addresses);
    }

    /// <inheritdoc/>
    public void Call(IReadOnlyList<string> addresses)
    {
        if (_closed) return;
        PeerDialler[] before = _diallers;
        HashSet<string> known = [.. before.Select(dialler => dialler.Address)];
        PeerDialler[] added = [.. addresses.Where(known.Add).Select(address => new PeerDialler(_settings!, network, address, random, DialWaiting))];
        _diallers = [.. before.Where(dialler => addresses.Contains(dialler.Address)), .. added];
        foreach (PeerDialler dropped in before.Except(_diallers)) dropped.Close();
        foreach (PeerDialler dialler in added) dialler.Dial();
    }

    /// <inheritdoc/>
    public void Renew()
    {
        EndAccepted("renewed by the other side");
        foreach (PeerDialler dialler in _diallers) dialler.Renew();
    }

    /// <summary>What waits for or in the connections.</summary>
    public IEnumerable<Gauge> Gauges()
    {
        foreach (PeerDialler dialler in _diallers)
        {
            foreach (Gauge gauge in dialler.Gauges()) yield return gauge;
        }

        foreach (AcceptedSession session in _accepted) yield return session.Unsent;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _closed = true;
        _listener?.Dispose();
        _ticker?.Dispose();
        EndAccepted("closed by this node");
        foreach (PeerDialler dialler in _diallers) dialler.Close();
    }

    private AcceptedSession Accept(PeerSettings settings, IConnection connection, INodeHost host)
    {
        var session = new AcceptedSession(settings, connection, host, ended => _accepted.Remove(ended));
        _accepted.Add(session);
        return session;
    }

    private void Tick()
    {
        foreach (AcceptedSession session in _accepted) session.Tick();
        foreach (PeerDialler dialler in _diallers) dialler.Tick();
    }

    /// <summary>
    /// One connection less makes the others dearer: who is back already must not stay away for the rest of a pause that may be 2 s, for
    /// a client least of all, which could reach nobody for so long.
    /// </summary>
    private void DialWaiting()
    {
        if (_closed) return;
        foreach (PeerDialler dialler in _diallers) dialler.Hurry();
    }

    private void EndAccepted(string reason)
    {
        foreach (AcceptedSession session in _accepted) session.End(reason);
    }
}
