using Quorate.Coordinator;
using Quorate.Core.Membership;

namespace Quorate.Node.Membership;

/// <summary>What is known of each address that this node calls: the connection, or why there is none.</summary>
/// <param name="join">The addresses it was told; all it has until the members are known.</param>
internal sealed class PeerBook(IReadOnlyList<string> join)
{
    private readonly List<Line> _lines = [.. join.Select(address => new Line(address))];

    /// <summary>Who answered at an address to join, which need not be where that member says it is.</summary>
    private readonly Dictionary<string, NodeId> _answered = [];

    public IEnumerable<string> Addresses => _lines.Select(line => line.Address);

    public int Count => _lines.Count;

    /// <summary>
    /// Calls the members where they are now. As long as one of them is not connected, the addresses to join are called too,
    /// except those at which a connected member answers: whoever does can say where the others are.
    /// </summary>
    public void Call(IReadOnlyList<Member> others)
    {
        HashSet<NodeId> connected = [.. _lines.Where(line => line.IsOfMember).Select(line => line.Peer!.Hello.Member.Id)];
        IEnumerable<string> wanted = others.Select(member => member.Endpoints.Peer);
        if (others.Any(member => !connected.Contains(member.Id)))
            wanted = wanted.Union(join.Where(address => !_answered.TryGetValue(address, out NodeId by) || !connected.Contains(by)));

        HashSet<string> addresses = [.. wanted];
        _lines.RemoveAll(line => !addresses.Contains(line.Address));
        foreach (string address in addresses)
        {
            if (Find(address) is null) _lines.Add(new Line(address));
        }

        Dictionary<string, Member> byAddress = [];
        foreach (Member member in others) byAddress[member.Endpoints.Peer] = member;
        foreach (Line line in _lines.Where(line => line.Peer is null)) line.Member = byAddress.GetValueOrDefault(line.Address);
    }

    public void Up(IPeer peer)
    {
        _answered[peer.Address] = peer.Hello.Member.Id;
        if (Find(peer.Address) is not { } line) return;
        line.Peer = peer;
        line.Member = peer.Hello.Member;
        line.Problem = null;
    }

    /// <summary>False where nobody counted on it: a newer connection has taken its place, or the address is called no more.</summary>
    public bool Down(IPeer peer, string reason)
    {
        if (Find(peer.Address) is not { } line || line.Peer != peer) return false;
        bool wasOfMember = line.IsOfMember;
        line.Peer = null;
        line.Problem = reason;
        return wasOfMember;
    }

    /// <summary>True where the reason is news.</summary>
    public bool Refused(string address, string reason)
    {
        if (Find(address) is not { } line) return false;
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
            if (line.Peer?.ClockOffset is { } offset && heard < offsets.Length) offsets[heard++] = offset;
        }

        return heard;
    }

    /// <summary>A line an address; where a member has one of its own, others that lead to it are left out.</summary>
    /// <param name="describe">Adds what else is known of a member.</param>
    public IReadOnlyList<PeerStatus> Status(Func<NodeId, PeerStatus, PeerStatus> describe) =>
        [.. _lines.Where(line => line.Peer is null || line.IsOfMember || Find(line.Peer.Hello.Member.Endpoints.Peer) is null).Select(line => StatusOf(line, describe))];

    private static PeerStatus StatusOf(Line line, Func<NodeId, PeerStatus, PeerStatus> describe)
    {
        var status = new PeerStatus(line.Address, "", "", line.Peer is not null, line.Peer?.ClockOffset, line.Problem, "", null);
        return line.Member is { } member ? describe(member.Id, status with { Id = $"{member.Id}", Name = member.Name }) : status;
    }

    private Line? Find(string address) => _lines.Find(line => line.Address == address);

    private sealed class Line(string address)
    {
        public string Address => address;

        public IPeer? Peer { get; set; }

        /// <summary>Who answers there, or should.</summary>
        public Member? Member { get; set; }

        public string? Problem { get; set; }

        /// <summary>Connected, at the address that the member gives as its own.</summary>
        public bool IsOfMember => Peer is not null && Peer.Hello.Member.Endpoints.Peer == address;
    }
}
