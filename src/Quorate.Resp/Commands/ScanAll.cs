using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Resp.Protocol;
using Quorate.Resp.PubSub;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>KEYS: a whole scan, a call a turn, so that other clients are served meanwhile.</summary>
internal sealed class ScanAll : CompoundCommand
{
    private const int MaxKeys = 1_000_000;

    private readonly ReplyBuffer _found;
    private ScanPoint _at;
    private int _keys;

    public ScanAll(in CommandContext command)
        : base(command) => _found = Session.RentBuffer();

    public override void Run()
    {
        if (Session.IsClosed) ReturnArrays();
        else Database.Scan(new ScanCommand(Keyspace, _at, ScanRequest.MaxLimit, Options), Session.Results, TokenOf(0));
    }

    public override void OnScan(int step, in ScanResult result)
    {
        if (!result.Outcome.IsOk) End(result.Outcome, result.Location);
        else if (!TryTake(result.Keys)) End($"ERR KEYS found too much for one reply: it answers at most {MaxKeys} keys, or as much as a connection may have waiting; use SCAN");
        else if (result.Next == ScanPoint.Start) End();
        else
        {
            _at = result.Next;
            Server.Loop.Post(Run);
        }
    }

    protected override void WriteReply(RespWriter reply)
    {
        reply.Array(_keys);
        reply.Raw(_found.Written);
    }

    protected override void GiveBack() => Server.Buffers.Return(_found);

    private bool TryTake(IReadOnlyList<ScannedKey> keys)
    {
        var writer = new RespWriter(_found, 2);
        foreach (ScannedKey key in keys)
        {
            if (!Glob.Matches(Word(1), key.Key)) continue;
            // Twice: once here, once in the reply.
            if (++_keys > MaxKeys || !Session.HasRoomFor(_found.Length + key.Key.Length)) return false;
            writer.Bulk(key.Key);
        }

        return true;
    }
}
