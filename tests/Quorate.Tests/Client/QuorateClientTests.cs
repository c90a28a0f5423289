using Quorate.Client;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Client;

public sealed class QuorateClientTests
{
    /// <summary>Nobody listens there.</summary>
    private const string Nowhere = "127.0.0.1:1";

    [Fact]
    public async Task Who_waits_for_a_connection_hears_at_once_that_the_client_was_disposed()
    {
        QuorateClient client = QuorateClient.Start(Nowhere);
        var options = new RequestOptions { TimeoutMilliseconds = RequestOptions.MaxTimeout };
        Task<GetResult> read = client.Keyspace().GetAsync("k", options, TestContext.Current.CancellationToken).AsTask();

        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }
}
