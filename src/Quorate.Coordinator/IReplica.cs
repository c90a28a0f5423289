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

    /// <summary>Asks it to join or keep an entry. Answered with <see cref="IReplySink.OnPut"/>.</summary>
    void Put(in PutRequest request, OperationId operation);

    /// <summary>Asks it what it holds for a key. Answered with <see cref="IReplySink.OnGet"/>.</summary>
    void Get(in GetRequest request, OperationId operation);

    /// <summary>Has it run a read-modify-write. Answered with <see cref="IReplySink.OnEdit"/>.</summary>
    void Edit(in EditRequest request, OperationId operation);

    /// <summary>Asks it how many live keys it holds. Answered with <see cref="IReplySink.OnCount"/>.</summary>
    void Count(in CountRequest request, OperationId operation);

    /// <summary>Asks it for some keys of a partition. Answered with <see cref="IReplySink.OnScan"/>.</summary>
    void Scan(in ScanRequest request, OperationId operation);

    /// <summary>Has it clear a keyspace, or say how new that is. Answered with <see cref="IReplySink.OnClear"/>.</summary>
    void Clear(in ClearRequest request, OperationId operation);
}

/// <summary>Takes answers: the coordinator, or the connection that carries them back to one.</summary>
public interface IReplySink
{
    /// <summary>An answer is about to come, perhaps: see <see cref="IForesight"/>.</summary>
    void Expect(OperationId operation)
    {
    }

    /// <summary>No more answers to expect for now; at most <see cref="IForesight.Window"/> are remembered until then.</summary>
    void FetchExpected()
    {
    }

    /// <summary>The answer to a put.</summary>
    void OnPut(OperationId operation, in PutReply reply);

    /// <summary>The answer to a get; its bytes are valid during the call only.</summary>
    void OnGet(OperationId operation, in GetReply reply);

    /// <summary>The answer to a read-modify-write; its bytes are valid during the call only.</summary>
    void OnEdit(OperationId operation, in EditReply reply);

    /// <summary>The answer to a count; its numbers are valid during the call only.</summary>
    void OnCount(OperationId operation, in CountReply reply);

    /// <summary>The answer to a scan; its list is valid during the call only.</summary>
    void OnScan(OperationId operation, in ScanReply reply);

    /// <summary>The answer to a clear.</summary>
    void OnClear(OperationId operation, in ClearReply reply);
}

/// <summary>The serving side: this node's replica, asked by its own coordinator or over a connection.</summary>
public interface IReplicaService : IForesight
{
    /// <summary>Joins an entry, or keeps it as a hint; the answer may wait until it is durable.</summary>
    void Put(in PutRequest request, OperationId operation, IReplySink replyTo);

    /// <summary>Says what is held for a key, raw; the answer may wait for the disk.</summary>
    void Get(in GetRequest request, OperationId operation, IReplySink replyTo);

    /// <summary>Runs a read-modify-write, one at a time per key; the answer comes when its put has ended.</summary>
    void Edit(in EditRequest request, OperationId operation, IReplySink replyTo);

    /// <summary>Says how many live keys are held, partition by partition.</summary>
    void Count(in CountRequest request, OperationId operation, IReplySink replyTo);

    /// <summary>Says which keys of a partition are held.</summary>
    void Scan(in ScanRequest request, OperationId operation, IReplySink replyTo);

    /// <summary>Clears a keyspace, or says how new it is; the answer may wait until it is durable.</summary>
    void Clear(in ClearRequest request, OperationId operation, IReplySink replyTo);
}
