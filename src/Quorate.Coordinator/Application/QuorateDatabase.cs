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
    private readonly Task<RetryingDatabase> _database;
    private int _isClosed;
    private int _waiting;

    /// <summary>The application's view of a coordinator in this process; applications are given one.</summary>
    /// <param name="database">The way to the coordinator's loop.</param>
    /// <param name="time">For the pauses between attempts.</param>
    /// <param name="serializer">For typed values; null for JSON.</param>
    public QuorateDatabase(DatabaseFacade database, TimeProvider time, IValueSerializer? serializer = null)
        : this(Task.FromResult(database), time, serializer)
    {
    }

    /// <summary>The view of a coordinator that is not there yet: requests wait for it, each within its own timeout.</summary>
    /// <param name="database">The way to the coordinator's loop, once it is open; cancelled where it is closed before.</param>
    /// <param name="time">For timeouts and pauses.</param>
    /// <param name="serializer">For typed values; null for JSON.</param>
    protected QuorateDatabase(Task<DatabaseFacade> database, TimeProvider time, IValueSerializer? serializer)
    {
        Time = time;
        Serializer = serializer ?? new JsonValueSerializer();
        _database = WhenOpenAsync();

        async Task<RetryingDatabase> WhenOpenAsync() => new(await database, time);
    }

    /// <summary>Names of the cluster's keyspaces; none until it is known.</summary>
    public IEnumerable<string> Keyspaces => Opened?.Keyspaces.All.Select(keyspace => keyspace.Name) ?? [];

    internal IValueSerializer Serializer { get; }

    internal TimeProvider Time { get; }

    /// <summary>Null until a coordinator is there.</summary>
    internal RetryingDatabase? Opened => _database.IsCompletedSuccessfully ? _database.Result : null;

    /// <summary>A keyspace by its name; the one that every cluster has is <c>default</c>.</summary>
    /// <param name="name">One of <see cref="Keyspaces"/>.</param>
    /// <exception cref="ArgumentException">The cluster has no keyspace of this name; where the cluster is not known yet, the first request says so.</exception>
    public QuorateKeyspace Keyspace(string name = KeyspaceTable.DefaultName) => Keyspace(name, session: null);

    /// <summary>
    /// A session, for one user or one piece of work: reads made through it see what was written through it, and never go back, at any level
    /// and through whichever nodes.
    /// </summary>
    /// <param name="capacity">Keys it remembers, 1 to 1,000; further ones are written and read at QUORUM, without fallbacks. 100 keep its token below a cookie's 4 KB.</param>
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

    /// <summary>From now on every request fails with <see cref="ObjectDisposedException"/>.</summary>
    /// <returns>False where that was so already.</returns>
    protected bool TryClose() => Interlocked.Exchange(ref _isClosed, 1) == 0;

    /// <summary>Waits until requests can be made.</summary>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnavailableException">Not in time; says <see cref="WhyNotOpenAsync"/>.</exception>
    protected internal async Task OpenAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, this);
        if (Interlocked.Increment(ref _waiting) > DatabaseFacade.DefaultCapacity)
        {
            Interlocked.Decrement(ref _waiting);
            throw new OverloadedException(DatabaseAnswer.Failed(OutcomeKind.Overloaded));
        }

        try
        {
            await _database.WaitAsync(timeout, Time, cancellationToken);
        }
        catch (OperationCanceledException) when (_database.IsCanceled)
        {
            throw new ObjectDisposedException(GetType().FullName);
        }
        catch (TimeoutException)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, this);
            throw new UnavailableException($"no node of the cluster took this client in {timeout.TotalSeconds} s: {await WhyNotOpenAsync()}");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Who keeps the coordinator from being there, and why.</summary>
    protected virtual Task<string> WhyNotOpenAsync() => Task.FromResult("it is starting");

    internal QuorateKeyspace Keyspace(string name, QuorateSession? session)
    {
        if (Opened is not null) Find(name);
        return new QuorateKeyspace(this, session, name);
    }

    /// <summary>The number of a keyspace, once open.</summary>
    internal int Find(string keyspace) => Opened!.Keyspaces.TryFind(keyspace, out int index)
        ? index
        : throw new ArgumentException($"The cluster has no keyspace '{keyspace}'; it has {string.Join(", ", Keyspaces)}.", nameof(keyspace));

    /// <summary>Once open.</summary>
    internal Keyspace SettingsOf(int keyspace) => Opened!.Keyspaces[keyspace];

    /// <summary>Once open.</summary>
    internal ValueTask<DatabaseAnswer> AskAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed) != 0, this);
        return Opened!.AskAsync(request, cancellationToken);
    }
}
