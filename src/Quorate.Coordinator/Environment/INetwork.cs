namespace Quorate.Coordinator.Environment;

/// <summary>Makes byte streams: sockets in a process, a virtual network in the simulator. Addresses are <c>host:port</c>.</summary>
public interface INetwork
{
    /// <summary>Accepts connections until disposed; <paramref name="accept"/> gives each its session.</summary>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    IDisposable Listen(string address, Func<IConnection, ISession> accept);

    /// <summary>Opens one connection; calls exactly one of the two, in a later turn.</summary>
    void Connect(string address, Func<IConnection, ISession> connected, Action<string> failed);
}
