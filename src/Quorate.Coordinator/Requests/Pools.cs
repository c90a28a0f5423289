namespace Quorate.Coordinator.Requests;

/// <summary>One pool a kind of request.</summary>
internal sealed class Pools(QuorumCoordinator coordinator)
{
    public Pool<PendingRead> Reads { get; } = new(() => new PendingRead(coordinator));

    public Pool<PendingWrite> Writes { get; } = new(() => new PendingWrite(coordinator));

    public Pool<PendingEdit> Edits { get; } = new(() => new PendingEdit(coordinator));

    public Pool<EditRun> EditRuns { get; } = new(() => new EditRun(coordinator));

    public Pool<PendingCount> Counts { get; } = new(() => new PendingCount(coordinator));

    public Pool<PendingScan> Scans { get; } = new(() => new PendingScan(coordinator));

    public Pool<PendingClear> Clears { get; } = new(() => new PendingClear(coordinator));

    public Pool<PendingDelivery> Deliveries { get; } = new(() => new PendingDelivery(coordinator));

    public Pool<PendingFetch> Fetches { get; } = new(() => new PendingFetch(coordinator));

    public void Return(PendingRequest request)
    {
        switch (request)
        {
            case PendingRead read:
                Reads.Return(read);
                break;
            case PendingWrite write:
                Writes.Return(write);
                break;
            case PendingEdit edit:
                Edits.Return(edit);
                break;
            case EditRun run:
                EditRuns.Return(run);
                break;
            case PendingCount count:
                Counts.Return(count);
                break;
            case PendingDelivery delivery:
                Deliveries.Return(delivery);
                break;
            case PendingFetch fetch:
                Fetches.Return(fetch);
                break;
            case PendingScan scan:
                Scans.Return(scan);
                break;
            case PendingClear clear:
                Clears.Return(clear);
                break;
        }
    }
}
