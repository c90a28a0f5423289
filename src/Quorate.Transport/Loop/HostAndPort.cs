using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Quorate.Transport.Loop;

/// <summary>An address as people write it: <c>host:port</c>, a name, an IPv4 address or an IPv6 address in brackets.</summary>
/// <param name="Host">A name or a number; IPv6 without its brackets.</param>
/// <param name="Port">0 to 65,535; 0 lets the system choose one to listen on.</param>
public readonly record struct HostAndPort(string Host, int Port)
{
    /// <summary>The longest name there is, with a port.</summary>
    private const int LongestShown = 255 + 6;

    /// <summary>
    /// Takes such an address apart. Whether the name exists is not asked, but that it could: peers and members tell addresses, and what
    /// no resolver takes must not get to one.
    /// </summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static HostAndPort Parse(string text)
    {
        if (TryParse(text, out HostAndPort parsed)) return parsed;
        string shown = text.Length <= LongestShown ? text : $"{text[..LongestShown]}…";
        throw new FormatException($"'{shown}' is not of the form host:port.");
    }

    /// <summary>As <see cref="Parse"/>; false where it is not of that form.</summary>
    public static bool TryParse(string text, out HostAndPort parsed)
    {
        parsed = default;
        int colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        string host = text[..colon];
        if (host is ['[', .. string bare, ']']) host = bare;
        else if (host.Contains(':')) return false;
        if (host.Contains('[') || Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;
        parsed = new HostAndPort(host, port);
        return true;
    }

    /// <summary>Blocks for a name: at start only.</summary>
    /// <exception cref="SocketException">The name is not known.</exception>
    public IPEndPoint ResolveNow() => IPAddress.TryParse(Host, out IPAddress? address)
        ? new IPEndPoint(address, Port)
        : new IPEndPoint(Preferred(Dns.GetHostAddresses(Host)), Port);

    /// <summary>Waits for a name, at a number not.</summary>
    /// <exception cref="SocketException">The name is not known.</exception>
    public async ValueTask<IPEndPoint> ResolveAsync() => IPAddress.TryParse(Host, out IPAddress? address)
        ? new IPEndPoint(address, Port)
        : new IPEndPoint(Preferred(await Dns.GetHostAddressesAsync(Host)), Port);

    /// <summary>A name such as localhost often stands for both families, and listeners are on IPv4 more often.</summary>
    private static IPAddress Preferred(IPAddress[] addresses) =>
        Array.Find(addresses, address => address.AddressFamily == AddressFamily.InterNetwork)
        ?? addresses.FirstOrDefault()
        ?? throw new SocketException((int)SocketError.HostNotFound);
}
