using System.Runtime.InteropServices;
using Quorate.Core.Messages;

namespace Quorate.Transport.Peers;

/// <summary>
/// The bytes of requests that a peer has not answered: the bound on what waits here, on the way and there (law 8).
/// </summary>
/// <param name="bound">One request is always admitted, however large.</param>
internal sealed class InFlightBytes(long bound)
{
    private readonly Dictionary<ulong, long> _byOperation = [];

    public long Total { get; private set; }

    /// <summary>False, and nothing counted, where the peer owes too much already.</summary>
    public bool TryAdd(OperationId operation, long bytes)
    {
        if (Total > 0 && Total + bytes > bound) return false;

        CollectionsMarshal.GetValueRefOrAddDefault(_byOperation, operation.Packed, out _) += bytes;
        Total += bytes;
        return true;
    }

    /// <summary>An answer to something never asked changes nothing.</summary>
    public void Remove(OperationId operation)
    {
        if (_byOperation.Remove(operation.Packed, out long bytes)) Total -= bytes;
    }
}
