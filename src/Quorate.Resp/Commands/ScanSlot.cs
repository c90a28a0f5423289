using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>
/// CLUSTER COUNTKEYSINSLOT and GETKEYSINSLOT: a scan of the partition that the slot lies in, which names up to
/// <paramref name="max"/> keys, or only counts them where that is null.
/// </summary>
internal sealed class ScanSlot(in CommandContext command, int slot, int? max) : CompoundCommand(command)
{
    private readonly List<byte[]> _keys = [];
    private ScanPoint _at = new(Partition.OfSlot(slot), 0);
    private long _count;

    public override void Run()
    {
        if (Session.IsClosed) ReturnArrays();
        else Database.Scan(new ScanCommand(Keyspace, _at, ScanRequest.MaxLimit, Options), Session.Results, TokenOf(0));
    }

    public override void OnScan(int step, in ScanResult result)
    {
        if (!result.Outcome.IsOk)
        {
            End(result.Outcome, result.Location);
            return;
        }

        foreach (ScannedKey key in result.Keys)
        {
            if (Slot.Of(key.Key) != slot) continue;
            _count++;
            if (_keys.Count < max) _keys.Add(key.Key);
        }

        _at = result.Next;
        if (_at.Partition != Partition.OfSlot(slot) || _at == ScanPoint.Start || _keys.Count == max) End();
        else Server.Loop.Post(Run);
    }

    protected override void WriteReply(RespWriter reply)
    {
        if (max is null)
        {
            reply.Integer(_count);
            return;
        }

        reply.Array(_keys.Count);
        foreach (byte[] key in _keys) reply.Bulk(key);
    }
}
