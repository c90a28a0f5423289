namespace Quorate.Coordinator.Environment;

/// <summary>
/// Sends and receives datagrams: UDP in a process, a virtual network in the simulator. A datagram may be lost, and nobody is
/// told. Addresses are <c>host:port</c>. Loop-side.
/// </summary>
public interface IDatagramNetwork
{
    /// <summary>Receives at an address until disposed.</summary>
    /// <exception cref="IOException">The address cannot be bound; the message names it.</exception>
    IDatagramLink Bind(string address, DatagramHandler received);
}

/// <summary>One bound address.</summary>
public interface IDatagramLink : IDisposable
{
    /// <summary>Datagrams that could not be handed to the network: it was busy, or the address is of no use.</summary>
    long SendFailures { get; }

    /// <summary>Leaves at once.</summary>
    void Send(string address, ReadOnlySpan<byte> datagram);
}

/// <summary>Takes one datagram; the bytes are valid during the call only.</summary>
public delegate void DatagramHandler(ReadOnlySpan<byte> datagram);
