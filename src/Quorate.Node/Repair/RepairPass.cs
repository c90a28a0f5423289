using Quorate.Coordinator;

namespace Quorate.Node.Repair;

/// <summary>An eager pass of this node: what it was asked to do, and how far it is.</summary>
internal sealed class RepairPass(string? keyspaceName, int? keyspace, bool isNow, int partitions, Func<long> now)
{
    private readonly long _began = now();
    private readonly Dictionary<(string Name, string Why), int> _notCompared = [];
    private long? _ended;
    private int _compared;
    private int _differing;
    private long _fetched;
    private long _given;

    public bool IsNow => isNow;

    public bool IsStopped { get; private set; }

    public bool IsRunning => _ended is null;

    public RepairPassStatus Status => new(
        IsRunning ? "running" : IsStopped ? "stopped" : "done",
        keyspaceName,
        isNow,
        partitions,
        _compared,
        _differing,
        _fetched,
        _given,
        ((_ended ?? now()) - _began) / 1000.0,
        [.. _notCompared.Select(other => new NotCompared(other.Key.Name, other.Value, other.Key.Why))]);

    /// <param name="of">An entry's keyspace, by its number in the cluster's table.</param>
    public bool Mends(ushort of) => keyspace is null || keyspace == of;

    public void AddCompared(int count) => _compared += count;

    public void AddMended(int fetched, int given)
    {
        _compared++;
        if (fetched + given > 0) _differing++;
        (_fetched, _given) = (_fetched + fetched, _given + given);
    }

    public void AddNotCompared(string name, string why, int count)
    {
        if (count > 0) _notCompared[(name, why)] = _notCompared.GetValueOrDefault((name, why)) + count;
    }

    /// <summary>What is under way ends by itself; nothing more is begun.</summary>
    public void Stop() => IsStopped = true;

    public void End() => _ended = now();
}
