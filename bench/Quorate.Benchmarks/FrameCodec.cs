using System.Buffers;
using BenchmarkDotNet.Attributes;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Transport.Frames;

namespace Quorate.Benchmarks;

/// <summary>A message between peers, written on one end and read on the other, with its checksum on both.</summary>
public class FrameCodec
{
    private static readonly int MaxSize = Frame.MaxSize(Limits.Default);
    private readonly ArrayBufferWriter<byte> _wire = new(4096);
    private readonly Keys _keys = Keys.InOrder(1);
    private readonly EntryDigest _digest = new Entry(Registers.Head(1), Registers.Value).Digest;
    private readonly OperationId _operation = new(77, 3, 1);

    [Benchmark]
    public int Put()
    {
        _wire.ResetWrittenCount();
        PutCodec.Write(_wire, _operation, new PutRequest(0, Epochs.Of(1), _keys[0], new Entry(_digest.Head, Registers.Value)));
        return PutCodec.Read(Received(), out _).Entry.Payload.Length;
    }

    [Benchmark]
    public int PutReply()
    {
        _wire.ResetWrittenCount();
        PutCodec.WriteReply(_wire, _operation, new PutReply(Verdict.Stored, _digest.Head.Version, 7));
        return (int)PutCodec.ReadReply(Received(), out _).Start;
    }

    [Benchmark]
    public int GetReply()
    {
        _wire.ResetWrittenCount();
        GetCodec.WriteReply(_wire, _operation, new GetReply(Verdict.Answered, 7, _digest, hasPayload: true, Registers.Value));
        return GetCodec.ReadReply(Received(), out _).Payload.Length;
    }

    private ReadOnlySpan<byte> Received() =>
        Frame.TryRead(_wire.WrittenSpan, MaxSize, out Frame frame, out _) ? frame.Body : throw new InvalidOperationException("The frame is not whole.");
}
