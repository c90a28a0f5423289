using Quorate.Core.Messages;

namespace Quorate.Transport.Frames;

/// <summary>What every request begins with: operation (8), keyspace (2), read epoch (4), newest epoch (4).</summary>
internal readonly record struct RequestHead(OperationId Operation, ushort Keyspace, Epochs Epochs)
{
    public const int Size = sizeof(ulong) + sizeof(ushort) + 2 * sizeof(uint);

    public void Write(ref FrameWriter frame)
    {
        frame.UInt64(Operation.Packed);
        frame.UInt16(Keyspace);
        frame.UInt32(Epochs.Read);
        frame.UInt32(Epochs.Newest);
    }

    public static RequestHead Read(scoped ref BodyReader body) =>
        new(OperationId.Unpack(body.UInt64()), body.UInt16(), new Epochs(body.UInt32(), body.UInt32()));
}
