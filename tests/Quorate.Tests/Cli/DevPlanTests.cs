using System.Collections.Immutable;
using Quorate.Cli.Dev;
using Xunit;

namespace Quorate.Tests.Cli;

public sealed class DevPlanTests
{
    [Fact]
    public void Three_nodes_have_the_ports_of_the_manual()
    {
        ImmutableArray<DevNode> nodes = DevPlan.Make(3, DevPlan.DefaultPortBase, "data", "fsync");

        Assert.Equal(["n1", "n2", "n3"], nodes.Select(node => node.Name));
        Assert.Equal([6401, 6402, 6403], nodes.Select(node => node.Resp));
        Assert.Equal([6411, 6412, 6413], nodes.Select(node => node.RespCluster));
        Assert.Equal([8401, 8402, 8403], nodes.Select(node => node.Http));
        Assert.Equal([7401, 7402, 7403], nodes.Select(node => node.Peer));
        Assert.Equal(
            ["server", "--name", "n2", "--data", Path.Combine("data", "n2"), "--resp", "6402", "--resp-cluster", "6412", "--http", "8402", "--peer", "7402", "--join", "7401,7402,7403", "--durability", "fsync"],
            nodes[1].Arguments);
    }

    [Fact]
    public void No_two_listeners_share_a_port_up_to_the_highest_base()
    {
        foreach (int portBase in new[] { 1, DevPlan.DefaultPortBase, DevPlan.MaxPortBase })
        {
            int[] ports = [.. DevPlan.Make(DevPlan.MaxNodes, portBase, "data", "fsync").SelectMany(node => node.Ports.Select(port => port.Port))];

            Assert.Equal(4 * DevPlan.MaxNodes, ports.Distinct().Count());
            Assert.All(ports, port => Assert.InRange(port, 1, ushort.MaxValue));
        }
    }
}
