using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace Quorate;

/// <summary>
/// A cache in a keyspace, at the keyspace's R and W. Values are stored as they are given. An absolute expiration is the key's own; a sliding
/// one costs a write at each use, and where that write finds too few replicas the value is answered all the same.
/// </summary>
public sealed class QuorateDistributedCache : IBufferDistributedCache
{
    private readonly QuorateKeyspace _keys;
    private readonly string _keyPrefix;
    private readonly TimeProvider _time;

    /// <summary>A cache for any number of threads.</summary>
    /// <param name="database">Where.</param>
    /// <param name="keyspace">One of its keyspaces.</param>
    /// <param name="keyPrefix">Before each key, so that the keyspace can hold other things too; may be empty.</param>
    /// <param name="time">What absolute expirations are counted from.</param>
    public QuorateDistributedCache(QuorateDatabase database, string keyspace, string keyPrefix, TimeProvider time)
    {
        _keys = database.Keyspace(keyspace);
        _keyPrefix = keyPrefix;
        _time = time;
    }

    /// <inheritdoc/>
    public byte[]? Get(string key) => Blocking.Wait(() => GetAsync(key));

    /// <inheritdoc/>
    /// <exception cref="QuorateException">Too few replicas.</exception>
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        GetResult found = await UseAsync(key, token);
        return found.Found ? found.Value.ToArray() : null;
    }

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination) => Blocking.Wait(() => TryGetAsync(key, destination).AsTask());

    /// <inheritdoc/>
    /// <exception cref="QuorateException">Too few replicas.</exception>
    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        GetResult found = await UseAsync(key, token);
        if (found.Found) destination.Write(found.Value.Span);
        return found.Found;
    }

    /// <inheritdoc/>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => Blocking.Wait(() => SetAsync(key, value, options));

    /// <inheritdoc/>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        Blocking.Wait(() => SetAsync(key, value, options).AsTask());

    /// <inheritdoc/>
    /// <exception cref="QuorateException">Too few replicas.</exception>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, value.AsMemory(), options, token);
    }

    /// <inheritdoc/>
    /// <exception cref="QuorateException">Too few replicas.</exception>
    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        new(SetAsync(key, value.IsSingleSegment ? value.First : value.ToArray(), options, token));

    /// <inheritdoc/>
    public void Refresh(string key) => Blocking.Wait(() => RefreshAsync(key));

    /// <inheritdoc/>
    /// <exception cref="QuorateException">Too few replicas.</exception>
    public async Task RefreshAsync(string key, CancellationToken token = default) => await UseAsync(key, token);

    /// <inheritdoc/>
    public void Remove(string key) => Blocking.Wait(() => RemoveAsync(key));

    /// <inheritdoc/>
    /// <exception cref="QuorateException">Too few replicas.</exception>
    public async Task RemoveAsync(string key, CancellationToken token = default) => await _keys.DeleteAsync(KeyOf(key), cancellationToken: token);

    private async Task SetAsync(string key, ReadOnlyMemory<byte> value, DistributedCacheEntryOptions options, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(options);
        DateTimeOffset now = _time.GetUtcNow();
        CacheExpiry expiry = CacheExpiry.Of(options, now);
        if (expiry.TimeToLive(now) is { } timeToLive)
            await _keys.PutAsync(KeyOf(key), value, timeToLive, contentType: expiry.ContentType, cancellationToken: token);
        else
            await _keys.DeleteAsync(KeyOf(key), cancellationToken: token);
    }

    private async Task<GetResult> UseAsync(string key, CancellationToken token)
    {
        GetResult found = await _keys.GetAsync(KeyOf(key), cancellationToken: token);
        CacheExpiry expiry = CacheExpiry.Parse(found.ContentType);
        if (found.Found && expiry.Sliding is not null && expiry.TimeToLive(_time.GetUtcNow()) is { } timeToLive) await SlideAsync(key, timeToLive, token);
        return found;
    }

    private async Task SlideAsync(string key, TimeSpan timeToLive, CancellationToken token)
    {
        try
        {
            await _keys.ExpireAsync(KeyOf(key), timeToLive, cancellationToken: token);
        }
        catch (QuorateException)
        {
            // It ends a little early, which a cache may; to withhold what was found would be worse.
        }
    }

    private QuorateKey KeyOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _keyPrefix + key;
    }
}
