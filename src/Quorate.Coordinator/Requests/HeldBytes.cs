namespace Quorate.Coordinator.Requests;

/// <summary>Bytes of keys and values that the requests in flight hold: a read holds its value until enough replicas agree.</summary>
internal sealed class HeldBytes
{
    public long Total { get; set; }
}
