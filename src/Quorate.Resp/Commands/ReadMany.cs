using System.Buffers;
using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>MGET: values come in any order and are kept until the last is there, because one failure makes the reply an error.</summary>
internal sealed class ReadMany : ManyKeys
{
    private static readonly ByteRange Missing = new(-1, 0);

    private readonly ReplyBuffer _values;
    private readonly ByteRange[] _places;

    public ReadMany(in CommandContext command)
        : base(command)
    {
        _values = Session.RentBuffer();
        _places = ArrayPool<ByteRange>.Shared.Rent(Count);
    }

    public override string Deed => "read";

    protected override void Start(int index) =>
        Database.Read(new ReadCommand(Keyspace, KeyAt(index), Options), Session.Results, TokenOf(index));

    protected override bool TakeRead(int index, in ReadResult result)
    {
        _places[index] = Missing;
        if (result.Entry.IsAbsent) return true;
        ReadOnlySpan<byte> value = result.Entry.Value;
        if (!Session.HasRoomFor(value.Length))
        {
            Fail(index, OutcomeKind.Overloaded, "too many bytes for one reply: ask for fewer keys at once");
            return true;
        }

        _places[index] = new ByteRange(_values.Length, value.Length);
        _values.Write(value);
        return true;
    }

    protected override void WriteSuccess(RespWriter reply)
    {
        reply.Array(Count);
        for (int i = 0; i < Count; i++)
        {
            if (_places[i] == Missing) reply.Null();
            else reply.Bulk(_places[i].In(_values.Written));
        }
    }

    protected override void GiveBack()
    {
        Session.Server.Buffers.Return(_values);
        ArrayPool<ByteRange>.Shared.Return(_places);
    }
}
