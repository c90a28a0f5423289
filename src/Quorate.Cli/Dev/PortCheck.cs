using System.Net;
using System.Net.Sockets;

namespace Quorate.Cli.Dev;

/// <summary>Names a busy port before anything starts: a child's failure to bind would come late and from afar.</summary>
internal static class PortCheck
{
    /// <exception cref="DevException">A port is busy.</exception>
    public static void Check(IEnumerable<DevNode> nodes)
    {
        foreach (DevNode node in nodes)
        {
            foreach ((int port, string purpose) in node.Ports)
            {
                if (IsBusy(port) || (port == node.Peer && IsBusyForDatagrams(port)))
                    throw new DevException($"port {port} ({purpose} of {node.Name}) is busy: stop what listens there, or move all ports with --port-base, for example --port-base {Elsewhere(node)}");
            }
        }
    }

    private static bool IsBusy(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Failure detection speaks UDP on the number of the peer port.</summary>
    private static bool IsBusyForDatagrams(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static int Elsewhere(DevNode node) => node.Resp < 16_000 ? 16_400 : 6_400;
}
