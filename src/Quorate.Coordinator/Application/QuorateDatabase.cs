using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>
/// A cluster, for an application: one instance is enough, any thread may use it. Its requests are coordinated in this process, by a client
/// or by an embedded node; the application sees none of the thread on which that runs.
/// </summary>
public class QuorateDatabase
{
    private readonly RetryingDatabase _database;
    private readonly KeyspaceTable _keyspaces;
    private int _isClosed;

    /// <summary>The application's view of a coordinator in this process; applications are given one.</summary>
    /// <param name="database">The way to the coordinator's loop.</param>
    /// <param name="time">For the pauses between attempts.</param>
    public QuorateDatabase(DatabaseFacade database, TimeProvider time)
    {
        _database = new RetryingDatabase(database, time);
        _keyspaces = database.Keyspaces;
    }

    /// <summary>Names of the cluster's keyspaces.</summary>
    public IEnumerable<string> Keyspaces => _keyspaces.All.Select(keyspace => keyspace.Name);

    /// <summary>A keyspace by its name; the one that every cluster has is <c>default</c>.</summary>
    /// <param name="name">One of <see cref="Keyspaces"/>.</param>
    /// <exception cref="ArgumentException">The cluster has no keyspace of this name.</exception>
    public QuorateKeyspace Keyspace(string name = KeyspaceTable.DefaultName) =>
        _keyspaces.TryFind(name, out int index)
            ? new QuorateKeyspace(this, name, index)
            : throw new ArgumentException($"The cluster has no keyspace '{name}'; it has {string.Join(", ", Keyspaces)}.", nameof(name));

    /// <summary>From now on every request fails with <see cref="ObjectDisposedException"/>.</summary>
    /// <returns>False where that was so already.</returns>
    protected bool TryClose() => Interlocked.Exchange(ref _isClosed, 1) == 0;

    internal ValueTask<DatabaseAnswer> AskAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, this);
        return _database.AskAsync(request, cancellationToken);
    }
}
