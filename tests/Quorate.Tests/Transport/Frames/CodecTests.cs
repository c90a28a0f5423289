using System.Buffers;
using System.Buffers.Binary;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Transport.Frames;
using Quorate.Transport.Gossip;
using Xunit;

namespace Quorate.Tests.Transport.Frames;

public sealed class CodecTests
{
    /// <summary>Every message there is, written from a seed and read from a body: the list that the hostile tests walk too.</summary>
    private static readonly Dictionary<MessageType, (Action<IBufferWriter<byte>, AnyMessage> Write, Action<byte[]> Read)> Messages = new()
    {
        [MessageType.Hello] = ((o, any) => HandshakeCodec.Write(o, MessageType.Hello, any.Hello()), body => HandshakeCodec.Read(body)),
        [MessageType.Welcome] = ((o, any) => HandshakeCodec.Write(o, MessageType.Welcome, any.Hello()), body => HandshakeCodec.Read(body)),
        [MessageType.Refused] = ((o, any) => HandshakeCodec.WriteRefused(o, any.Text()), body => HandshakeCodec.ReadRefused(body)),
        [MessageType.Ping] = ((o, any) => PingCodec.Write(o, new Ping(any.Long())), body => PingCodec.Read(body)),
        [MessageType.Pong] = ((o, any) => PingCodec.WritePong(o, new Pong(new Ping(any.Long()), any.Long())), body => PingCodec.ReadPong(body)),
        [MessageType.Put] = (WritePut, body => PutCodec.Read(body, out _)),
        [MessageType.PutReply] = ((o, any) => PutCodec.WriteReply(o, any.Operation(), new PutReply(any.Verdict(), any.Version(), 7)), body => PutCodec.ReadReply(body, out _)),
        [MessageType.Get] = ((o, any) => GetCodec.Write(o, any.Operation(), new GetRequest(any.Keyspace(), any.Epochs(), any.Bytes(99), any.Int(9999))), body => GetCodec.Read(body, out _)),
        [MessageType.GetReply] = (WriteGetReply, body => GetCodec.ReadReply(body, out _)),
        [MessageType.Edit] = (WriteEdit, body => EditCodec.Read(body, out _)),
        [MessageType.EditReply] = (WriteEditReply, body => EditCodec.ReadReply(body, out _)),
        [MessageType.Count] = ((o, any) => CountCodec.Write(o, any.Operation(), new CountRequest(any.Keyspace(), any.Epochs())), body => CountCodec.Read(body, out _)),
        [MessageType.CountReply] = ((o, any) => CountCodec.WriteReply(o, any.Operation(), new CountReply(any.Verdict(), any.Version(), [1, -1, 3])), body => CountCodec.ReadReply(body, out _)),
        [MessageType.Scan] = ((o, any) => ScanCodec.Write(o, any.Operation(), any.Scan()), body => ScanCodec.Read(body, out _)),
        [MessageType.ScanReply] = ((o, any) => ScanCodec.WriteReply(o, any.Operation(), new ScanReply(any.Verdict(), any.Version(), any.ScanHash(), any.ScannedKeys())), body => ScanCodec.ReadReply(body, out _)),
        [MessageType.Clear] = ((o, any) => ClearCodec.Write(o, any.Operation(), new ClearRequest(any.Keyspace(), any.Epochs(), any.Version())), body => ClearCodec.Read(body, out _)),
        [MessageType.ClearReply] = ((o, any) => ClearCodec.WriteReply(o, any.Operation(), new ClearReply(any.Verdict(), any.Version(), any.Partitions(), 7)), body => ClearCodec.ReadReply(body, out _)),
        [MessageType.Walk] = ((o, any) => WalkCodec.Write(o, any.Operation(), any.Walk()), body => WalkCodec.Read(body, out _)),
        [MessageType.WalkReply] = ((o, any) => WalkCodec.WriteReply(o, any.Operation(), WalkStep.Keys, any.Walked()), body => WalkCodec.ReadReply(body, out _)),
        [MessageType.Ask] = (WriteAsk, body => AskCodec.Read(body, out _)),
        [MessageType.AskReply] = (WriteAskReply, body => AskCodec.ReadReply(body, out _)),
        [MessageType.Swim] = ((o, any) => SwimCodec.Write(o, default, any.Swim()), body => SwimCodec.ReadBody(body, default(ClusterId))),
    };

