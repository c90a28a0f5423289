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

    /// <returns>False where enough of its kind wait: it is not used again.</returns>
    public bool Return(PendingRequest request) => request switch
    {
        PendingRead read => Reads.Return(read),
        PendingWrite write => Writes.Return(write),
        PendingEdit edit => Edits.Return(edit),
        EditRun run => EditRuns.Return(run),
        PendingCount count => Counts.Return(count),
        PendingDelivery delivery => Deliveries.Return(delivery),
        PendingFetch fetch => Fetches.Return(fetch),
        PendingScan scan => Scans.Return(scan),
        PendingClear clear => Clears.Return(clear),
        _ => throw new InvalidOperationException($"There is no pool of {request.GetType().Name}."),
    };
}
