using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Facade;

/// <summary>What can be asked through the façade.</summary>
public enum FacadeOperation
{
    Get,
    Put,
    Delete,
    Expire,
}

/// <summary>A request that waits in the façade.</summary>
/// <param name="Value">Of a put.</param>
/// <param name="TimeToLive">ms; 0 is for ever.</param>
public readonly record struct FacadeRequest(
    FacadeOperation Operation,
    int Keyspace,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    ReadOnlyMemory<byte> ContentType,
    long TimeToLive,
    RequestOptions Options);
