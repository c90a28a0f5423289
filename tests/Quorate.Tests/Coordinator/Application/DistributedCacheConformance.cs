using Microsoft.Extensions.Caching.Distributed;
using Xunit;

// These caches answer at once.
#pragma warning disable xUnit1051

namespace Quorate.Tests.Coordinator.Application;

/// <summary>What applications expect of any <see cref="IDistributedCache"/>; the framework's own shows that it is no more than that.</summary>
public abstract class DistributedCacheConformance
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Value = "value"u8.ToArray();

    protected abstract IDistributedCache Cache { get; }

    protected abstract DateTimeOffset Now { get; }

    [Fact]
    public async Task What_is_set_is_there_until_it_is_removed()
    {
        Assert.Null(await Cache.GetAsync("k"));
        await Cache.SetAsync("k", Value, new DistributedCacheEntryOptions());
        Assert.Equal(Value, await Cache.GetAsync("k"));
        Advance(1_000_000 * Minute);
        Assert.Equal(Value, await Cache.GetAsync("k"));
        await Cache.RemoveAsync("k");
        Assert.Null(await Cache.GetAsync("k"));
        await Cache.RemoveAsync("k");
        await Cache.RefreshAsync("k");
    }

    [Fact]
    public void The_synchronous_methods_do_the_same()
    {
        Assert.Null(Cache.Get("k"));
        Cache.Set("k", Value, new DistributedCacheEntryOptions { SlidingExpiration = 2 * Minute });
        Advance(Minute);
        Cache.Refresh("k");
        Advance(1.5 * Minute);
        Assert.Equal(Value, Cache.Get("k"));
        Cache.Remove("k");
        Assert.Null(Cache.Get("k"));
    }

    [Fact]
    public async Task An_empty_value_is_a_value()
    {
        await Cache.SetAsync("k", [], new DistributedCacheEntryOptions());
        Assert.Empty((await Cache.GetAsync("k"))!);
    }

    [Fact]
    public async Task Keys_are_told_apart()
    {
        await Cache.SetStringAsync("k", "lower");
        await Cache.SetStringAsync("K", "upper");
        Assert.Equal(("lower", "upper", null), (await Cache.GetStringAsync("k"), await Cache.GetStringAsync("K"), await Cache.GetStringAsync("k ")));
    }

    [Fact]
    public async Task An_absolute_expiration_comes_however_often_the_value_is_used()
    {
        await Cache.SetAsync("at", Value, new DistributedCacheEntryOptions { AbsoluteExpiration = Now + 3 * Minute });
        await Cache.SetAsync("after", Value, new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = 3 * Minute });
        foreach (string key in new[] { "at", "after" }) await Cache.RefreshAsync(key);
        Advance(2 * Minute);
        foreach (string key in new[] { "at", "after" }) Assert.Equal(Value, await Cache.GetAsync(key));
        Advance(2 * Minute);
        foreach (string key in new[] { "at", "after" }) Assert.Null(await Cache.GetAsync(key));
    }

    [Fact]
    public async Task Of_two_absolute_expirations_the_earlier_counts()
    {
        await Cache.SetAsync("a", Value, new DistributedCacheEntryOptions { AbsoluteExpiration = Now + Minute, AbsoluteExpirationRelativeToNow = 9 * Minute });
        await Cache.SetAsync("b", Value, new DistributedCacheEntryOptions { AbsoluteExpiration = Now + 9 * Minute, AbsoluteExpirationRelativeToNow = Minute });
        Advance(2 * Minute);
        Assert.Null(await Cache.GetAsync("a"));
        Assert.Null(await Cache.GetAsync("b"));
    }

    [Fact]
    public async Task What_is_over_when_it_is_set_is_not_there_nor_what_was_there_before()
    {
        await Cache.SetAsync("k", Value, new DistributedCacheEntryOptions());
        await Cache.SetAsync("k", Value, new DistributedCacheEntryOptions { AbsoluteExpiration = Now - Minute });
        Assert.Null(await Cache.GetAsync("k"));
    }

    [Fact]
    public async Task A_sliding_expiration_is_counted_from_the_last_use()
    {
        await Cache.SetAsync("k", Value, new DistributedCacheEntryOptions { SlidingExpiration = 2 * Minute });
        for (int use = 0; use < 5; use++)
        {
            Advance(1.5 * Minute);
            Assert.Equal(Value, await Cache.GetAsync("k"));
        }

        Advance(1.5 * Minute);
        await Cache.RefreshAsync("k");
        Advance(1.5 * Minute);
        Assert.Equal(Value, await Cache.GetAsync("k"));
        Advance(3 * Minute);
        Assert.Null(await Cache.GetAsync("k"));
    }

    [Fact]
    public async Task A_sliding_expiration_ends_at_the_absolute_one()
    {
        await Cache.SetAsync("k", Value, new DistributedCacheEntryOptions { SlidingExpiration = 2 * Minute, AbsoluteExpirationRelativeToNow = 3 * Minute });
        Advance(1.5 * Minute);
        Assert.Equal(Value, await Cache.GetAsync("k"));
        Advance(Minute);
        Assert.Equal(Value, await Cache.GetAsync("k"));
        Advance(Minute);
        Assert.Null(await Cache.GetAsync("k"));
    }

    [Fact]
    public async Task A_new_value_takes_its_own_expiration_along()
    {
        await Cache.SetAsync("k", Value, new DistributedCacheEntryOptions { SlidingExpiration = Minute });
        await Cache.SetAsync("k", Value, new DistributedCacheEntryOptions());
        Advance(9 * Minute);
        Assert.Equal(Value, await Cache.GetAsync("k"));
    }

    [Fact]
    public async Task Nothing_is_no_key_no_value_and_no_options()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cache.GetAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cache.RefreshAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cache.RemoveAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cache.SetAsync(null!, Value, new DistributedCacheEntryOptions()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cache.SetAsync("k", null!, new DistributedCacheEntryOptions()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cache.SetAsync("k", Value, null!));
    }

    protected abstract void Advance(TimeSpan time);
}
