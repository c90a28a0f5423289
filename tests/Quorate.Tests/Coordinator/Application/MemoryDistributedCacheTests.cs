using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;

namespace Quorate.Tests.Coordinator.Application;

public sealed class MemoryDistributedCacheTests : DistributedCacheConformance
{
    private readonly Clock _clock = new();
    private readonly MemoryDistributedCache _cache;

    public MemoryDistributedCacheTests() => _cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions { Clock = _clock }));

    protected override IDistributedCache Cache => _cache;

    protected override DateTimeOffset Now => _clock.UtcNow;

    protected override void Advance(TimeSpan time) => _clock.UtcNow += time;

    private sealed class Clock : ISystemClock
    {
        public DateTimeOffset UtcNow { get; set; } = DateTimeOffset.UnixEpoch + TimeSpan.FromMilliseconds(1_000_000);
    }
}
