using System.Net;
using System.Net.Sockets;
using Quorate.Core.Membership;
using Quorate.Core.Placement;
using Quorate.Tests.Transport.Loop;
using Quorate.Transport.Gossip;
using Quorate.Transport.Loop;
using Xunit;

namespace Quorate.Tests.Transport.Gossip;

/// <summary>Two links on real sockets, with each driver.</summary>
public sealed class GossipLinkTests
{
    private static readonly ClusterId Cluster = new(7);

    public static TheoryData<string> Drivers => ["epoll", "select"];

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task What_one_sends_the_other_receives(string driver)
    {
        using var loop = new RunningLoop(driver);
        (string a, string b) = (FreeAddress(), FreeAddress());
        var received = new List<SwimMessage>();
        GossipLink near = await OpenAsync(loop, a, Cluster, _ => { }), far = await OpenAsync(loop, b, Cluster, received.Add);

        await loop.On(() =>
        {
            for (uint sequence = 1; sequence <= 100; sequence++) near.Send(Cluster, To(b, sequence));
        });

        await loop.Until(() => received.Count == 100);
        Assert.Equal(100, await loop.On(() => received.Select(message => message.Sequence).Distinct().Count()));
        Assert.Equal((100, 100), await loop.On(() => (near.Counts.Sent, far.Counts.Received)));
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Rubbish_and_another_cluster_are_counted_and_nothing_else_happens(string driver)
    {
        using var loop = new RunningLoop(driver);
        (string a, string b) = (FreeAddress(), FreeAddress());
        var received = new List<SwimMessage>();
        GossipLink stranger = await OpenAsync(loop, a, new ClusterId(8), _ => { }), link = await OpenAsync(loop, b, Cluster, received.Add);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        socket.SendTo([], IPEndPoint.Parse(b));
        socket.SendTo(new byte[5_000], IPEndPoint.Parse(b));
        socket.SendTo("hello"u8, IPEndPoint.Parse(b));
        await loop.On(() => stranger.Send(new ClusterId(8), To(b, 1)));

        await loop.Until(() => link.Counts is { Malformed: 3, Foreign: 1 });
        await loop.On(() => stranger.Send(Cluster, To(b, 2)));
        await loop.Until(() => received.Count == 1);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task An_address_that_is_of_no_use_costs_a_count_and_no_more(string driver)
    {
        using var loop = new RunningLoop(driver);
        (string a, string b) = (FreeAddress(), FreeAddress());
        var received = new List<SwimMessage>();
        GossipLink near = await OpenAsync(loop, a, Cluster, _ => { });
        await OpenAsync(loop, b, Cluster, received.Add);

        await loop.On(() =>
        {
            foreach (string useless in new[] { "", "nowhere", "[::1]:9", "127.0.0.1:1" }) near.Send(Cluster, To(useless, 1));
        });
        await loop.On(() => near.Send(Cluster, To(b, 2)));

        await loop.Until(() => received.Count == 1);
        Assert.InRange(await loop.On(() => near.Counts.SendFailures), 2, 4);
    }

    [Fact]
    public async Task A_name_is_looked_up_and_what_is_sent_afterwards_arrives()
    {
        using var loop = new RunningLoop();
        (string a, string b) = (FreeAddress(), FreeAddress());
        var received = new List<SwimMessage>();
        GossipLink near = await OpenAsync(loop, a, Cluster, _ => { });
        await OpenAsync(loop, b, Cluster, received.Add);
        string byName = b.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        await loop.Until(() =>
        {
            near.Send(Cluster, To(byName, 1));
            return received.Count > 0;
        });
    }

    [Fact]
    public async Task A_busy_address_is_named()
    {
        using var loop = new RunningLoop();
        string a = FreeAddress();
        await OpenAsync(loop, a, Cluster, _ => { });
        IOException refused = await Assert.ThrowsAsync<IOException>(() => OpenAsync(loop, a, Cluster, _ => { }));
        Assert.Contains(a, refused.Message);
    }

    private static async Task<GossipLink> OpenAsync(RunningLoop loop, string address, ClusterId cluster, Action<SwimMessage> received)
    {
        var link = new GossipLink(loop.Loop.Network, address);
        await loop.On(() => link.Open(() => cluster, received));
        return link;
    }

    private static OutgoingMessage To(string address, uint sequence)
    {
        var member = new Member(new NodeId(1), "a", "", 1, new Endpoints(address, "", "", ""));
        var sender = new MemberUpdate(member, Incarnation.OfStart(1), MemberState.Alive, member.Id);
        return new OutgoingMessage(member, new SwimMessage(SwimMessageKind.Ping, sender, member.Id, sequence, default, []));
    }

    private static string FreeAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket.LocalEndPoint!.ToString()!;
    }
}
