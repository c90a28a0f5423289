using System.Buffers.Binary;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;

namespace Quorate.Node.Handoff;

/// <summary>
/// The hints for one home replica, counted or uncounted: entries of a keyspace of their own in the node's store, so that they are
/// as durable as data, and a later write of a key is joined to an earlier one. A hint's key is its keyspace (2) and the entry's key.
/// </summary>
/// <param name="store">The node's: hints are logged, recovered and compacted with its data.</param>
/// <param name="number">The store's number of that keyspace.</param>
internal sealed class HintBox(LogStore store, ushort number)
{
    private const int HeadSize = sizeof(ushort);
    private const int UsualKey = 256;
    private const int Page = 100;

    public long Count { get; private set; }

    /// <summary>Of keys and payloads.</summary>
    public long Bytes { get; private set; }

    public static ushort KeyspaceOf(ReadOnlySpan<byte> hintKey) => BinaryPrimitives.ReadUInt16LittleEndian(hintKey);

    public static ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> hintKey) => hintKey[HeadSize..];

    /// <summary>Counts what an earlier start has left.</summary>
    public void Recover()
    {
        ScanPoint at = ScanPoint.Start;
        do
        {
            foreach (ScannedKey found in Scan(ref at))
            {
                if (!TryGet(found.Key, out HeldEntry held)) continue;
                Count++;
                Bytes += found.Key.Length + held.PayloadLength;
            }
        }
        while (at != ScanPoint.Start);
    }

    /// <summary>Some hints from a point on, which moves behind them; the start where there are no more.</summary>
    public ScannedKey[] Scan(ref ScanPoint at)
    {
        ScannedKey[] found = store.Scan(number, at, Page, out ulong through);
        at = at.After(through);
        return found;
    }

    public JoinResult Keep(ushort keyspace, int partition, ReadOnlySpan<byte> key, in Entry entry)
    {
        Span<byte> buffer = key.Length <= UsualKey ? stackalloc byte[HeadSize + UsualKey] : new byte[HeadSize + key.Length];
        ReadOnlySpan<byte> hintKey = Name(buffer, keyspace, key);
        int replaced = store.TryGet(number, partition, hintKey, out HeldEntry held) ? held.PayloadLength : -1;
        JoinResult joined = store.Join(number, partition, hintKey, entry);
        bool hasChanged = joined.Verdict == Verdict.Stored && joined.By == entry.Head.Version;
        if (!hasChanged) return joined;

        if (replaced < 0) Count++;
        Bytes += entry.Payload.Length + (replaced < 0 ? hintKey.Length : -replaced);
        return joined;
    }

    public bool TryGet(ushort keyspace, int partition, scoped ReadOnlySpan<byte> key, out HeldEntry held)
    {
        Span<byte> buffer = key.Length <= UsualKey ? stackalloc byte[HeadSize + UsualKey] : new byte[HeadSize + key.Length];
        return store.TryGet(number, partition, Name(buffer, keyspace, key), out held);
    }

    public bool TryGet(ReadOnlySpan<byte> hintKey, out HeldEntry held) => store.TryGet(number, Partition.Of(KeyOf(hintKey)), hintKey, out held);

    /// <summary>False where too many reads wait for the disk.</summary>
    public bool TryRead(ReadOnlySpan<byte> hintKey, Storage.Loading.Loaded read) => store.TryRead(number, Partition.Of(KeyOf(hintKey)), hintKey, read);

    /// <summary>Lets go of a hint that was handed over, unless a newer write has been joined to it meanwhile.</summary>
    public bool Forget(ReadOnlySpan<byte> hintKey, in EntryDigest digest)
    {
        int partition = Partition.Of(KeyOf(hintKey));
        if (!store.TryGet(number, partition, hintKey, out HeldEntry held)) return false;
        int payload = held.PayloadLength;
        if (!store.Forget(number, partition, hintKey, digest)) return false;
        Count--;
        Bytes -= hintKey.Length + payload;
        return true;
    }

    /// <summary>An entry went with a damage of the log: one of a hint is one hint fewer.</summary>
    /// <param name="keyspace">The store's number.</param>
    /// <param name="keyLength">Bytes of the key in the store: a hint's key, where it is one.</param>
    /// <param name="payloadLength">Bytes.</param>
    public void OnLost(ushort keyspace, int keyLength, int payloadLength)
    {
        if (keyspace != number) return;
        Count--;
        Bytes -= keyLength + payloadLength;
    }

    private static ReadOnlySpan<byte> Name(Span<byte> buffer, ushort keyspace, scoped ReadOnlySpan<byte> key)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer, keyspace);
        key.CopyTo(buffer[HeadSize..]);
        return buffer[..(HeadSize + key.Length)];
    }
}
