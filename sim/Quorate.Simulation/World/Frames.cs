using System.Buffers;
using Quorate.Core.Messages;
using Quorate.Transport.Frames;

namespace Quorate.Simulation.World;

/// <summary>
/// What an unreliable link makes of the frames that a peer sent: some lost, some doubled, some overtaken. TCP does none of
/// that; it is what the operations must bear by law, whatever carries them, and what only they see.
/// </summary>
internal static class Frames
{
    /// <param name="chunk">Whole frames: a peer's turn writes no parts of one.</param>
    /// <param name="onLost">Called for each that does not arrive.</param>
    /// <returns>What arrives, in the order of the stream, and by how many µs each falls behind its place there.</returns>
    public static IEnumerable<(byte[] Bytes, long Delay)> Through(Link link, byte[] chunk, Action onLost)
    {
        for (int at = 0; at < chunk.Length;)
        {
            (byte[] frame, MessageType type) = Take(chunk, at);
            at += frame.Length;
            if (IsHandshake(type)) yield return (frame, 0);
            else if (link.Loses()) onLost();
            else foreach ((byte[], long) copy in Copies(link, frame, type)) yield return copy;
        }
    }

    /// <summary>
    /// A second arrival must not break what a stream does promise, that a request is served at most once. Reads and answers
    /// may come again at any time. A put or clear changes nothing then either, but a refusal is final (law 7): so the copy comes
    /// right behind it, before anything has changed that it was refused for; and nobody hears what becomes of the copy, which
    /// may be refused because the first was taken. An edit is read, modified and written, which twice is not once: never doubled.
    /// </summary>
    private static IEnumerable<(byte[] Bytes, long Delay)> Copies(Link link, byte[] frame, MessageType type)
    {
        bool isDoubled = type != MessageType.Edit && link.Doubles();
        if (isDoubled && type is (MessageType.Put or MessageType.Clear))
        {
            yield return ([.. frame, .. Unanswered(frame)], link.NextDelay());
            yield break;
        }

        yield return (frame, link.NextDelay());
        if (isDoubled) yield return (frame, link.NextDelay());
    }

    private static byte[] Unanswered(byte[] request)
    {
        Frame.TryRead(request, int.MaxValue, out Frame frame, out _);
        var copy = new ArrayBufferWriter<byte>();
        if (frame.Type == MessageType.Put) PutCodec.Write(copy, OperationId.Unanswered, PutCodec.Read(frame.Body, out _));
        else ClearCodec.Write(copy, OperationId.Unanswered, ClearCodec.Read(frame.Body, out _));
        return copy.WrittenSpan.ToArray();
    }

    private static (byte[] Bytes, MessageType Type) Take(byte[] chunk, int at)
    {
        if (!Frame.TryRead(chunk.AsSpan(at), int.MaxValue, out Frame frame, out int size))
            throw new InvalidOperationException("A peer sent a part of a frame in one turn and the rest in another.");
        return (chunk[at..(at + size)], frame.Type);
    }

    private static bool IsHandshake(MessageType type) => type is MessageType.Hello or MessageType.Welcome or MessageType.Refused;
}
