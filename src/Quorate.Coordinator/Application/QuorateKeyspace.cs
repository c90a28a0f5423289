using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>
/// The keys of one keyspace. Every request takes <see cref="RequestOptions"/> (R, W, timeout, fanout, sloppy or strict quorum), whose
/// unset parts come from the keyspace, and ends at the latest at its timeout, 2 s unless it says otherwise. What is known not to have
/// happened for want of replicas is made again a few times. Failures are <see cref="QuorateException"/>s.
/// </summary>
public sealed class QuorateKeyspace
{
    private readonly QuorateDatabase _database;
    private readonly int _index;

    internal QuorateKeyspace(QuorateDatabase database, string name, int index)
    {
        _database = database;
        _index = index;
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
        DatabaseAnswer answer = await AskAsync(FacadeOperation.Get, key.Bytes, default, default, options, cancellationToken);
        Failure.ThrowUnlessOk(answer, isWrite: false);
        return GetResult.Of(answer);
    }

    /// <summary>Stores a value at W replicas; the others get it too, or a hint is kept for them.</summary>
    /// <param name="key">Where.</param>
    /// <param name="value">At most 16 MiB unless the nodes were told otherwise; not to be changed until this is answered.</param>
    /// <param name="timeToLive">When it expires, from now; zero is never. Counted in whole milliseconds, upwards.</param>
    /// <param name="options">What this request says for itself.</param>
    /// <param name="cancellationToken">Stops waiting; then the outcome is unknown.</param>
    /// <exception cref="NotWrittenException">It was refused, and is stored nowhere.</exception>
    /// <exception cref="OutcomeUnknownException">It may be stored, or not.</exception>
    public async ValueTask<PutResult> PutAsync(
        QuorateKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive = default, RequestOptions options = default, CancellationToken cancellationToken = default)
    {
        DatabaseAnswer answer = await AskAsync(FacadeOperation.Put, key.Bytes, value, timeToLive, options, cancellationToken);
        Failure.ThrowUnlessOk(answer, isWrite: true);
        return PutResult.Of(answer, applied: true);
    }

    /// <summary>Deletes a key at W replicas, whether or not there is a value.</summary>
    /// <param name="key">What to delete.</param>
    /// <param name="options">What this request says for itself.</param>
    /// <param name="cancellationToken">Stops waiting; then the outcome is unknown.</param>
    /// <exception cref="NotWrittenException">It was refused, and nothing was deleted.</exception>
    /// <exception cref="OutcomeUnknownException">It may be deleted, or not.</exception>
    public async ValueTask<PutResult> DeleteAsync(QuorateKey key, RequestOptions options = default, CancellationToken cancellationToken = default)
    {
        DatabaseAnswer answer = await AskAsync(FacadeOperation.Delete, key.Bytes, default, default, options, cancellationToken);
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
        DatabaseAnswer answer = await AskAsync(FacadeOperation.Expire, key.Bytes, default, timeToLive, options, cancellationToken);
        Failure.ThrowUnlessOk(answer, isWrite: true);
        return PutResult.Of(answer, applied: answer.Found);
    }

    private async ValueTask<DatabaseAnswer> AskAsync(
        FacadeOperation operation, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, RequestOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.TimeoutMilliseconds, RequestOptions.MaxTimeout);
        ArgumentOutOfRangeException.ThrowIfNegative(options.TimeoutMilliseconds);
        cancellationToken.ThrowIfCancellationRequested();
        // Who gives up takes its memory along, and the request may still be waiting to be sent.
        if (cancellationToken.CanBeCanceled) (key, value) = (key.ToArray(), value.ToArray());

        var request = new FacadeRequest(operation, _index, key, value, default, (long)Math.Ceiling(timeToLive.TotalMilliseconds), options);
        return await _database.AskAsync(request, cancellationToken);
    }
}
