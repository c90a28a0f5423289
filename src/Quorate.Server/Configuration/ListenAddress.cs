using System.Globalization;
using System.Net;

namespace Quorate.Server.Configuration;

/// <summary>Where a node listens and what it tells others: a host and a port.</summary>
public readonly record struct ListenAddress(string Host, int Port)
{
    /// <summary>Where only a port is given.</summary>
    public const string DefaultHost = "127.0.0.1";

    /// <summary>Whether only this machine can connect to it.</summary>
    public bool IsLoopback =>
        Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out IPAddress? ip) && IPAddress.IsLoopback(ip));

    /// <summary>Such an address can be listened at, but nobody can connect to it from elsewhere.</summary>
    public bool IsWildcard => Host is "*" or "+" || (IPAddress.TryParse(Host, out IPAddress? ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));

    /// <summary><c>PORT</c>, <c>HOST:PORT</c> or <c>[IPV6]:PORT</c>.</summary>
    public static bool TryParse(string text, out ListenAddress address)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? DefaultHost : text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        if (bracketed) host = host[1..^1];
        address = default;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown || (!bracketed && host.Contains(':'))) return false;
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)) return false;
        if (port is < 1 or > ushort.MaxValue) return false;
        address = new ListenAddress(host, port);
        return true;
    }

    /// <summary>Blocks for a name: at start only. A name such as localhost often stands for both families; IPv4 goes first.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known.</exception>
    public IPEndPoint Resolve() => new(Dns.GetHostAddresses(Host).MinBy(ip => ip.AddressFamily)!, Port);

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
