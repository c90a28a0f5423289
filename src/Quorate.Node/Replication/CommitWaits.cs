using System.Buffers;
using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Node.Replication;

/// <summary>
/// Answers that depend on a record whose group is not committed yet, in the order of the log (law 11). Bounded as requests
/// are: those who asked may have given up long before a stuck disk lets the answers go.
/// </summary>
internal sealed class CommitWaits(Limits limits)
{
    private readonly Queue<Wait> _waits = new();
    private long _bytes;
    private long _lastPosition;

    /// <summary>Then a put is refused before it changes anything, and a read is not answered from here.</summary>
    public bool IsFull => _waits.Count >= limits.MaxRequests || _bytes >= limits.MaxHeldBytes;

    public bool IsEmpty => _waits.Count == 0;

    public IReadOnlyList<Gauge> Gauges() =>
    [
        new("answers awaiting their commit", _waits.Count, limits.MaxRequests),
        new("bytes of answers awaiting their commit", _bytes, limits.MaxHeldBytes + limits.MaxValueBytes + byte.MaxValue),
    ];

    public void Add(long position, IReplySink replyTo, OperationId operation, in PutReply reply) =>
        Enqueue(new Wait(Rising(position), replyTo, operation, reply, default, default, null, 0, null));

    /// <summary>Keeps a copy of the payload: the entry may have changed again by the time this one is durable.</summary>
    public void Add(long position, IReplySink replyTo, OperationId operation, in GetReply reply)
    {
        byte[]? copy = null;
        if (reply.HasPayload)
        {
            copy = ArrayPool<byte>.Shared.Rent(reply.Payload.Length);
            reply.Payload.CopyTo(copy);
        }

        _bytes += reply.Payload.Length;
        var put = new PutReply(Verdict.None, Version.None, reply.Start);
        Enqueue(new Wait(Rising(position), replyTo, operation, put, reply.Digest, reply.Horizon, copy, reply.Payload.Length, null));
    }

    /// <summary>For an answer that is rare, and made when its time has come.</summary>
    public void Add(long position, Action answer) =>
        Enqueue(new Wait(Rising(position), null, default, default, default, default, null, 0, answer));

    public void Release(long durablePosition)
    {
        while (_waits.TryPeek(out Wait wait) && wait.Position <= durablePosition)
        {
            _waits.Dequeue();
            _bytes -= wait.PayloadLength;
            Answer(wait);
        }
    }

    private static void Answer(in Wait wait)
    {
        if (wait.Answer is { } answer)
        {
            answer();
            return;
        }

        if (wait.Put.Verdict != Verdict.None)
        {
            wait.ReplyTo!.OnPut(wait.Operation, wait.Put);
            return;
        }

        ReadOnlySpan<byte> payload = wait.Payload.AsSpan(0, wait.PayloadLength);
        wait.ReplyTo!.OnGet(wait.Operation, new GetReply(Verdict.Answered, wait.Put.Start, wait.Digest, wait.Payload is not null, payload, wait.Horizon));
        if (wait.Payload is not null) ArrayPool<byte>.Shared.Return(wait.Payload);
    }

    private void Enqueue(in Wait wait) => _waits.Enqueue(wait);

    /// <summary>An answer about an older record queues behind newer ones: late by one commit at most, and the queue stays sorted.</summary>
    private long Rising(long position) => _lastPosition = Math.Max(_lastPosition, position);

    private readonly record struct Wait(
        long Position, IReplySink? ReplyTo, OperationId Operation, PutReply Put, EntryDigest Digest, HybridTimestamp Horizon, byte[]? Payload, int PayloadLength, Action? Answer);
}
