using Quorate.Coordinator;

namespace Quorate.Node.Membership;

/// <summary>What is known of each address that this node calls: the connection, or why there is none.</summary>
internal sealed class PeerBook(IReadOnlyList<string> addresses)
{
    private readonly Line[] _lines = [.. addresses.Select(address => new Line(address))];

    public IReadOnlyList<string> Addresses => addresses;

    public int Count => _lines.Length;

    public void Up(IPeer peer)
    {
        Line line = LineOf(peer.Address);
        line.Peer = peer;
        line.Id = $"{peer.Hello.Member.Id}";
        line.Name = peer.Hello.Member.Name;
        line.Problem = null;
    }

    /// <summary>False where a newer connection has already taken its place.</summary>
    public bool Down(IPeer peer, string reason)
    {
        Line line = LineOf(peer.Address);
        if (line.Peer != peer) return false;
        line.Peer = null;
        line.Problem = reason;
        return true;
    }

    /// <summary>True where the reason is news.</summary>
    public bool Refused(string address, string reason)
    {
        Line line = LineOf(address);
        bool isNews = line.Problem != reason;
        line.Problem = reason;
        return isNews;
    }

    /// <summary>Writes the clock offset of each peer heard lately; returns how many. Asked for each write, so it looks nothing up.</summary>
    public int ClockOffsets(Span<long> offsets)
    {
        int heard = 0;
        foreach (Line line in _lines)
        {
            if (line.Peer?.ClockOffset is { } offset) offsets[heard++] = offset;
        }

        return heard;
    }

    public IReadOnlyList<PeerStatus> Status() =>
    [
        .. _lines.Select(line =>
            new PeerStatus(line.Address, line.Id, line.Name, line.Peer is not null, line.Peer?.ClockOffset, line.Problem)),
    ];

    private Line LineOf(string address) => Array.Find(_lines, line => line.Address == address)
        ?? throw new InvalidOperationException($"{address} is not an address this node calls.");

    private sealed class Line(string address)
    {
        public string Address => address;

        public IPeer? Peer { get; set; }

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public string? Problem { get; set; }
    }
}
