using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Cluster;

/// <summary>Asks one replica what it holds for a key, as a peer would, and keeps the answer.</summary>
internal sealed class RawRead(string key, string node) : IReplySink
{
    public string Node => node;

    public bool IsAnswered => Copy?.Verdict is Verdict.Answered or Verdict.NoHint;

    /// <summary>Whether it has this version or a newer one.</summary>
    public bool Holds(Version version) => Copy?.Verdict == Verdict.Answered && Copy.Head.Version >= version;

    /// <summary>Null until it was answered.</summary>
    public Copy? Copy { get; private set; }

    public void OnGet(OperationId operation, in GetReply reply) =>
        Copy = new Copy(key, node, reply.Verdict, reply.Digest.Head, reply.Payload.ToArray(), reply.Horizon);

    public void OnPut(OperationId operation, in PutReply reply) => throw Unexpected;

    public void OnEdit(OperationId operation, in EditReply reply) => throw Unexpected;

    public void OnCount(OperationId operation, in CountReply reply) => throw Unexpected;

    public void OnScan(OperationId operation, in ScanReply reply) => throw Unexpected;

    public void OnClear(OperationId operation, in ClearReply reply) => throw Unexpected;

    /// <summary>Nobody answers: the node is down.</summary>
    public void Lose() => Copy = new Copy(key, node, Verdict.NotConnected, default, default);

    private static InvalidOperationException Unexpected => new("A replica that was asked for a value answered something else.");
}
