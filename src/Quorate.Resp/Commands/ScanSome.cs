using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Resp.Protocol;
using Quorate.Resp.PubSub;

namespace Quorate.Resp.Commands;

/// <summary>SCAN: one call, and the cursor to go on with, here or at any other node.</summary>
internal sealed class ScanSome(in CommandContext command, ScanTerms terms) : CompoundCommand(command)
{
    private List<ScannedKey> _keys = [];
    private ScanPoint _next;

    public override void Run() => Database.Scan(new ScanCommand(Keyspace, terms.From, terms.Count, Options), Session.Results, TokenOf(0));

    public override void OnScan(int step, in ScanResult result)
    {
        _next = result.Next;
        if (terms.IsForStrings) _keys = [.. result.Keys.Where(Matches)];
        if (result.Outcome.IsOk) End();
        else End(result.Outcome, result.Location);
    }

    protected override void WriteReply(RespWriter reply)
    {
        reply.Array(2);
        reply.Bulk($"{_next.Cursor}");
        reply.Array(_keys.Count);
        foreach (ScannedKey key in _keys) reply.Bulk(key.Key);
    }

    private bool Matches(ScannedKey key) => terms.Pattern == 0 || Glob.Matches(Word(terms.Pattern), key.Key);
}
