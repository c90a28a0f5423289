using System.Runtime.InteropServices;
using Quorate.Coordinator;
using Quorate.Core.Messages;

namespace Quorate.Transport.Peers;

/// <summary>
/// The bytes of requests that a peer has not answered: the bound on what waits here, on the way and there (law 8).
/// </summary>
/// <param name="bound">One request is always admitted, however large.</param>
internal sealed class InFlightBytes(long bound)
{
    /// <summary>A coordinator uses the lowest places of its table, so these are nearly all that it ever has.</summary>
    private const int MaxPlaces = 1 << 16;

    // Nearly always an operation asks a peer one thing at a time. A dictionary of all was 3 % of a SET (docs/performance.md).
    private readonly Dictionary<ulong, long> _others = [];
    private Owed[] _bySlot = new Owed[64];

    /// <summary>All that is not answered.</summary>
    public long Total { get; private set; }

    /// <summary>False, and nothing counted, where the peer owes too much already.</summary>
    public bool TryAdd(OperationId operation, long bytes)
    {
        if (Total > 0 && Total + bytes > bound) return false;

        Total += bytes;
        if (operation.Slot >= _bySlot.Length && operation.Slot < MaxPlaces) Array.Resize(ref _bySlot, Math.Max(_bySlot.Length * 2, (int)operation.Slot + 1));
        if (operation.Slot < _bySlot.Length && _bySlot[operation.Slot] is var owed && (owed.Bytes == 0 || owed.Operation == operation.Packed))
            _bySlot[operation.Slot] = new Owed(operation.Packed, owed.Bytes + bytes);
        else
            CollectionsMarshal.GetValueRefOrAddDefault(_others, operation.Packed, out _) += bytes;
        return true;
    }

    /// <summary>The answer comes soon: what <see cref="Remove"/> will look at is fetched.</summary>
    public void Expect(OperationId operation)
    {
        if (operation.Slot < _bySlot.Length) CacheLines.Fetch(in _bySlot[operation.Slot]);
    }

    /// <summary>An answer to something never asked changes nothing.</summary>
    public void Remove(OperationId operation)
    {
        if (operation.Slot < _bySlot.Length && _bySlot[operation.Slot] is { Bytes: > 0 } owed && owed.Operation == operation.Packed)
        {
            Total -= owed.Bytes;
            _bySlot[operation.Slot] = default;
        }

        if (_others.Count > 0 && _others.Remove(operation.Packed, out long bytes)) Total -= bytes;
    }

    private readonly record struct Owed(ulong Operation, long Bytes);
}
