using Quorate.Coordinator;
using Quorate.Core.Quorum;

namespace Quorate.Client.Nodes;

/// <summary>A node as one that coordinates.</summary>
internal sealed class AskedNode(IPeer peer)
{
    private LatencyEstimate _latency;

    public IPeer Peer => peer;

    /// <summary>It has left something unanswered for long, and nothing was heard since: it is asked last.</summary>
    public bool IsSilent { get; set; }

    /// <summary>After this many ms another is asked for a read too.</summary>
    public int LateMilliseconds => (_latency.Late + 999) / 1000;

    public void NoteLatency(TimeSpan elapsed) => _latency.Add((int)Math.Min(elapsed.TotalMicroseconds, LatencyEstimate.MostLate));
}
