using Quorate.Core.Versions;

namespace Quorate.Core.Messages;

/// <summary>What a member states so that horizons may advance (law 5). All of it is durable there.</summary>
/// <param name="Start">Its start number.</param>
/// <param name="Starts">By member: the highest start number that it knows of.</param>
/// <param name="Wanted">How far its clock says that horizons might go. The one thing that is no promise.</param>
/// <param name="HintFloor">It keeps no hint at or below, and takes none.</param>
/// <param name="UpTo">It takes nothing new at or below.</param>
/// <param name="Horizons">Of the partitions that asker and asked are both home to, in order.</param>
/// <param name="Hashes">
/// Of the tombstones in each of those partitions, above its horizon and up to <paramref name="UpTo"/>; null where it cannot vouch.
/// </param>
public sealed record Vouch(
    uint Start, uint[] Starts, HybridTimestamp Wanted, HybridTimestamp HintFloor, HybridTimestamp UpTo, HybridTimestamp[] Horizons, ulong?[] Hashes);
