using Quorate.Core.Quorum;

namespace Quorate.Transport.Frames;

/// <summary>How a request ended: kind, needed, replicas, confirmed (1 each), then 16 verdicts (1 each).</summary>
internal static class OutcomeCodec
{
    public const int Size = 4 + ReplicaSet.MaxReplicas;

    public static void Write(ref FrameWriter frame, in Outcome outcome)
    {
        frame.Byte((byte)outcome.Kind);
        frame.Byte((byte)outcome.Needed);
        frame.Byte((byte)outcome.Replicas);
        frame.Byte((byte)outcome.Confirmed);
        for (int rank = 0; rank < ReplicaSet.MaxReplicas; rank++) frame.Byte((byte)outcome.Verdicts[rank]);
    }

    public static Outcome Read(scoped ref BodyReader body)
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
