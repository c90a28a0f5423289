using Quorate.Coordinator;
using Quorate.Coordinator.Environment;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Node.Storage.Clearing;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Segments;
using Quorate.Node.Storage.Snapshots;

namespace Quorate.Node.Storage.Loading;

/// <summary>Hands over entries whose payloads are on disk, in a later turn and as they are by then.</summary>
internal sealed class ValueLoader
{
    private readonly EntryIndex _index;
    private readonly ClearTable _clears;
    private readonly LogWriter _log;
    private readonly long _valueMemoryBytes;
    private readonly Predicate<int> _isFit;
    private readonly DamageFound _onDamage;
    private readonly PayloadLoads _loads;
    private readonly Queue<PayloadLoad> _unwritten = new();

    /// <summary>Nothing is read before the first <see cref="TryLoad"/>.</summary>
    /// <param name="index">Says where an entry is, and takes back what was read.</param>
    /// <param name="clears">What they hide is not handed over.</param>
    /// <param name="log">Where the entries are.</param>
    /// <param name="valueMemoryBytes">How many bytes of values stay in memory.</param>
    /// <param name="disk">Where the log is.</param>
    /// <param name="loop">Where loads are taken and answered.</param>
    /// <param name="reader">Where they are read.</param>
    /// <param name="isFit">Whether a partition may answer.</param>
    /// <param name="onDamage">Told of a damaged place, before who asked is.</param>
    public ValueLoader(
        EntryIndex index,
        ClearTable clears,
        LogWriter log,
        long valueMemoryBytes,
        IDisk disk,
        ILoop loop,
        IWorker reader,
        Predicate<int> isFit,
        DamageFound onDamage)
    {
        (_index, _clears, _log, _valueMemoryBytes, _isFit, _onDamage) = (index, clears, log, valueMemoryBytes, isFit, onDamage);
        _loads = new PayloadLoads(disk, loop, reader, OnLoaded, log.Fail);
    }

    /// <summary>Payloads read since the start.</summary>
    public long Count => _loads.Count;

    /// <summary>What is not answered yet.</summary>
    public Gauge Waiting => new("loads", _loads.Waiting + _unwritten.Count, 3L * PayloadLoads.MaxWaiting);

    /// <summary>Takes the load of a key that the index has.</summary>
    /// <returns>False where too many wait.</returns>
    public bool TryLoad(ushort keyspace, int partition, ReadOnlySpan<byte> key, Loaded loaded)
    {
        if (_loads.IsFull || _unwritten.Count >= PayloadLoads.MaxWaiting) return false;
        Load(new PayloadLoad(keyspace, partition, key.ToArray(), loaded), _index.BlockAt(_index.Find(keyspace, partition, key)));
        return true;
    }

    /// <summary>At the end of a turn, once the log was written: what has waited for that.</summary>
    public void LoadWritten()
    {
        for (int left = _unwritten.Count; left > 0; left--) OnLoaded(_unwritten.Dequeue());
    }

    /// <summary>What waits is not answered any more.</summary>
    public void Stop() => _loads.Stop();

    /// <summary>What compaction has just logged again may not be on disk yet: then it is loaded once it is.</summary>
    private void Load(PayloadLoad load, in Block block)
    {
        if (block.Position >= _log.Written)
        {
            _unwritten.Enqueue(load);
            return;
        }

        load.Aim(_log.Map.At(block.Position), block.Position, block.RecordSize);
        _loads.Add(load);
    }

    /// <summary>
    /// Answers with the entry as it is by now: it may have been overwritten, which is newer and as good, forgotten, or logged
    /// again by compaction, which changes its place and nothing else.
    /// </summary>
    private void OnLoaded(PayloadLoad load)
    {
        EntryIndex.Place place = _index.Find(load.Keyspace, load.Partition, load.Key);
        Block block = place.IsFound ? _index.BlockAt(place) : default;
        Clear clear = _clears[load.Keyspace];
        if (!_isFit(load.Partition))
        {
            load.Loaded(Verdict.Unfit, default, 0);
        }
        else if (!place.IsFound || block.Version <= clear.Version)
        {
            bool isForgotten = clear.Version == Version.None;
            load.Loaded(Verdict.Answered, isForgotten ? default : new HeldEntry(clear).Entry, clear.Position);
        }
        else if (!block.IsEvicted)
        {
            load.Loaded(Verdict.Answered, block.Entry, block.Position);
        }
        else if (RecordFormat.Read(load.Record, out Record record) == RecordState.Sound && record.Entry.Digest == block.Digest)
        {
            if (!_index.IsFull) _index.Restore(place, load.Key, record.Entry.Payload);
            load.Loaded(Verdict.Answered, record.Entry, _index.BlockAt(place).Position);
            _index.EvictAbove(_valueMemoryBytes, _log.Written);
        }
        else if (block.Position != load.Position)
        {
            Load(load, block);
        }
        else
        {
            _onDamage(load.Segment, load.Partition, load.Position, load.Position + load.Size, $"{load.Segment.Describe(load.Partition, load.Position)} cannot be read.");
            load.Loaded(Verdict.Unfit, default, 0);
        }
    }
}
