using Quorate.Core;

namespace Quorate.Client;

/// <summary>How a client behaves; the defaults suit a cluster with its defaults.</summary>
public sealed record QuorateClientOptions
{
    /// <summary>Who coordinates requests.</summary>
    public Routing Routing { get; init; } = Routing.TokenAware;

    /// <summary>How long connecting may take. 5 s: a node that is just starting is waited for, one that is not there is not.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests in flight; one more is refused with <see cref="OverloadedException"/>.</summary>
    public int MaxRequests { get; set; } = 4096;

    /// <summary>The nodes' own limit, where they were told another. Bytes.</summary>
    public int MaxKeyBytes { get; set; } = Limits.Default.MaxKeyBytes;

    /// <summary>The nodes' own limit, where they were told another. Bytes.</summary>
    public int MaxValueBytes { get; set; } = Limits.Default.MaxValueBytes;

    /// <summary>How typed values become bytes: JSON, unless the application chooses another.</summary>
    public IValueSerializer Serializer { get; set; } = new JsonValueSerializer();

    /// <summary>Takes a line for each event on the connections; called on the client's own thread, so it must not block.</summary>
    public Action<string>? Log { get; set; }
}
