using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Transport.Frames;

/// <summary>A vouch, as the end of an answer: what partitions have in runs, because it is mostly the same for all of them.</summary>
internal static class VouchCodec
{
    private const int Fields = sizeof(uint) + sizeof(ushort) + 3 * sizeof(ulong) + 2 * sizeof(ushort);
    private const int MaxRunSize = sizeof(ushort) + 1 + sizeof(ulong);

    public static int MaxSizeOf(Vouch vouch) =>
        Fields + vouch.Starts.Length * sizeof(uint) + (vouch.Horizons.Length + vouch.Hashes.Length) * MaxRunSize;

    public static void Write(ref FrameWriter frame, Vouch vouch)
    {
        frame.UInt32(vouch.Start);
        frame.UInt16((ushort)vouch.Starts.Length);
        foreach (uint start in vouch.Starts) frame.UInt32(start);
        frame.UInt64(vouch.Wanted.Value);
        frame.UInt64(vouch.HintFloor.Value);
        frame.UInt64(vouch.UpTo.Value);
        List<Run<HybridTimestamp>> horizons = Run.Of(vouch.Horizons);
        frame.UInt16((ushort)horizons.Count);
        foreach (Run<HybridTimestamp> run in horizons)
        {
            frame.UInt16(run.Length);
            frame.UInt64(run.Value.Value);
        }

        List<Run<ulong?>> hashes = Run.Of(vouch.Hashes);
        frame.UInt16((ushort)hashes.Count);
        foreach (Run<ulong?> run in hashes)
        {
            frame.UInt16(run.Length);
            frame.Bool(run.Value.HasValue);
            if (run.Value is { } hash) frame.UInt64(hash);
        }
    }

    /// <exception cref="ProtocolException">It is none.</exception>
    public static Vouch Read(scoped ref BodyReader body)
    {
        uint start = body.UInt32();
        uint[] starts = new uint[body.UInt16()];
        if (starts.Length > Topology.MaxMembers) throw new ProtocolException($"a cluster has no {starts.Length} members");
        for (int i = 0; i < starts.Length; i++) starts[i] = body.UInt32();
        var wanted = new HybridTimestamp(body.UInt64());
        var hintFloor = new HybridTimestamp(body.UInt64());
        var upTo = new HybridTimestamp(body.UInt64());
        var horizons = new List<HybridTimestamp>();
        for (int runs = body.UInt16(); runs > 0; runs--)
        {
            int length = Length(body.UInt16(), horizons.Count);
            horizons.AddRange(Enumerable.Repeat(new HybridTimestamp(body.UInt64()), length));
        }

        var hashes = new List<ulong?>();
        for (int runs = body.UInt16(); runs > 0; runs--)
        {
            int length = Length(body.UInt16(), hashes.Count);
            ulong? hash = body.Bool() ? body.UInt64() : null;
            hashes.AddRange(Enumerable.Repeat(hash, length));
        }

        return new Vouch(start, starts, wanted, hintFloor, upTo, [.. horizons], [.. hashes]);
    }

    private static int Length(int run, int before) =>
        run >= 1 && run + before <= Partition.Count ? run : throw new ProtocolException($"there are no {run + before} partitions");
}
