using Quorate.Coordinator;

namespace Quorate.Node.Membership;

/// <summary>What is known of each address that this node calls: the connection, or why there is none.</summary>
internal sealed class PeerBook(IReadOnlyList<string> addresses)
{
    private readonly Dictionary<string, Line> _lines = addresses.ToDictionary(address => address, _ => new Line());

    public IReadOnlyList<string> Addresses => addresses;

    public int Count => addresses.Count;

    public void Up(IPeer peer) => _lines[peer.Address] = new Line { Peer = peer, Id = $"{peer.Hello.Member.Id}", Name = peer.Hello.Member.Name };

    /// <summary>False where a newer connection has already taken its place.</summary>
    public bool Down(IPeer peer, string reason)
    {
        Line line = _lines[peer.Address];
        if (line.Peer != peer) return false;
        line.Peer = null;
        line.Problem = reason;
        return true;
    }

    /// <summary>True where the reason is news.</summary>
    public bool Refused(string address, string reason)
    {
        Line line = _lines[address];
        bool isNews = line.Problem != reason;
        line.Problem = reason;
        return isNews;
    }

    /// <summary>Writes the clock offset of each peer heard lately; returns how many.</summary>
    public int ClockOffsets(Span<long> offsets)
    {
        int heard = 0;
        foreach (string address in addresses)
        {
            if (_lines[address].Peer?.ClockOffset is { } offset) offsets[heard++] = offset;
        }

        return heard;
    }

    public IReadOnlyList<PeerStatus> Status() =>
    [
        .. addresses.Select(address =>
        {
            Line line = _lines[address];
            return new PeerStatus(address, line.Id, line.Name, line.Peer is not null, line.Peer?.ClockOffset, line.Peer is null ? line.Problem : null);
        }),
    ];

    private sealed class Line
    {
        public IPeer? Peer { get; set; }

        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string? Problem { get; set; }
    }
}
