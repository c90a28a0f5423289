using System.Buffers;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

/// <summary>A step of a walk down two hash trees, and what the other home replica holds there.</summary>
public static class WalkCodec
{
    private const int RequestFields = sizeof(ulong) + 2 * sizeof(uint) + 2 + 2 * sizeof(ushort) + 3 * sizeof(ulong) + sizeof(ushort);
    private const int ReplyFields = sizeof(ulong) + 3 + 2 * sizeof(ushort) + 2 * sizeof(uint);

    /// <summary>A key takes at least its keyspace, length, kind, parts and version: what is announced must fit what came.</summary>
    private const int MinKeySize = sizeof(ushort) + sizeof(uint) + 2 + Version.Size;

    /// <summary>Writes the frame of a step.</summary>
    public static void Write(IBufferWriter<byte> output, OperationId operation, WalkRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Walk, RequestFields + request.Nodes.Length * sizeof(ushort) + request.Held.Length * sizeof(uint));
        frame.UInt64(operation.Packed);
        frame.UInt32(request.Epochs.Read);
        frame.UInt32(request.Epochs.Newest);
        frame.UInt64(request.Asker.Value);
        frame.Byte((byte)request.Step);
        frame.Byte(request.N);
        frame.UInt16(request.Partition);
        frame.UInt64(request.Cut.Value);
        frame.UInt64(request.Hash);
        frame.UInt16((ushort)request.Nodes.Length);
        foreach (ushort node in request.Nodes) frame.UInt16(node);
        frame.UInt16((ushort)request.Held.Length);
        foreach (uint hash in request.Held) frame.UInt32(hash);
        frame.End();
    }

    /// <summary>Reads a step's body; everything in it is a copy.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">What the answer is to carry.</param>
    /// <exception cref="ProtocolException">It is no step of a walk.</exception>
    public static WalkRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var epochs = new Epochs(reader.UInt32(), reader.UInt32());
        var asker = new NodeId(reader.UInt64());
        var step = (WalkStep)reader.Byte();
        if (step is < WalkStep.Roots or > WalkStep.Vouch) throw new ProtocolException($"a walk has no step {(byte)step}");
        byte n = reader.Byte();
        ushort partition = reader.UInt16();
        if (partition >= Core.Placement.Partition.Count) throw new ProtocolException($"there is no partition {partition}");
        var cut = new HybridTimestamp(reader.UInt64());
        ulong hash = reader.UInt64();
        int most = step == WalkStep.Leaves ? HashTree.Groups : HashTree.Leaves;
        ushort[] nodes = new ushort[reader.UInt16()];
        if (nodes.Length > most) throw new ProtocolException($"a tree has no {nodes.Length} nodes there");
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = reader.UInt16();
            if (nodes[i] >= most) throw new ProtocolException($"a tree has no node {nodes[i]} there");
        }

        uint[] held = new uint[Announced(reader.UInt16(), sizeof(uint), reader.Remaining)];
        for (int i = 0; i < held.Length; i++) held[i] = reader.UInt32();
        reader.End();
        return new WalkRequest(step, epochs, asker, n, partition, cut, hash, nodes) { Held = held };
    }

    /// <summary>Writes the frame of the answer.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <param name="step">Of the question: those of groups and leaves are short.</param>
    /// <param name="reply">Of short hashes the lower 32 bits travel.</param>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, WalkStep step, WalkReply reply)
    {
        bool isShort = step is WalkStep.Groups or WalkStep.Leaves;
        int size = ReplyFields + reply.Hashes.Length * sizeof(ulong) + reply.Lacking.Length * sizeof(ushort);
        foreach (WalkedKey key in reply.Keys) size += sizeof(ushort) + sizeof(uint) + key.Key.Length + EntryCodec.MaxHeadSize;
        if (reply.Vouch is { } vouched) size += VouchCodec.MaxSizeOf(vouched);
        var frame = new FrameWriter(output, MessageType.WalkReply, size);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.Bool(isShort);
        frame.UInt16((ushort)reply.Covered);
        frame.Int32(reply.Hashes.Length);
        foreach (ulong hash in reply.Hashes)
        {
            if (isShort) frame.UInt32((uint)hash);
            else frame.UInt64(hash);
        }

        frame.Int32(reply.Keys.Length);
        foreach (WalkedKey key in reply.Keys)
        {
            frame.UInt16(key.Keyspace);
            frame.Bytes(key.Key);
            EntryCodec.WriteHead(ref frame, key.Head);
        }

        frame.UInt16((ushort)reply.Lacking.Length);
        foreach (ushort index in reply.Lacking) frame.UInt16(index);

        frame.Bool(reply.Vouch is not null);
        if (reply.Vouch is { } vouch) VouchCodec.Write(ref frame, vouch);
        frame.End();
    }

    /// <summary>Reads the answer's body; everything in it is a copy.</summary>
    /// <param name="body">Of one frame, whole.</param>
    /// <param name="operation">Which question it answers.</param>
    /// <exception cref="ProtocolException">It is no answer to a step of a walk.</exception>
    public static WalkReply ReadReply(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var verdict = reader.Verdict();
        bool isShort = reader.Bool();
        int covered = reader.UInt16();
        ulong[] hashes = new ulong[Announced(reader.UInt32(), isShort ? sizeof(uint) : sizeof(ulong), reader.Remaining)];
        for (int i = 0; i < hashes.Length; i++) hashes[i] = isShort ? reader.UInt32() : reader.UInt64();
        var keys = new WalkedKey[Announced(reader.UInt32(), MinKeySize, reader.Remaining)];
        for (int i = 0; i < keys.Length; i++) keys[i] = new WalkedKey(reader.UInt16(), reader.Bytes().ToArray(), EntryCodec.ReadHead(ref reader));
        ushort[] lacking = new ushort[Announced(reader.UInt16(), sizeof(ushort), reader.Remaining)];
        for (int i = 0; i < lacking.Length; i++) lacking[i] = reader.UInt16();
        Vouch? vouch = reader.Bool() ? VouchCodec.Read(ref reader) : null;
        reader.End();
        return new WalkReply(verdict, hashes, keys, covered, vouch) { Lacking = lacking };
    }

    private static int Announced(uint count, int leastSize, int remaining) =>
        count <= (uint)(remaining / leastSize) ? (int)count : throw new ProtocolException($"{count} were announced and fewer came");
}
