using Quorate.Coordinator;
using Quorate.Core.Placement;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>RANDOMKEY: the first key behind a place drawn at random, which favours keys behind a wide gap a little.</summary>
internal sealed class ScanAny : CompoundCommand
{
    private readonly ScanPoint _drawn;
    private ScanPoint _at;
    private int _timesAround;
    private byte[]? _key;

    public ScanAny(in CommandContext command)
        : base(command) => _at = _drawn = Server.DrawPoint();

    private bool HasSeenAll => _timesAround > 1 || (_timesAround == 1 && _at.Cursor >= _drawn.Cursor);

    public override void Run()
    {
        if (Session.IsClosed) ReturnArrays();
        else Database.Scan(new ScanCommand(Keyspace, _at, 1, Options), Session.Results, TokenOf(0));
    }

    public override void OnScan(int step, in ScanResult result)
    {
        if (!result.Outcome.IsOk)
        {
            End(result.Outcome, result.Location);
            return;
        }

        _at = result.Next;
        if (_at == ScanPoint.Start) _timesAround++;
        if (result.Keys.Count > 0) _key = result.Keys[0].Key;
        if (_key is not null || HasSeenAll) End();
        else Server.Loop.Post(Run);
    }

    protected override void WriteReply(RespWriter reply)
    {
        if (_key is null) reply.Null();
        else reply.Bulk(_key);
    }
}
