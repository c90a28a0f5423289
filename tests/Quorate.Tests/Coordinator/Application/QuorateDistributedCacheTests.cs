using System.Buffers;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Tests.Server;
using Xunit;

// This cache answers at once.
#pragma warning disable xUnit1051

namespace Quorate.Tests.Coordinator.Application;

public sealed class QuorateDistributedCacheTests : DistributedCacheConformance
{
    private readonly FakeDatabase _database = new();
    private readonly QuorateDistributedCache _cache;

    public QuorateDistributedCacheTests() =>
        _cache = new QuorateDistributedCache(new QuorateDatabase(new DatabaseFacade(new InlineLoop(), _database), TimeProvider.System), "sessions", "cache:", new Clock(_database));

    protected override IDistributedCache Cache => _cache;

    protected override DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(_database.WallClock);

    [Fact]
    public async Task Buffers_are_filled_and_stored_as_arrays_are()
    {
        var into = new ArrayBufferWriter<byte>();
        Assert.False(await _cache.TryGetAsync("k", into));
        await _cache.SetAsync("k", Halves("ha"u8, "lves"u8), new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(1) });
        Assert.True(_cache.TryGet("k", into));
        Assert.Equal("halves", Encoding.UTF8.GetString(into.WrittenSpan));
        _cache.Set("k", Halves("wh"u8, "ole"u8), new DistributedCacheEntryOptions());
        Assert.Equal("whole", await _cache.GetStringAsync("k"));
    }

    [Fact]
    public async Task A_value_whose_expiration_cannot_slide_is_answered_all_the_same()
    {
        await _cache.SetStringAsync("k", "v", new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(1) });
        _database.NextEdit = OutcomeKind.TimedOut;
        Assert.Equal("v", await _cache.GetStringAsync("k"));
    }

    [Fact]
    public async Task A_cluster_that_cannot_answer_is_told_and_not_taken_for_an_empty_cache()
    {
        _database.Next = OutcomeKind.TimedOut;
        await Assert.ThrowsAsync<ReadTimedOutException>(() => _cache.GetAsync("k"));
        Assert.Throws<ReadTimedOutException>(() => _cache.Get("k"));
    }

    protected override void Advance(TimeSpan time) => _database.WallClock += (long)time.TotalMilliseconds;

    private static ReadOnlySequence<byte> Halves(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var head = new Segment(first.ToArray(), null);
        var tail = new Segment(second.ToArray(), head);
        return new ReadOnlySequence<byte>(head, 0, tail, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is null) return;
            before.Next = this;
            RunningIndex = before.RunningIndex + before.Memory.Length;
        }
    }

    private sealed class Clock(FakeDatabase database) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(database.WallClock);
    }
}
