namespace Quorate.Coordinator;

/// <summary>Is told of keys before they are asked for, so that a replica's waits for memory overlap. Changes nothing.</summary>
public interface IForesight
{
    /// <summary>So many keys, about as many misses as a processor waits for at once, before <see cref="FetchExpected"/>; more are passed over.</summary>
    const int Window = 16;

    /// <summary>A put or get of this key is about to come, perhaps.</summary>
    /// <param name="keyspace">Its number in the cluster's table.</param>
    /// <param name="key">Borrowed for the call.</param>
    void Expect(ushort keyspace, ReadOnlySpan<byte> key);

    /// <summary>No more keys to expect for now.</summary>
    void FetchExpected();
}
