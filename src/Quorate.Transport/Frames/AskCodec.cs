using System.Buffers;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

/// <summary>A request that a client leaves to a node to coordinate, and what came of it.</summary>
public static class AskCodec
{
    private const int CommonFields = sizeof(ulong) + 1 + sizeof(ushort) + OptionsCodec.Size + sizeof(uint);
    private const int LargestEnd = 1 + EntryCodec.MaxHeadSize + sizeof(uint);
    private const int ReplyFields = sizeof(ulong) + OutcomeCodec.Size + Version.Size + 1 + sizeof(long) + sizeof(ulong) + EntryCodec.MaxHeadSize + sizeof(uint);

    /// <summary>Writes the frame of a request to coordinate.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, in AskRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Ask, CommonFields + LargestEnd + request.Key.Length);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)request.Kind);
        frame.UInt16(request.Keyspace);
        OptionsCodec.Write(ref frame, request.Options);
        frame.Bytes(request.Key);
        switch (request.Kind)
        {
            case AskKind.Write:
                frame.Bool(request.IsAboveAcknowledged);
                EntryCodec.WriteEnd(ref frame, request.Entry);
                break;
            case AskKind.Edit:
                RegisterEditCodec.WriteEnd(ref frame, request.Edit);
                break;
            default:
                frame.End();
                break;
        }
    }

    /// <summary>Reads such a frame's body. Key, entry and edit point into it.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It asks for nothing that a node coordinates.</exception>
    public static AskRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var kind = (AskKind)reader.Byte();
        if (kind is < AskKind.Read or > AskKind.Edit) throw new ProtocolException($"nothing is known of requests of kind {(byte)kind}");
        ushort keyspace = reader.UInt16();
        RequestOptions options = OptionsCodec.Read(ref reader);
        ReadOnlySpan<byte> key = reader.Bytes();
        bool isAboveAcknowledged = kind == AskKind.Write && reader.Bool();
        Entry entry = kind == AskKind.Write ? ReadWritten(ref reader) : default;
        RegisterEdit edit = kind == AskKind.Edit ? RegisterEditCodec.Read(ref reader) : default;
        reader.End();
        return new AskRequest(kind, keyspace, key, options, entry, isAboveAcknowledged, edit);
    }

    /// <summary>Writes the frame of the answer.</summary>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in AskReply reply)
    {
        var frame = new FrameWriter(output, MessageType.AskReply, ReplyFields);
        frame.UInt64(operation.Packed);
        OutcomeCodec.Write(ref frame, reply.Outcome);
        frame.Version(reply.Version);
        frame.Bool(reply.Flag);
        frame.Int64(reply.Number);
        frame.UInt64(reply.Horizon.Value);
        EntryCodec.WriteEnd(ref frame, reply.Entry);
    }

    /// <summary>Reads the answer's body. The entry points into it.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to what was asked.</exception>
    public static AskReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        Outcome outcome = OutcomeCodec.Read(ref reader);
        Version version = reader.Version();
        bool flag = reader.Bool();
        long number = reader.Int64();
        var horizon = new HybridTimestamp(reader.UInt64());
        Entry entry = EntryCodec.Read(ref reader);
        reader.End();
        return new AskReply(outcome, version, entry, flag, number, horizon);
    }

    private static Entry ReadWritten(scoped ref BodyReader reader)
    {
        Entry entry = EntryCodec.Read(ref reader);
        if (entry.Head.Kind == EntryKind.Absent || entry.Head.Version == Version.None) throw new ProtocolException("a write has no kind or no version");
        return entry;
    }
}
