using Quorate.Coordinator;
using Quorate.Core.Messages;

namespace Quorate.Node.Replication;

/// <summary>This node's replica as its own coordinator asks it: no connection, same answers.</summary>
internal sealed class LocalReplica(IReplicaService service, IReplySink replies) : IReplica
{
    public bool IsReachable => true;

    public void Put(in PutRequest request, OperationId operation) => service.Put(request, operation, replies);

    public void Get(in GetRequest request, OperationId operation) => service.Get(request, operation, replies);

    public void Edit(in EditRequest request, OperationId operation) => service.Edit(request, operation, replies);

    public void Count(in CountRequest request, OperationId operation) => service.Count(request, operation, replies);

    public void Scan(in ScanRequest request, OperationId operation) => service.Scan(request, operation, replies);

    public void Clear(in ClearRequest request, OperationId operation) => service.Clear(request, operation, replies);
}
