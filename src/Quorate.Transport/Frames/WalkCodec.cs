using System.Buffers;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

public static class WalkCodec
{
    private const int RequestFields = sizeof(ulong) + 2 * sizeof(uint) + 2 + 2 * sizeof(ushort) + 3 * sizeof(ulong);
    private const int ReplyFields = sizeof(ulong) + 2 + sizeof(ushort) + 2 * sizeof(uint);

    /// <summary>A key takes at least its keyspace, length, kind, parts and version: what is announced must fit what came.</summary>
    private const int MinKeySize = sizeof(ushort) + sizeof(uint) + 2 + Version.Size;

    public static void Write(IBufferWriter<byte> output, OperationId operation, WalkRequest request)
    {
        var frame = new FrameWriter(output, MessageType.Walk, RequestFields + request.Nodes.Length * sizeof(ushort));
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
        frame.End();
    }

    /// <exception cref="ProtocolException">It is no step of a walk.</exception>
    public static WalkRequest Read(ReadOnlySpan<byte> body, out OperationId operation)
    {
        var reader = new BodyReader(body);
        operation = OperationId.Unpack(reader.UInt64());
        var epochs = new Epochs(reader.UInt32(), reader.UInt32());
        var asker = new NodeId(reader.UInt64());
        var step = (WalkStep)reader.Byte();
        if (step is < WalkStep.Roots or > WalkStep.Clears) throw new ProtocolException($"a walk has no step {(byte)step}");
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

        reader.End();
        return new WalkRequest(step, epochs, asker, n, partition, cut, hash, nodes);
    }

    /// <param name="step">Of the question: the hashes of leaves are short.</param>
    public static void WriteReply(IBufferWriter<byte> output, OperationId operation, WalkStep step, WalkReply reply)
    {
        int size = ReplyFields + reply.Hashes.Length * sizeof(ulong);
        foreach (WalkedKey key in reply.Keys) size += sizeof(ushort) + sizeof(uint) + key.Key.Length + EntryCodec.MaxHeadSize;
        var frame = new FrameWriter(output, MessageType.WalkReply, size);
        frame.UInt64(operation.Packed);
        frame.Byte((byte)reply.Verdict);
        frame.Bool(step == WalkStep.Leaves);
        frame.UInt16((ushort)reply.Covered);
        frame.Int32(reply.Hashes.Length);
        foreach (ulong hash in reply.Hashes)
        {
            if (step == WalkStep.Leaves) frame.UInt32((uint)hash);
            else frame.UInt64(hash);
        }

        frame.Int32(reply.Keys.Length);
        foreach (WalkedKey key in reply.Keys)
        {
            frame.UInt16(key.Keyspace);
            frame.Bytes(key.Key);
            EntryCodec.WriteHead(ref frame, key.Head);
        }

        frame.End();
    }

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
        reader.End();
        return new WalkReply(verdict, hashes, keys, covered);
    }

    private static int Announced(uint count, int leastSize, int remaining) =>
        count <= (uint)(remaining / leastSize) ? (int)count : throw new ProtocolException($"{count} were announced and fewer came");
}
