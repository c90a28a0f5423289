using Quorate.Core;

namespace Quorate.Coordinator.Requests;

/// <summary>Which read-modify-writes wait for which key: the first of a key runs, the others follow in order.</summary>
internal sealed class EditQueue
{
    /// <summary>Whoever waits behind this many edits of one key would time out anyway.</summary>
    private const int MaxWaiting = 1_000;

    private readonly Dictionary<EditedKey, LinkedList<EditRun>> _byKey = new(EditedKey.Comparer);
    private readonly Queue<EditRun> _ready = new();
    private bool _isStarting;

    /// <summary>Those that run and those that wait.</summary>
    public int Count { get; private set; }

    public enum Place
    {
        First,
        Waiting,
        Full,
    }

    public Place Enter(ushort keyspace, ReadOnlySpan<byte> key, EditRun edit)
    {
        var edited = new EditedKey(keyspace, key.ToArray());
        if (!_byKey.TryGetValue(edited, out LinkedList<EditRun>? runs)) _byKey.Add(edited, runs = new LinkedList<EditRun>());
        if (runs.Count > MaxWaiting) return Place.Full;
        runs.AddLast(edit);
        Count++;
        return runs.Count == 1 ? Place.First : Place.Waiting;
    }

    /// <summary>An edit has ended; where it was the running one, the next begins.</summary>
    public void Leave(ushort keyspace, ReadOnlySpan<byte> key, EditRun edit)
    {
        var edited = new EditedKey(keyspace, key.ToArray());
        LinkedList<EditRun> runs = _byKey[edited];
        bool wasRunning = runs.First!.Value == edit;
        runs.Remove(edit);
        Count--;
        if (runs.Count == 0) _byKey.Remove(edited);
        else if (wasRunning) Start(runs.First!.Value);
    }

    /// <summary>One after the other, not one within the other: an edit whose replicas all answer at once ends within its start.</summary>
    private void Start(EditRun next)
    {
        _ready.Enqueue(next);
        if (_isStarting) return;
        _isStarting = true;
        try
        {
            while (_ready.TryDequeue(out EditRun? edit)) edit.OnTurn();
        }
        finally
        {
            _isStarting = false;
            if (_ready.TryDequeue(out EditRun? left)) Start(left); // one that failed takes nobody with it
        }
    }

    private readonly record struct EditedKey(ushort Keyspace, byte[] Key)
    {
        public static IEqualityComparer<EditedKey> Comparer { get; } = EqualityComparer<EditedKey>.Create(
            (left, right) => left.Keyspace == right.Keyspace && left.Key.AsSpan().SequenceEqual(right.Key),
            edited => (int)Checksum.Compute(edited.Key) ^ edited.Keyspace);
    }
}
