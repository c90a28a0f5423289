using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Facade;

/// <summary>What can be asked through the façade.</summary>
public enum FacadeOperation
{
    /// <summary>A read.</summary>
    Get,

    /// <summary>A put, whatever is there.</summary>
    Put,

    /// <summary>A tombstone, whether there is a value or not.</summary>
    Delete,

    /// <summary>Another end for a live value.</summary>
    Expire,
}

/// <summary>A request that waits in the façade.</summary>
/// <param name="Operation">Which of them.</param>
/// <param name="Keyspace">Its number in the cluster's table.</param>
/// <param name="Key">Not to change until it is answered.</param>
/// <param name="Value">Of a put.</param>
/// <param name="ContentType">Of a put: kept with the value, at most 255 bytes; empty for none.</param>
/// <param name="TimeToLive">ms; 0 is for ever.</param>
/// <param name="Options">What the keyspace does not say, or says otherwise.</param>
public readonly record struct FacadeRequest(
    FacadeOperation Operation,
    int Keyspace,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    ReadOnlyMemory<byte> ContentType,
    long TimeToLive,
    RequestOptions Options);
