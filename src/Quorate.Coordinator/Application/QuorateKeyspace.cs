using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>
/// The keys of one keyspace. Every request takes <see cref="RequestOptions"/> (R, W, timeout, fanout, sloppy or strict quorum), whose
/// unset parts come from the keyspace, and ends at the latest at its timeout, 2 s unless it says otherwise. What is known not to have
/// happened for want of replicas is made again a few times. Failures are <see cref="QuorateException"/>s. Any thread may use it.
/// </summary>
public sealed class QuorateKeyspace
{
    private readonly QuorateDatabase _database;
    private readonly QuorateSession? _session;

    internal QuorateKeyspace(QuorateDatabase database, QuorateSession? session, string name)
    {
        _database = database;
        _session = session;
        Name = name;
    }

    /// <summary>What the cluster calls it.</summary>
    public string Name { get; }

    /// <summary>Reads a key at R replicas; those of them that were behind are repaired.</summary>
    /// <param name="key">What to read.</param>
    /// <param name="options">What this request says for itself.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="NotWrittenException">Too few replicas can answer.</exception>
    /// <exception cref="ReadTimedOutException">Too few answered in time.</exception>
    public async ValueTask<GetResult> GetAsync(QuorateKey key, RequestOptions options = default, CancellationToken cancellationToken = default)
    {
        DatabaseAnswer answer = await AskAsync(Request(FacadeOperation.Get, key, options), cancellationToken);
        Failure.ThrowUnlessOk(answer, isWrite: false);
        return GetResult.Of(answer);
    }

    /// <summary>Reads a value as a T, with the database's <see cref="IValueSerializer"/>; bytes (arrays and memory of bytes) as they are.</summary>
    /// <typeparam name="T">What it is taken for.</typeparam>
    /// <inheritdoc cref="GetAsync(QuorateKey, RequestOptions, CancellationToken)"/>
    /// <exception cref="UnreadableValueException">There is a value, and it is no T.</exception>
    public async ValueTask<GetResult<T>> GetAsync<T>(QuorateKey key, RequestOptions options = default, CancellationToken cancellationToken = default)
    {
        GetResult found = await GetAsync(key, options, cancellationToken);
        return new GetResult<T>(found.Found, found.Found ? Deserialize<T>(found) : default, found.Version, found.Asked, found.Answered, found.Repaired);
    }

    /// <summary>Stores a value at W replicas; the others get it too, or a hint is kept for them.</summary>
    /// <param name="key">Where.</param>
    /// <param name="value">At most 16 MiB unless the nodes were told otherwise; not to be changed until this is answered.</param>
    /// <param name="timeToLive">When it expires, from now; zero is never. Counted in whole milliseconds, upwards.</param>
    /// <param name="options">What this request says for itself.</param>
    /// <param name="contentType">Kept with the value, for who reads it through HTTP too: at most 255 ASCII characters; empty for none.</param>
    /// <param name="cancellationToken">Stops waiting; then the outcome is unknown.</param>
    /// <exception cref="NotWrittenException">It was refused, and is stored nowhere.</exception>
    /// <exception cref="OutcomeUnknownException">It may be stored, or not.</exception>
    public async ValueTask<PutResult> PutAsync(
        QuorateKey key,
        ReadOnlyMemory<byte> value,
        TimeSpan timeToLive = default,
        RequestOptions options = default,
        string contentType = "",
        CancellationToken cancellationToken = default)
    {
        var put = new FacadeRequest(FacadeOperation.Put, 0, key.Bytes, value, ContentType.BytesOf(contentType), Milliseconds(timeToLive), options);
        DatabaseAnswer answer = await AskAsync(put, cancellationToken);
        Failure.ThrowUnlessOk(answer, isWrite: true);
        return PutResult.Of(answer, applied: true);
    }

    /// <summary>
    /// Stores a value as the bytes that the database's <see cref="IValueSerializer"/> makes of it, with its content type; bytes (arrays and
    /// memory of bytes) as they are, with none.
    /// </summary>
    /// <typeparam name="T">What the serializer takes it for.</typeparam>
    /// <inheritdoc cref="PutAsync(QuorateKey, ReadOnlyMemory{byte}, TimeSpan, RequestOptions, string, CancellationToken)"/>
    public ValueTask<PutResult> PutAsync<T>(
        QuorateKey key, T value, TimeSpan timeToLive = default, RequestOptions options = default, CancellationToken cancellationToken = default)
    {
        IValueSerializer serializer = _database.Serializer;
        return RawBytes.TryFrom(value, out ReadOnlyMemory<byte> bytes)
            ? PutAsync(key, bytes, timeToLive, options, "", cancellationToken)
            : PutAsync(key, serializer.Serialize(value), timeToLive, options, serializer.ContentType, cancellationToken);
    }

