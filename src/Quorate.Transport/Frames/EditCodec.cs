using System.Buffers;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;

namespace Quorate.Transport.Frames;

public static class EditCodec
{
    private const int OptionFields = 4 + sizeof(int) + 1;
    private const int EditFields = 4 + 2 * sizeof(long);
    private const int RequestFields = RequestHead.Size + sizeof(uint) + OptionFields + EditFields + sizeof(uint);
    private const int OutcomeFields = 4 + ReplicaSet.MaxReplicas;
    private const int ReplyFields = sizeof(ulong) + OutcomeFields + 1 + Version.Size + sizeof(long) + EntryCodec.MaxHeadSize + sizeof(uint);

    private const EditCondition Conditions = EditCondition.KeyMissing | EditCondition.KeyPresent | EditCondition.NoExpiry
        | EditCondition.HasExpiry | EditCondition.LaterExpiry | EditCondition.EarlierExpiry;

    public static void Write(IBufferWriter<byte> output, OperationId operation, in EditRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Edit, RequestFields + request.Key.Length);
        new RequestHead(operation, request.Keyspace, request.Epochs).Write(ref frame);
        frame.Bytes(request.Key);
        WriteOptions(ref frame, request.Options);
        RegisterEdit edit = request.Edit;
        frame.Byte((byte)edit.Kind);
        frame.Byte((byte)edit.Condition);
        frame.Bool(edit.KeepExpiry);
        frame.Int64(edit.ExpiresAt);
        frame.Int64(edit.Offset);
        frame.Bool(edit.AnswersPrevious);
        frame.Int32(edit.Value.Length);
        frame.End(edit.Value);
    }

    /// <exception cref="ProtocolException">It is no edit.</exception>
    public static EditRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        RequestHead head = RequestHead.Read(ref reader);
        ReadOnlySpan<byte> key = reader.Bytes();
        RequestOptions options = ReadOptions(ref reader);
        RegisterEdit edit = ReadEdit(ref reader);
        reader.End();
        operation = head.Operation;
        return new EditRequest(head.Keyspace, head.Epochs, key, edit, options);
    }

    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, in EditReply reply)
    {
        var frame = new FrameWriter(output, MessageType.EditReply, ReplyFields);
        frame.UInt64(operation.Packed);
        WriteOutcome(ref frame, reply.Outcome);
        frame.Bool(reply.Applied);
        frame.Version(reply.Version);
        frame.Int64(reply.Number);
        EntryCodec.WriteEnd(ref frame, reply.Previous);
    }

    /// <exception cref="ProtocolException">It is no answer to an edit.</exception>
    public static EditReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        Outcome outcome = ReadOutcome(ref reader);
        bool applied = reader.Bool();
        Version version = reader.Version();
        long number = reader.Int64();
        Entry previous = EntryCodec.Read(ref reader);
        reader.End();
        return new EditReply(outcome, applied, previous, version, number);
    }

    private static void WriteOptions(ref FrameWriter frame, in RequestOptions options)
    {
        frame.Byte(options.R.Code);
        frame.Byte(options.W.Code);
        frame.Int32(options.TimeoutMilliseconds);
        frame.Byte((byte)options.Fanout);
        frame.Bool(options.Explain);
        frame.Byte((byte)options.Quorum);
    }

    private static RequestOptions ReadOptions(scoped ref BodyReader body)
    {
        ConsistencyLevel r = ReadLevel(ref body);
        ConsistencyLevel w = ReadLevel(ref body);
        int timeout = body.Int32();
        if (timeout is < 0 or > RequestOptions.MaxTimeout) throw new ProtocolException($"a timeout of {timeout} ms is not allowed");
        var fanout = (Fanout)body.Byte();
        if (fanout > Fanout.All) throw new ProtocolException($"unknown fanout {(byte)fanout}");
        bool explain = body.Bool();
        var quorum = (QuorumKind)body.Byte();
        if (quorum > QuorumKind.Sloppy) throw new ProtocolException($"unknown kind of quorum {(byte)quorum}");
        return new RequestOptions(r, w, timeout, fanout, explain, quorum);
    }

    private static ConsistencyLevel ReadLevel(scoped ref BodyReader body)
    {
        byte code = body.Byte();
        return ConsistencyLevel.TryFromCode(code, out ConsistencyLevel level)
            ? level
            : throw new ProtocolException($"unknown consistency level {code}");
    }

    private static RegisterEdit ReadEdit(scoped ref BodyReader body)
    {
        var kind = (EditKind)body.Byte();
        if (kind is < EditKind.Put or > EditKind.Delete) throw new ProtocolException($"unknown edit {(byte)kind}");
        var condition = (EditCondition)body.Byte();
        if ((condition & ~Conditions) != 0) throw new ProtocolException($"unknown conditions {(byte)condition}");
        (bool keepExpiry, long expiresAt, long offset, bool answersPrevious) = (body.Bool(), body.Int64(), body.Int64(), body.Bool());
        if (offset is < 0 or > RegisterEdit.MaxOffset) throw new ProtocolException($"an offset of {offset} is not allowed");
        return new RegisterEdit(kind, condition, keepExpiry, expiresAt, body.Bytes()) { Offset = offset, AnswersPrevious = answersPrevious };
    }

    private static void WriteOutcome(ref FrameWriter frame, in Outcome outcome)
    {
        frame.Byte((byte)outcome.Kind);
        frame.Byte((byte)outcome.Needed);
        frame.Byte((byte)outcome.Replicas);
        frame.Byte((byte)outcome.Confirmed);
        for (int rank = 0; rank < ReplicaSet.MaxReplicas; rank++) frame.Byte((byte)outcome.Verdicts[rank]);
    }

    private static Outcome ReadOutcome(scoped ref BodyReader body)
    {
        var kind = (OutcomeKind)body.Byte();
        if (kind > OutcomeKind.TimedOut) throw new ProtocolException($"unknown outcome {(byte)kind}");
        byte needed = body.Byte();
        byte replicas = body.Byte();
        byte confirmed = body.Byte();
        if (replicas > ReplicaSet.MaxReplicas || confirmed > ReplicaSet.MaxReplicas) throw new ProtocolException($"{confirmed} of {replicas} replicas is not possible");
        Verdicts verdicts = default;
        for (int rank = 0; rank < ReplicaSet.MaxReplicas; rank++) verdicts[rank] = body.Verdict();
        return new Outcome(kind, needed, replicas, confirmed, verdicts);
    }
}
