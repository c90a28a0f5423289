using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Core.Sessions;

namespace Quorate;

/// <summary>
/// Read-your-writes and monotonic reads, at any level: a read that comes back with less than this session has written or read is made
/// again, at QUORUM and then at ALL, within its timeout; where it still is not there it fails with <see cref="StaleReadException"/> and
/// never answers the old. Any thread may use it; requests that run at the same time are in no order.
/// </summary>
public sealed class QuorateSession
{
    private readonly QuorateDatabase _database;
    private readonly SeenVersions _seen;

    internal QuorateSession(QuorateDatabase database, SeenVersions seen) => (_database, _seen) = (database, seen);

    /// <summary>A keyspace, seen through this session.</summary>
    /// <param name="name">One of <see cref="QuorateDatabase.Keyspaces"/>.</param>
    /// <exception cref="ArgumentException">The cluster has no keyspace of this name.</exception>
    public QuorateKeyspace Keyspace(string name = KeyspaceTable.DefaultName) => _database.Keyspace(name, this);

    /// <summary>
    /// What this session knows, for <see cref="QuorateDatabase.Session(string)"/> to carry on: 39 characters a key and 11 besides, safe in
    /// cookies and URLs. It names no keys, but is not signed: who forges one gets reads that fail.
    /// </summary>
    public string ToToken()
    {
        lock (_seen) return SessionToken.Of(_seen);
    }

    internal ValueTask<DatabaseAnswer> AskAsync(in FacadeRequest request, CancellationToken cancellationToken)
    {
        var attempts = new SessionRequest(_database, _seen, request, cancellationToken);
        return request.Operation switch
        {
            FacadeOperation.Get => attempts.ReadAsync(),
            FacadeOperation.Expire => attempts.ExpireAsync(),
            _ => attempts.WriteAsync(),
        };
    }
}