    /// <summary>Deletes a key at W replicas, whether or not there is a value.</summary>
    /// <param name="key">What to delete.</param>
    /// <param name="options">What this request says for itself.</param>
    /// <param name="cancellationToken">Stops waiting; then the outcome is unknown.</param>
    /// <exception cref="NotWrittenException">It was refused, and nothing was deleted.</exception>
    /// <exception cref="OutcomeUnknownException">It may be deleted, or not.</exception>
    public async ValueTask<PutResult> DeleteAsync(QuorateKey key, RequestOptions options = default, CancellationToken cancellationToken = default)
    {
        DatabaseAnswer answer = await AskAsync(Request(FacadeOperation.Delete, key, options), cancellationToken);
        Failure.ThrowUnlessOk(answer, isWrite: true);
        return PutResult.Of(answer, applied: true);
    }

    /// <summary>
    /// Gives a live value another end. This needs what is there, so one of the key's home replicas runs it: reads at a quorum, then writes.
    /// </summary>
    /// <param name="key">Whose.</param>
    /// <param name="timeToLive">From now; zero is never.</param>
    /// <param name="options">What this request says for itself.</param>
    /// <param name="cancellationToken">Stops waiting; then the outcome is unknown.</param>
    /// <exception cref="NotWrittenException">It was refused, and nothing was changed.</exception>
    /// <exception cref="OutcomeUnknownException">It may be changed, or not.</exception>
    public async ValueTask<PutResult> ExpireAsync(
        QuorateKey key, TimeSpan timeToLive, RequestOptions options = default, CancellationToken cancellationToken = default)
    {
        FacadeRequest expire = Request(FacadeOperation.Expire, key, options) with { TimeToLive = Milliseconds(timeToLive) };
        DatabaseAnswer answer = await AskAsync(expire, cancellationToken);
        Failure.ThrowUnlessOk(answer, isWrite: true);
        return PutResult.Of(answer, applied: answer.Found);
    }

    private static FacadeRequest Request(FacadeOperation operation, QuorateKey key, RequestOptions options) =>
        new(operation, 0, key.Bytes, default, default, 0, options);

    private static long Milliseconds(TimeSpan timeToLive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.Zero);
        return (long)Math.Ceiling(timeToLive.TotalMilliseconds);
    }

    private ValueTask<DatabaseAnswer> AskAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Options.TimeoutMilliseconds, RequestOptions.MaxTimeout);
        ArgumentOutOfRangeException.ThrowIfNegative(request.Options.TimeoutMilliseconds);
        cancellationToken.ThrowIfCancellationRequested();
        // Who gives up takes its memory along, and the request may still be waiting to be sent.
        if (cancellationToken.CanBeCanceled) request = request with { Key = request.Key.ToArray(), Value = request.Value.ToArray() };
        return Telemetry.IsOn ? AskObservedAsync(request, cancellationToken) : AskOpenAsync(request, cancellationToken);
    }

    private async ValueTask<DatabaseAnswer> AskObservedAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        using var observation = new Observation(request.Operation, Name, _database.Time);
        try
        {
            DatabaseAnswer answer = await AskOpenAsync(request, cancellationToken);
            if (!answer.Outcome.IsOk) observation.Fail(answer.Outcome.Kind.ToString());
            return answer;
        }
        catch (Exception failure)
        {
            observation.Fail(failure.GetType().FullName!);
            throw;
        }
    }

    private ValueTask<DatabaseAnswer> AskOpenAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        if (_database.Opened is null) return AskWhenOpenAsync(request, cancellationToken);
        request = request with { Keyspace = _database.Find(Name) };
        return _session is null ? _database.AskAsync(request, cancellationToken) : _session.AskAsync(request, cancellationToken);
    }

    private async ValueTask<DatabaseAnswer> AskWhenOpenAsync(FacadeRequest request, CancellationToken cancellationToken)
    {
        int timeout = request.Options.Timeout;
        long began = _database.Time.GetTimestamp();
        await _database.OpenAsync(TimeSpan.FromMilliseconds(timeout), cancellationToken);
        int left = Math.Max(1, timeout - (int)_database.Time.GetElapsedTime(began).TotalMilliseconds);
        return await AskOpenAsync(request with { Options = request.Options with { TimeoutMilliseconds = left } }, cancellationToken);
    }

    private T? Deserialize<T>(in GetResult found)
    {
        if (RawBytes.TryTo(found.Value, out T? bytes)) return bytes;
        try
        {
            return _database.Serializer.Deserialize<T>(found.Value);
        }
        catch (Exception reason)
        {
            throw new UnreadableValueException(Name, found, typeof(T), reason);
        }
    }
}
