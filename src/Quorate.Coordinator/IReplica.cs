using Quorate.Core.Messages;

namespace Quorate.Coordinator;

/// <summary>
/// One node as a request sees it: the local one or a peer. Nothing is returned; answers come to the
/// <see cref="IReplySink"/> it was made with, within the call or in a later turn.
/// </summary>
public interface IReplica
{
    /// <summary>False where a request would be refused at once because nobody is connected.</summary>
    bool IsReachable { get; }

    void Put(in PutRequest request, OperationId operation);

    void Get(in GetRequest request, OperationId operation);

    void Edit(in EditRequest request, OperationId operation);

    void Count(in CountRequest request, OperationId operation);

    void Scan(in ScanRequest request, OperationId operation);

    void Clear(in ClearRequest request, OperationId operation);
}

/// <summary>Takes answers: the coordinator, or the connection that carries them back to one.</summary>
public interface IReplySink
{
    void OnPut(OperationId operation, in PutReply reply);

    void OnGet(OperationId operation, in GetReply reply);

    void OnEdit(OperationId operation, in EditReply reply);

    void OnCount(OperationId operation, in CountReply reply);

    void OnScan(OperationId operation, in ScanReply reply);

    void OnClear(OperationId operation, in ClearReply reply);
}

/// <summary>The serving side: this node's replica, asked by its own coordinator or over a connection.</summary>
public interface IReplicaService : IForesight
{
    void Put(in PutRequest request, OperationId operation, IReplySink replyTo);

    void Get(in GetRequest request, OperationId operation, IReplySink replyTo);

    void Edit(in EditRequest request, OperationId operation, IReplySink replyTo);

    void Count(in CountRequest request, OperationId operation, IReplySink replyTo);

    void Scan(in ScanRequest request, OperationId operation, IReplySink replyTo);

    void Clear(in ClearRequest request, OperationId operation, IReplySink replyTo);
}
