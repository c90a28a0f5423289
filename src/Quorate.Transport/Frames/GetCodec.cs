using System.Buffers;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

/// <summary>A get of one key, and what a replica holds for it.</summary>
public static class GetCodec
{
    /// <summary>Where the key of a get begins.</summary>
    internal const int KeyStart = RequestHead.Size + sizeof(uint) + 1 + sizeof(uint);

    private const int RequestFields = RequestHead.Size + sizeof(uint) + 1 + sizeof(uint);
    private const int ReplyFields = sizeof(ulong) + 1 + sizeof(uint) + EntryCodec.MaxHeadSize + 2 * sizeof(ulong) + 1 + sizeof(uint);

    /// <summary>Writes the frame of a get.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, in GetRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Get, RequestFields + request.Key.Length);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        frame.Int32(request.PayloadLimit);
        frame.Bool(request.OfHints);
        frame.Bytes(request.Key);
        frame.End();
    }

    /// <summary>Reads a get's body. The key points into it.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It is no get.</exception>
    public static GetRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        int payloadLimit = reader.Int32();
        if (payloadLimit < 0) throw new ProtocolException("a payload limit is negative");
        bool ofHints = reader.Bool();
        ReadOnlySpan<byte> key = reader.Bytes();
        reader.End();
        operation = head.Operation;
        return new GetRequest(head.Keyspace, head.Epochs, key, payloadLimit, ofHints);
    }

    /// <summary>Writes the frame of the answer.</summary>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in GetReply reply)
    {
        var frame = new FrameWriter(output, MessageType.GetReply, ReplyFields);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.UInt32(reply.Start);
        frame.UInt64(reply.Horizon.Value);
        EntryCodec.WriteHead(ref frame, reply.Digest.Head);
        frame.UInt64(reply.Digest.PayloadHash);
        frame.Bool(reply.HasPayload);
        if (reply.HasPayload) frame.Int32(reply.Payload.Length);
        frame.End(reply.HasPayload ? reply.Payload : default);
    }

    /// <summary>Reads the answer's body. The payload points into it.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to a get.</exception>
    public static GetReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var verdict = reader.Verdict();
        uint start = reader.UInt32();
        var horizon = new HybridTimestamp(reader.UInt64());
        var digest = new EntryDigest(EntryCodec.ReadHead(ref reader), reader.UInt64());
        EntryCodec.CheckLength(digest.Head, LengthIn(digest));
        bool hasPayload = reader.Bool();
        ReadOnlySpan<byte> payload = hasPayload ? reader.Bytes() : default;
        if (hasPayload && payload.Length != LengthIn(digest)) throw new ProtocolException("a payload has not the length that its digest says");
        reader.End();
        return new GetReply(verdict, start, digest, hasPayload, payload, horizon);
    }

    private static uint LengthIn(in EntryDigest digest) => (uint)(digest.PayloadHash >> 32);
}
