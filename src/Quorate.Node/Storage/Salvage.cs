using Quorate.Core.Quorum;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Segments;

namespace Quorate.Node.Storage;

/// <summary>Logs an entry that is in memory again; its new place in the log, or why not.</summary>
internal delegate Verdict LogAgain(ushort keyspace, int partition, in Block block, out long position);

/// <summary>
/// Brings the index in line with a log that was found damaged while it was in use: what it names in a lost place is logged again
/// where its value is in memory, and forgotten where it is not, so that it can be fetched like anything else that is missing.
/// </summary>
/// <param name="index">What is brought in line.</param>
/// <param name="map">Knows the lost places, and is told what is dead.</param>
/// <param name="log">Logs what is still in memory again.</param>
/// <param name="tryKeepClears">Logs the clears in lost places again, which are always in memory; false where there is no room.</param>
/// <param name="forget">Told of each entry before it goes.</param>
internal sealed class Salvage(EntryIndex index, SegmentMap map, LogAgain log, Func<LostPlaces, bool> tryKeepClears, Action<ushort, int, int> forget)
{
    /// <returns>False where the log has no room now: what was not looked at is still named.</returns>
    public bool TryRun(int partition)
    {
        LostPlaces lost = new(map.All.SelectMany(segment => segment.Damage?.Lost ?? []));
        if (lost.IsEmpty) return true;
        if (!tryKeepClears(lost)) return false;

        foreach ((ushort keyspace, byte[] key) in index.ListAt(partition, lost.Contains))
        {
            EntryIndex.Place place = index.Find(keyspace, partition, key);
            Block block = index.BlockAt(place);
            (long old, int size) = (block.Position, block.RecordSize);
            if (block.IsEvicted)
            {
                forget(keyspace, key.Length, block.PayloadLength);
                index.Remove(place);
            }
            else if (log(keyspace, partition, block, out long again) == Verdict.Stored)
            {
                block.MoveTo(again);
            }
            else
            {
                return false;
            }

            map.Bury(old, size);
        }

        return true;
    }
}
