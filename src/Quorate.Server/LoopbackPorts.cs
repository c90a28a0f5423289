using System.Net;
using System.Net.Sockets;

namespace Quorate.Server;

/// <summary>Ports of 127.0.0.1 that nobody uses just now, in TCP and UDP.</summary>
internal static class LoopbackPorts
{
    private const int MostAttempts = 1_000;

    /// <exception cref="IOException">There are not so many.</exception>
    public static int[] Take(int count)
    {
        var taken = new List<Socket>();
        var ports = new List<int>();
        try
        {
            for (int attempt = 0; ports.Count < count; attempt++)
            {
                if (attempt == MostAttempts) throw new IOException($"127.0.0.1 has no {count} free ports.");
                if (TryTake(taken) is { } port) ports.Add(port);
            }

            return [.. ports];
        }
        finally
        {
            // All are held until the last is found, so that none is found twice.
            foreach (Socket socket in taken) socket.Dispose();
        }
    }

    private static int? TryTake(List<Socket> taken)
    {
        var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.AddRange([stream, datagram]);
        try
        {
            stream.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            int port = ((IPEndPoint)stream.LocalEndPoint!).Port;
            datagram.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
