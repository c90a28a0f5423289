using System.Net;
using Quorate.Transport.Loop;

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

    /// <summary><c>PORT</c>, <c>HOST:PORT</c> or <c>[IPV6]:PORT</c>; others are told the port, so that it cannot be left to the system.</summary>
    public static bool TryParse(string text, out ListenAddress address)
    {
        bool isUsable = HostAndPort.TryParse(text.Contains(':') ? text : $"{DefaultHost}:{text}", out HostAndPort parsed) && parsed.Port > 0;
        address = isUsable ? new ListenAddress(parsed.Host, parsed.Port) : default;
        return isUsable;
    }

    /// <inheritdoc cref="HostAndPort.ResolveNow"/>
    public IPEndPoint Resolve() => new HostAndPort(Host, Port).ResolveNow();

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
