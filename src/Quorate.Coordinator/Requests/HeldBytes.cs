namespace Quorate.Coordinator.Requests;

/// <summary>Bytes of keys and values that the requests in flight hold: a read holds its value until enough replicas agree.</summary>
public sealed class HeldBytes
{
    /// <summary>In bytes; every <see cref="ByteBuffer"/> adds what it holds, and takes it off again.</summary>
    public long Total { get; set; }
}