    [Fact]
    public void A_step_of_a_walk_and_its_answer_read_as_they_were_written() => AnyMessage.ForAll(any =>
    {
        (WalkRequest request, OperationId operation) = (any.Walk(), any.Operation());
        byte[] frame = Written(output => WalkCodec.Write(output, operation, request));
        WalkRequest read = WalkCodec.Read(BodyOf(MessageType.Walk, frame), out OperationId operationRead);
        Assert.Equal(operation, operationRead);
        Assert.Equal(request.Nodes, read.Nodes);
        Assert.Equal(request.Held, read.Held);
        Assert.Equal(request, read with { Nodes = request.Nodes, Held = request.Held });

        WalkReply reply = any.Walked();
        foreach (WalkStep step in Enum.GetValues<WalkStep>())
        {
            frame = Written(output => WalkCodec.WriteReply(output, operation, step, reply));
            WalkReply answered = WalkCodec.ReadReply(BodyOf(MessageType.WalkReply, frame), out operationRead);
            Assert.Equal((operation, reply.Verdict, reply.Covered), (operationRead, answered.Verdict, answered.Covered));
            Assert.Equal(step is WalkStep.Groups or WalkStep.Leaves ? reply.Hashes.Select(hash => (ulong)(uint)hash) : reply.Hashes, answered.Hashes);
            Assert.Equal(reply.Lacking, answered.Lacking);
            Assert.Equal(reply.Keys.Select(key => (key.Keyspace, Convert.ToHexString(key.Key), key.Head)), answered.Keys.Select(key => (key.Keyspace, Convert.ToHexString(key.Key), key.Head)));
            Assert.Equal(AnyMessage.Told(reply.Vouch), AnyMessage.Told(answered.Vouch));
        }
    });

    public static TheoryData<MessageType> Types => [.. Messages.Keys];

    [Fact]
    public void Every_type_of_message_is_tested() => Assert.Equal(Enum.GetValues<MessageType>(), Messages.Keys.Order());

