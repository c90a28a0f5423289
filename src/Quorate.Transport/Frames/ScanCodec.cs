using System.Buffers;
using Quorate.Core.Messages;
using Quorate.Core.Placement;

namespace Quorate.Transport.Frames;

/// <summary>A scan of some keys of a partition, and the keys a replica has there.</summary>
public static class ScanCodec
{
    private const int RequestFields = RequestHead.Size + sizeof(ulong) + sizeof(int);
    private const int ReplyFields = sizeof(ulong) + 1 + Version.Size + sizeof(ulong) + sizeof(uint);

    /// <summary>A key takes at least its length, kind, parts and version: what is announced must fit what came.</summary>
    private const int MinKeySize = sizeof(uint) + 2 + Version.Size;

    /// <summary>Writes the frame of a scan.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, in ScanRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Scan, RequestFields);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        frame.UInt64(request.From.Cursor);
        frame.Int32(request.Limit);
        frame.End();
    }

    /// <summary>Reads a scan's body.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It is no scan.</exception>
    public static ScanRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        ulong cursor = reader.UInt64();
        if (!ScanPoint.TryParse(cursor, out ScanPoint from)) throw new ProtocolException($"no scan has the cursor {cursor}");
        int limit = reader.Int32();
        if (limit is < 1 or > ScanRequest.MaxLimit) throw new ProtocolException($"a scan of {limit} keys is not allowed");
        reader.End();
        operation = head.Operation;
        return new ScanRequest(head.Keyspace, head.Epochs, from, limit);
    }

    /// <summary>Writes the frame of the answer.</summary>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in ScanReply reply)
    {
        int size = ReplyFields;
        foreach (ScannedKey key in reply.Keys) size += sizeof(uint) + key.Key.Length + EntryCodec.MaxHeadSize;
        var frame = new FrameWriter(output, MessageType.ScanReply, size);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.Version(reply.Clear);
        frame.UInt64(reply.Through);
        frame.Int32(reply.Keys.Length);
        foreach (ScannedKey key in reply.Keys)
        {
            frame.Bytes(key.Key);
            EntryCodec.WriteHead(ref frame, key.Head);
        }

        frame.End();
    }

    /// <summary>Reads the answer's body. The keys are copies.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to a scan.</exception>
    public static ScanReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var verdict = reader.Verdict();
        Version clear = reader.Version();
        ulong through = reader.UInt64();
        if (through > ScanPoint.MaxHash) throw new ProtocolException("no key has such a hash");
        uint count = reader.UInt32();
        if (count > (uint)(reader.Remaining / MinKeySize)) throw new ProtocolException($"{count} keys were announced and fewer came");
        var keys = new ScannedKey[count];
        for (int i = 0; i < keys.Length; i++) keys[i] = new ScannedKey(reader.Bytes().ToArray(), EntryCodec.ReadHead(ref reader));
        reader.End();
        return new ScanReply(verdict, clear, through, keys);
    }
}
