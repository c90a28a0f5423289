using System.Buffers;
using System.Runtime.InteropServices;
using Quorate.Coordinator;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

internal enum BitOperator
{
    And,
    Or,
    Xor,
    Not,
}

/// <summary>
/// BITOP: reads the sources one after the other at a quorum each, joining them as they come, then writes the destination.
/// What is shorter, or missing, counts as followed by zeros.
/// </summary>
internal sealed class BitOperation(in CommandContext command, BitOperator bitOperator) : CompoundCommand(command)
{
    private const int Destination = 0;

    private byte[] _result = [];
    private int _length;
    private int _next = 1;
    private bool _isReading;
    private bool _advancing;

    public override void Run()
    {
        // A replica of this node answers within the call: the loop goes on with what it said, instead of one call in another.
        if (_advancing) return;
        _advancing = true;
        while (!_isReading && _next < Count)
        {
            _isReading = true;
            Database.Read(new ReadCommand(Keyspace, KeyAt(_next), Options), Session.Results, TokenOf(_next));
        }

        _advancing = false;
    }

    public override void OnRead(int step, in ReadResult result)
    {
        if (!result.Outcome.IsOk)
        {
            _next = Count;
            End(result.Outcome, result.Location);
            return;
        }

        Join(result.Entry.IsAbsent ? default : result.Entry.Value, isFirst: step == 1);
        _isReading = false;
        _next = step + 1;
        if (_next == Count) Write();
        else Run();
    }

    public override void OnWrite(int step, in WriteResult result)
    {
        if (result.Outcome.IsOk) End();
        else End(result.Outcome, result.Location);
    }

    protected override void WriteReply(RespWriter reply) => reply.Integer(_length);

    protected override void GiveBack()
    {
        if (_result.Length > 0) ArrayPool<byte>.Shared.Return(_result);
        _result = [];
    }

    private void Join(ReadOnlySpan<byte> source, bool isFirst)
    {
        MakeRoom(source.Length);
        Span<byte> result = _result.AsSpan(0, _length);
        if (isFirst) source.CopyTo(result);
        else if (bitOperator == BitOperator.And) result[source.Length..].Clear();

        // Eight bytes at a time; the rest behind them one at a time.
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(result[..source.Length]);
        ReadOnlySpan<ulong> sourceWords = MemoryMarshal.Cast<byte, ulong>(source);
        for (int i = 0; i < words.Length; i++) words[i] = Combine(words[i], sourceWords[i], isFirst);
        for (int i = words.Length * sizeof(ulong); i < source.Length; i++) result[i] = (byte)Combine(result[i], source[i], isFirst);
    }

    private ulong Combine(ulong left, ulong right, bool isFirst) => bitOperator switch
    {
        BitOperator.Not => ~right,
        _ when isFirst => right,
        BitOperator.And => left & right,
        BitOperator.Or => left | right,
        _ => left ^ right,
    };

    private void MakeRoom(int length)
    {
        if (length <= _length) return;
        if (length > _result.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(length);
            _result.AsSpan(0, _length).CopyTo(larger);
            GiveBack();
            _result = larger;
        }

        _result.AsSpan(_length, length - _length).Clear();
        _length = length;
    }

    private void Write()
    {
        WriteCommand write = _length == 0
            ? WriteCommand.Delete(Keyspace, KeyAt(Destination), Options)
            : WriteCommand.Put(Keyspace, KeyAt(Destination), _result.AsSpan(0, _length), 0, Options);
        Database.Write(write, Session.Results, TokenOf(Destination));
    }
}