    [Fact]
    public void A_put_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: false);
        var written = new PutRequest(any.Keyspace(), any.Epochs(), any.Bytes(100), new Entry(head, payload), under: any.Under());
        OperationId operation = any.Operation();
        PutRequest read = PutCodec.Read(BodyOf(MessageType.Put, Write(written, operation)), out OperationId operationRead);

        Assert.Equal(operation, operationRead);
        Assert.Equal(written.Keyspace, read.Keyspace);
        Assert.Equal(written.Epochs, read.Epochs);
        Assert.Equal(written.Key, read.Key);
        Assert.Equal(head, read.Entry.Head);
        Assert.Equal(payload, read.Entry.Payload);
        Assert.Equal(written.Under, read.Under);

        static byte[] Write(in PutRequest request, OperationId operation)
        {
            var output = new ArrayBufferWriter<byte>();
            PutCodec.Write(output, operation, request);
            return output.WrittenSpan.ToArray();
        }
    });

    [Fact]
    public void An_answer_to_a_put_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        var written = new PutReply(any.Verdict(), any.Version(), (uint)any.Int(int.MaxValue));
        OperationId operation = any.Operation();
        byte[] frame = Written(output => PutCodec.WriteReply(output, operation, written));
        Assert.Equal(written, PutCodec.ReadReply(BodyOf(MessageType.PutReply, frame), out OperationId operationRead));
        Assert.Equal(operation, operationRead);
    });

    [Fact]
    public void A_get_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        (ushort keyspace, Epochs epochs, byte[] key, int limit) = (any.Keyspace(), any.Epochs(), any.Bytes(100), any.Int(int.MaxValue));
        OperationId operation = any.Operation();
        byte[] frame = Written(output => GetCodec.Write(output, operation, new GetRequest(keyspace, epochs, key, limit)));
        GetRequest read = GetCodec.Read(BodyOf(MessageType.Get, frame), out OperationId operationRead);

        Assert.Equal(operation, operationRead);
        Assert.Equal(keyspace, read.Keyspace);
        Assert.Equal(epochs, read.Epochs);
        Assert.Equal(key, read.Key);
        Assert.Equal(limit, read.PayloadLimit);
    });

    [Fact]
    public void An_answer_to_a_get_reads_as_it_was_written_with_and_without_its_payload() => AnyMessage.ForAll(any =>
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: true);
        var digest = new EntryDigest(head, EntryDigest.HashOf(payload));
        (Verdict verdict, uint start, bool hasPayload) = (any.Verdict(), (uint)any.Int(int.MaxValue), any.Bool());
        (OperationId operation, HybridTimestamp horizon) = (any.Operation(), any.Version().Timestamp);
        byte[] frame = Written(output => GetCodec.WriteReply(output, operation, new GetReply(verdict, start, digest, hasPayload, hasPayload ? payload : [], horizon)));
        GetReply read = GetCodec.ReadReply(BodyOf(MessageType.GetReply, frame), out OperationId operationRead);

        Assert.Equal(operation, operationRead);
        Assert.Equal(verdict, read.Verdict);
        Assert.Equal(start, read.Start);
        Assert.Equal(digest, read.Digest);
        Assert.Equal(hasPayload, read.HasPayload);
        Assert.Equal(hasPayload ? payload : [], read.Payload);
        Assert.Equal(horizon, read.Horizon);
    });

    [Fact]
    public void An_edit_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        (ushort keyspace, Epochs epochs, byte[] key) = (any.Keyspace(), any.Epochs(), any.Bytes(100));
        (EditKind kind, EditCondition condition) = any.Edit();
        (bool keepExpiry, long expiresAt, byte[] value) = (any.Bool(), any.Long(), any.Bytes(300));
        (long offset, bool answersPrevious) = (any.Offset(), any.Bool());
        RequestOptions options = any.Options();
        OperationId operation = any.Operation();
        byte[] frame = Written(output => EditCodec.Write(
            output,
            operation,
            new EditRequest(
                keyspace, epochs, key, new RegisterEdit(new EditTerms(kind, condition, keepExpiry, expiresAt, offset, answersPrevious), value), options)));
        EditRequest read = EditCodec.Read(BodyOf(MessageType.Edit, frame), out OperationId operationRead);

        Assert.Equal(operation, operationRead);
        Assert.Equal(keyspace, read.Keyspace);
        Assert.Equal(epochs, read.Epochs);
        Assert.Equal(key, read.Key);
        Assert.Equal(options, read.Options);
        Assert.Equal(new EditTerms(kind, condition, keepExpiry, expiresAt, offset, answersPrevious), read.Edit.Terms);
        Assert.Equal(value, read.Edit.Value);
    });

    [Fact]
    public void An_answer_to_an_edit_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: true);
        (Outcome outcome, bool applied, Version version) = (any.Outcome(), any.Bool(), any.Version());
        long number = any.Long();
        OperationId operation = any.Operation();
        byte[] frame = Written(output => EditCodec.WriteReply(output, operation, new EditReply(outcome, applied, new Entry(head, payload), version, number)));
        EditReply read = EditCodec.ReadReply(BodyOf(MessageType.EditReply, frame), out OperationId operationRead);

        Assert.Equal(operation, operationRead);
        Assert.Equal((outcome.Kind, outcome.Needed, outcome.Replicas, outcome.Confirmed), (read.Outcome.Kind, read.Outcome.Needed, read.Outcome.Replicas, read.Outcome.Confirmed));
        for (int rank = 0; rank < outcome.Replicas; rank++) Assert.Equal(outcome.Verdicts[rank], read.Outcome.Verdicts[rank]);
        Assert.Equal(applied, read.Applied);
        Assert.Equal(version, read.Version);
        Assert.Equal(number, read.Number);
        Assert.Equal(head, read.Previous.Head);
        Assert.Equal(payload, read.Previous.Payload);
    });

    [Fact]
    public void A_request_for_a_node_to_coordinate_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        (ushort keyspace, byte[] key, RequestOptions options, OperationId operation) = (any.Keyspace(), any.Bytes(100), any.Options(), any.Operation());
        var kind = (AskKind)(1 + any.Int(3));
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: false);
        (EditKind editKind, EditCondition condition) = any.Edit();
        var terms = new EditTerms(editKind, condition, any.Bool(), any.Long(), any.Offset(), any.Bool());
        bool isAbove = any.Bool();
        if (head.Version == Version.None) return;
        byte[] frame = Written(output => AskCodec.Write(
            output, operation, new AskRequest(kind, keyspace, key, options, new Entry(head, payload), isAbove, new RegisterEdit(terms, payload))));
        AskRequest read = AskCodec.Read(BodyOf(MessageType.Ask, frame), out OperationId operationRead);

        Assert.Equal((operation, kind, keyspace, options), (operationRead, read.Kind, read.Keyspace, read.Options));
        Assert.Equal(key, read.Key);
        Assert.Equal(kind == AskKind.Write ? (head, isAbove) : default, (read.Entry.Head, read.IsAboveAcknowledged));
        Assert.Equal(kind == AskKind.Write ? payload : [], read.Entry.Payload);
        Assert.Equal(kind == AskKind.Edit ? terms : default, read.Edit.Terms);
        Assert.Equal(kind == AskKind.Edit ? payload : [], read.Edit.Value);
    });

    [Fact]
    public void What_came_of_it_reads_as_it_was_written() => AnyMessage.ForAll(any =>
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: true);
        (Outcome outcome, Version version, bool flag, long number, OperationId operation) = (any.Outcome(), any.Version(), any.Bool(), any.Long(), any.Operation());
        HybridTimestamp horizon = any.Version().Timestamp;
        byte[] frame = Written(output => AskCodec.WriteReply(output, operation, new AskReply(outcome, version, new Entry(head, payload), flag, number, horizon)));
        AskReply read = AskCodec.ReadReply(BodyOf(MessageType.AskReply, frame), out OperationId operationRead);

        Assert.Equal((operation, outcome.Kind, version, flag, number, horizon), (operationRead, read.Outcome.Kind, read.Version, read.Flag, read.Number, read.Horizon));
        Assert.Equal(head, read.Entry.Head);
        Assert.Equal(payload, read.Entry.Payload);
    });

    [Fact]
    public void A_write_without_a_version_is_not_coordinated_for_a_client()
    {
        byte[] body = BodyOf(MessageType.Ask, Written(output => AskCodec.Write(
            output, default, new AskRequest(AskKind.Write, 0, "k"u8, default, new Entry(EntryHead.Tombstone(Version.None), default), false, default))));

        Assert.Throws<ProtocolException>(() => AskCodec.Read(body, out _));
    }

    [Fact]
    public void A_count_and_its_answer_read_as_they_were_written() => AnyMessage.ForAll(any =>
    {
        var request = new CountRequest(any.Keyspace(), any.Epochs());
        OperationId operation = any.Operation();
        byte[] frame = Written(output => CountCodec.Write(output, operation, request));
        Assert.Equal(request, CountCodec.Read(BodyOf(MessageType.Count, frame), out OperationId operationRead));
        Assert.Equal(operation, operationRead);

        (Verdict verdict, Version clear) = (any.Verdict(), any.Version());
        int[] counts = [.. Enumerable.Range(0, any.Int(1025)).Select(_ => any.Int(1000) - 1)];
        frame = Written(output => CountCodec.WriteReply(output, operation, new CountReply(verdict, clear, counts)));
        CountReply read = CountCodec.ReadReply(BodyOf(MessageType.CountReply, frame), out _);
        Assert.Equal((verdict, clear), (read.Verdict, read.Clear));
        Assert.Equal(counts, read.Counts);
    });

    [Fact]
    public void A_scan_and_its_answer_read_as_they_were_written() => AnyMessage.ForAll(any =>
    {
        ScanRequest request = any.Scan();
        OperationId operation = any.Operation();
        byte[] frame = Written(output => ScanCodec.Write(output, operation, request));
        Assert.Equal(request, ScanCodec.Read(BodyOf(MessageType.Scan, frame), out OperationId operationRead));
        Assert.Equal(operation, operationRead);

        (Verdict verdict, Version clear, ulong through, ScannedKey[] keys) = (any.Verdict(), any.Version(), any.ScanHash(), any.ScannedKeys());
        frame = Written(output => ScanCodec.WriteReply(output, operation, new ScanReply(verdict, clear, through, keys)));
        ScanReply read = ScanCodec.ReadReply(BodyOf(MessageType.ScanReply, frame), out operationRead);
        Assert.Equal(operation, operationRead);
        Assert.Equal((verdict, clear, through), (read.Verdict, read.Clear, read.Through));
        Assert.Equal(keys.Select(key => key.Head), read.Keys.ToArray().Select(key => key.Head));
        Assert.Equal(keys.Select(key => key.Key), read.Keys.ToArray().Select(key => key.Key));
    });

    [Fact]
    public void A_clear_and_its_answer_read_as_they_were_written() => AnyMessage.ForAll(any =>
    {
        var request = new ClearRequest(any.Keyspace(), any.Epochs(), any.Bool() ? any.Version() : Version.None);
        OperationId operation = any.Operation();
        byte[] frame = Written(output => ClearCodec.Write(output, operation, request));
        Assert.Equal(request, ClearCodec.Read(BodyOf(MessageType.Clear, frame), out OperationId operationRead));
        Assert.Equal(operation, operationRead);

        var reply = new ClearReply(any.Verdict(), any.Version(), any.Partitions(), (uint)any.Int(99));
        frame = Written(output => ClearCodec.WriteReply(output, operation, reply));
        ClearReply read = ClearCodec.ReadReply(BodyOf(MessageType.ClearReply, frame), out operationRead);
        Assert.Equal(operation, operationRead);
        Assert.Equal((reply.Verdict, reply.Newest, reply.Start), (read.Verdict, read.Newest, read.Start));
        Assert.All(Enumerable.Range(0, Partition.Count), partition => Assert.Equal(reply.Partitions.Contains(partition), read.Partitions.Contains(partition)));
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(RegisterEdit.MaxOffset + 1)]
    public void An_edit_beyond_the_last_offset_is_refused(long offset)
    {
        var edit = new RegisterEdit(new EditTerms(EditKind.SetBit, EditCondition.None, KeepExpiry: true, Offset: offset), default);
        var output = new ArrayBufferWriter<byte>();
        EditCodec.Write(output, default, new EditRequest(0, default, "k"u8, edit, default));
        byte[] body = BodyOf(MessageType.Edit, output.WrittenSpan.ToArray());
        Assert.Throws<ProtocolException>(() => EditCodec.Read(body, out _));
    }

    [Fact]
    public void A_hello_and_a_refusal_read_as_they_were_written() => AnyMessage.ForAll(any =>
    {
        Hello hello = any.Hello();
        byte[] body = BodyOf(MessageType.Welcome, Written(output => HandshakeCodec.Write(output, MessageType.Welcome, hello)));
        Hello read = HandshakeCodec.Read(body);
        Assert.Equal(hello with { Members = [] }, read with { Members = [] });
        Assert.Equal(hello.Members, read.Members);
        Assert.Equal((hello.LowestProtocol, hello.HighestProtocol), HandshakeCodec.ReadProtocols(body));

        string reason = any.Text();
        Assert.Equal(reason, HandshakeCodec.ReadRefused(BodyOf(MessageType.Refused, Written(output => HandshakeCodec.WriteRefused(output, reason)))));
    });

    [Fact]
    public void Pings_and_pongs_read_as_they_were_written() => AnyMessage.ForAll(any =>
    {
        var pong = new Pong(new Ping(any.Long()), any.Long());
        Assert.Equal(pong.Ping, PingCodec.Read(BodyOf(MessageType.Ping, Written(output => PingCodec.Write(output, pong.Ping)))));
        Assert.Equal(pong, PingCodec.ReadPong(BodyOf(MessageType.Pong, Written(output => PingCodec.WritePong(output, pong)))));
    });

    [Theory]
    [MemberData(nameof(Types))]
    public void A_frame_cut_off_anywhere_is_not_there_yet(MessageType type) => AnyMessage.ForAll(any =>
    {
        byte[] frame = Written(output => Messages[type].Write(output, any));
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.False(Frame.TryRead(frame.AsSpan(0, length), frame.Length, out _, out int size));
            Assert.InRange(size, length + 1, frame.Length);
        }
    });

    [Theory]
    [MemberData(nameof(Types))]
    public void A_frame_with_any_one_byte_changed_is_not_accepted(MessageType type)
    {
        var any = new AnyMessage(1);
        byte[] frame = Written(output => Messages[type].Write(output, any));
        for (int i = 0; i < frame.Length; i++)
        {
            foreach (byte change in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] damaged = [.. frame];
                damaged[i] ^= change;
                Assert.False(IsAccepted(damaged), $"byte {i} changed by {change}");
            }
        }

        static bool IsAccepted(byte[] bytes)
        {
            try
            {
                return Frame.TryRead(bytes, 1 << 20, out _, out _);
            }
            catch (ProtocolException)
            {
                return false;
            }
        }
    }

    /// <summary>A body that is damaged where the checksum cannot tell, because its sender is hostile.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void A_hostile_body_is_read_or_refused_and_nothing_else(MessageType type) => AnyMessage.ForAll(any =>
    {
        byte[] body = BodyOf(type, Written(output => Messages[type].Write(output, any)));
        for (int length = 0; length < body.Length; length++) Assert.Throws<ProtocolException>(() => Messages[type].Read(body[..length]));
        Assert.Throws<ProtocolException>(() => Messages[type].Read([.. body, 0]));

        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. body];
            for (int flips = any.Int(4); flips >= 0; flips--) damaged[any.Int(body.Length)] = (byte)any.Int(256);
            ReadOrRefuse(damaged);
            ReadOrRefuse(any.Bytes(200));
        }

        void ReadOrRefuse(byte[] bytes)
        {
            try
            {
                Messages[type].Read(bytes);
            }
            catch (ProtocolException)
            {
                // The one exception allowed.
            }
        }
    });

    [Fact]
    public void Random_bytes_are_no_frame() => AnyMessage.ForAll(any =>
    {
        byte[] bytes = any.Bytes(64);
        try
        {
            Assert.False(Frame.TryRead(bytes, 1 << 20, out _, out _));
        }
        catch (ProtocolException)
        {
            // Refused.
        }
    });

    [Fact]
    public void A_frame_may_be_as_long_as_the_limit_with_length_and_checksum()
    {
        const int Limit = 1000;
        var header = new byte[Frame.HeaderSize];

        BinaryPrimitives.WriteUInt32LittleEndian(header, Limit - 8);
        Assert.False(Frame.TryRead(header, Limit, out _, out int size));
        Assert.Equal(Limit, size);

        BinaryPrimitives.WriteUInt32LittleEndian(header, Limit - 7);
        var refused = Assert.Throws<ProtocolException>(() => Frame.TryRead(header, Limit, out _, out _));
        Assert.Equal("a frame of 1001 bytes is above the limit of 1000", refused.Message);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(1000u)]
    [InlineData(uint.MaxValue)]
    public void A_length_that_no_frame_has_is_refused_before_its_bytes_are_waited_for(uint length)
    {
        var header = new byte[Frame.HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, length);
        Assert.Throws<ProtocolException>(() => Frame.TryRead(header, 1000, out _, out _));
    }

    [Fact]
    public void A_version_above_which_no_put_could_win_is_refused()
    {
        var last = new Version(new HybridTimestamp(ulong.MaxValue), default);
        byte[] frame = Written(output => PutCodec.WriteReply(output, default, new PutReply(Verdict.Superseded, last, 1)));
        Assert.Throws<ProtocolException>(() => PutCodec.ReadReply(BodyOf(MessageType.PutReply, frame), out _));
    }

    [Fact]
    public void The_optional_part_of_an_entry_is_skipped_and_parts_that_change_its_meaning_are_refused()
    {
        var head = new EntryHead(EntryKind.Register, new AnyMessage(1).Version(), Expiry.Never, 0);
        byte[] body = BodyOf(MessageType.Put, Written(output => PutCodec.Write(output, default, new PutRequest(1, default, "key"u8, new Entry(head, "value"u8)))));
        int flags = body.Length - sizeof(uint) - "value".Length - Version.Size - 1;
        const byte Optional = 128;

        byte[] section = [3, 0, 0, 0, 9, 9, 9];
        int end = body.Length - sizeof(uint) - "value".Length;
        byte[] extended = [.. body[..end], .. section, .. body[end..]];
        extended[flags] = Optional;
        PutRequest read = PutCodec.Read(extended, out _);
        Assert.Equal(head, read.Entry.Head);
        Assert.Equal("value"u8, read.Entry.Payload);

        foreach (byte part in (byte[])[4, 8, 16, 32, 64])
        {
            body[flags] = part;
            Assert.Throws<ProtocolException>(() => PutCodec.Read(body, out _));
        }
    }

    [Fact]
    public void Puts_gets_and_their_answers_allocate_nothing()
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        var key = new byte[16];
        var value = new byte[100];
        var head = new EntryHead(EntryKind.Register, new AnyMessage(1).Version(), Expiry.At(5), 0);
        var digest = new EntryDigest(head, EntryDigest.HashOf(value));

        Assert.Equal(0, Allocation.OfWarm(() =>
        {
            for (int i = 0; i < 1000; i++) Exchange();
        }));

        void Exchange()
        {
            output.ResetWrittenCount();
            PutCodec.Write(output, default, new PutRequest(0, default, key, new Entry(head, value)));
            PutCodec.Read(TheFrame(), out _);
            PutCodec.WriteReply(output, default, new PutReply(Verdict.Stored, head.Version, 1));
            PutCodec.ReadReply(TheFrame(), out _);
            GetCodec.Write(output, default, new GetRequest(0, default, key, 100));
            GetCodec.Read(TheFrame(), out _);
            GetCodec.WriteReply(output, default, new GetReply(Verdict.Answered, 1, digest, true, value));
            GetCodec.ReadReply(TheFrame(), out _);
        }

        ReadOnlySpan<byte> TheFrame()
        {
            Assert.True(Frame.TryRead(output.WrittenSpan, 1 << 20, out Frame frame, out _));
            output.ResetWrittenCount();
            return frame.Body;
        }
    }

    private static void WritePut(IBufferWriter<byte> output, AnyMessage any)
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: false);
        PutCodec.Write(output, any.Operation(), new PutRequest(any.Keyspace(), any.Epochs(), any.Bytes(99), new Entry(head, payload)));
    }

    private static void WriteGetReply(IBufferWriter<byte> output, AnyMessage any)
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: true);
        var digest = new EntryDigest(head, EntryDigest.HashOf(payload));
        GetCodec.WriteReply(output, any.Operation(), new GetReply(any.Verdict(), 3, digest, true, payload));
    }

    private static void WriteEdit(IBufferWriter<byte> output, AnyMessage any)
    {
        (EditKind kind, EditCondition condition) = any.Edit();
        var edit = new RegisterEdit(new EditTerms(kind, condition, any.Bool(), any.Long(), any.Offset(), any.Bool()), any.Bytes(99));
        EditCodec.Write(output, any.Operation(), new EditRequest(any.Keyspace(), any.Epochs(), any.Bytes(99), edit, any.Options()));
    }

    private static void WriteEditReply(IBufferWriter<byte> output, AnyMessage any)
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: true);
        EditCodec.WriteReply(output, any.Operation(), new EditReply(any.Outcome(), any.Bool(), new Entry(head, payload), any.Version(), any.Long()));
    }

    private static void WriteAsk(IBufferWriter<byte> output, AnyMessage any)
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: false);
        var edit = new RegisterEdit(new EditTerms(EditKind.SetRange, EditCondition.None, Offset: any.Offset()), payload);
        AskCodec.Write(output, any.Operation(), new AskRequest((AskKind)(1 + any.Int(3)), any.Keyspace(), any.Bytes(99), any.Options(), new Entry(head, payload), any.Bool(), edit));
    }

    private static void WriteAskReply(IBufferWriter<byte> output, AnyMessage any)
    {
        (EntryHead head, byte[] payload) = any.Entry(orAbsent: true);
        AskCodec.WriteReply(output, any.Operation(), new AskReply(any.Outcome(), any.Version(), new Entry(head, payload), any.Bool(), any.Long(), any.Version().Timestamp));
    }

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] BodyOf(MessageType type, byte[] bytes)
    {
        Assert.True(Frame.TryRead(bytes, bytes.Length, out Frame frame, out int size));
        Assert.Equal(bytes.Length, size);
        Assert.Equal(type, frame.Type);
        return frame.Body.ToArray();
    }
}
