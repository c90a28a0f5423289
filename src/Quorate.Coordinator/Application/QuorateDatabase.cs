using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Core.Sessions;

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
    /// <param name="serializer">For typed values; null for JSON.</param>
    public QuorateDatabase(DatabaseFacade database, TimeProvider time, IValueSerializer? serializer = null)
    {
        Time = time;
        Serializer = serializer ?? new JsonValueSerializer();
        _database = new RetryingDatabase(database, time);
        _keyspaces = database.Keyspaces;
    }

    /// <summary>Names of the cluster's keyspaces.</summary>
    public IEnumerable<string> Keyspaces => _keyspaces.All.Select(keyspace => keyspace.Name);

    internal IValueSerializer Serializer { get; }

    internal TimeProvider Time { get; }

    /// <summary>A keyspace by its name; the one that every cluster has is <c>default</c>.</summary>
    /// <param name="name">One of <see cref="Keyspaces"/>.</param>
    /// <exception cref="ArgumentException">The cluster has no keyspace of this name.</exception>
    public QuorateKeyspace Keyspace(string name = KeyspaceTable.DefaultName) => Keyspace(name, session: null);

    /// <summary>
    /// A session, for one user or one piece of work: reads made through it see what was written through it, and never go back, at any level
    /// and through whichever nodes.
    /// </summary>
    /// <param name="capacity">Keys it remembers, 1 to 1,000; further ones are written and read at QUORUM. 100 keep its token below a cookie's 4 KB.</param>
    public QuorateSession Session(int capacity = SeenVersions.MaxCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, SeenVersions.MaxCapacity);
        return new QuorateSession(this, new SeenVersions(capacity));
    }

    /// <summary>Carries on a session that was begun elsewhere.</summary>
    /// <param name="token">What <see cref="QuorateSession.ToToken"/> gave, in this process or another.</param>
    /// <exception cref="FormatException">It is no such token; says why.</exception>
    public QuorateSession Session(string token) => SessionToken.TryParse(token, out SeenVersions? seen, out string problem)
        ? new QuorateSession(this, seen)
        : throw new FormatException($"This is no session's token: {problem}.");

    internal QuorateKeyspace Keyspace(string name, QuorateSession? session) =>
        _keyspaces.TryFind(name, out int index)
            ? new QuorateKeyspace(this, session, name, index)
            : throw new ArgumentException($"The cluster has no keyspace '{name}'; it has {string.Join(", ", Keyspaces)}.", nameof(name));

    /// <summary>From now on every request fails with <see cref="ObjectDisposedException"/>.</summary>
    /// <returns>False where that was so already.</returns>
    protected bool TryClose() => Interlocked.Exchange(ref _isClosed, 1) == 0;

    internal Keyspace SettingsOf(int keyspace) => _keyspaces[keyspace];

    internal ValueTask<DatabaseAnswer> AskAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, this);
        return _database.AskAsync(request, cancellationToken);
    }
}
