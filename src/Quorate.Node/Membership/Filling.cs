using Quorate.Node.Storage;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Membership;

/// <summary>
/// Remembers on disk that this node took the place of another and does not have yet what that place should have: a log that is sound
/// and incomplete shows no damage after a restart.
/// </summary>
/// <param name="disk">Null without one: then a restart is another node anyway.</param>
/// <param name="mayBegin">Makes room for it.</param>
internal sealed class Filling(IDisk? disk, bool mayBegin)
{
    private const string Name = "filling";
    private const byte Missing = 1, Nothing = 0;
    private readonly DurableCell? _cell = disk is not null && (mayBegin || disk.List().Contains(Name)) ? DurableCell.Open(disk, Name, capacity: 1) : null;
    private bool _isEnding;
    private long? _end;

    public bool IsUnderWay { get; private set; }

    /// <summary>Whether an earlier start was not done.</summary>
    public bool TryResume() => IsUnderWay = _cell is not null && (_cell.MayBeStale || _cell.Read() is [Missing]);

    /// <summary>Durable when it returns. Blocks.</summary>
    public void Begin()
    {
        IsUnderWay = true;
        _cell?.Write([Missing]);
    }

    /// <summary>Whether all partitions are fit and what made them so is durable. True once.</summary>
    public bool IsOver(LogStore store)
    {
        if (!IsUnderWay || _isEnding || store.UnfitPartitions > 0) return false;
        _end ??= store.Appended;
        return _isEnding = store.Synced >= _end;
    }

    /// <summary>Says on disk that nothing is missing; blocks.</summary>
    public void Note() => _cell?.Write([Nothing]);

    /// <summary>It is on disk.</summary>
    public void End() => IsUnderWay = false;
}
