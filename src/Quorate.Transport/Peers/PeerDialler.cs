using Quorate.Coordinator;
using Quorate.Coordinator.Environment;

namespace Quorate.Transport.Peers;

/// <summary>Keeps one connection to an address: dials, and dials again after a while when it fails or ends.</summary>
/// <param name="settings">Of its sessions.</param>
/// <param name="network">Where connections come from.</param>
/// <param name="address">Whom to dial.</param>
/// <param name="random">For the jitter between two dials.</param>
/// <param name="lost">Called when a connection has ended that was up.</param>
internal sealed class PeerDialler(PeerSettings settings, INetwork network, string address, Random random, Action lost)
{
    private readonly Backoff _backoff = new(random);
    private DialledSession? _session;
    private ITimer? _wait;
    private bool _dialAtOnce;
    private bool _closed;

    public string Address => address;

    public void Dial()
    {
        StopWaiting();
        if (!_closed) network.Connect(address, Connected, Failed);
    }

    public IEnumerable<Gauge> Gauges() => _session is null ? [] : [_session.Unsent, _session.Unanswered];

    public void Tick() => _session?.Tick();

    /// <summary>The session is over.</summary>
    public void Ended(bool wasUp)
    {
        _session = null;
        if (wasUp)
        {
            _backoff.Reset();
            lost();
        }

        DialLater();
    }

    /// <summary>Dials now where it is waiting to.</summary>
    public void Hurry()
    {
        if (_wait is not null) Dial();
    }

    /// <summary>Ends the connection, if there is one, and dials without waiting.</summary>
    public void Renew()
    {
        _backoff.Reset();
        if (_session is not null)
        {
            _dialAtOnce = true;
            _session.End("renewed by this node");
        }
        else
        {
            Hurry();
        }
    }

    public void Close()
    {
        _closed = true;
        StopWaiting();
        _session?.End("closed by this node");
    }

    private DialledSession Connected(IConnection connection)
    {
        _session = new DialledSession(settings, connection, this);
        if (_closed) _session.End("closed by this node");
        return _session;
    }

    private void Failed(string reason)
    {
        settings.Host.OnRefused(address, reason);
        DialLater();
    }

    private void DialLater()
    {
        if (_closed) return;
        TimeSpan delay = _dialAtOnce ? TimeSpan.Zero : _backoff.Next();
        _dialAtOnce = false;
        _wait = settings.Loop.Time.CreateTimer(static dialler => ((PeerDialler)dialler!).Dial(), this, delay, Timeout.InfiniteTimeSpan);
    }

    private void StopWaiting()
    {
        _wait?.Dispose();
        _wait = null;
    }
}
