using System.Buffers.Binary;
using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Node.Storage.Reaping;

/// <summary>
/// What this node knows of horizons (law 5), one a partition and N: how far each has come, and what this node has promised so that
/// they may go on. What is wanted refuses at once; it is stated, to others and for reaping, when it is durable.
/// </summary>
public sealed class Horizons
{
    /// <summary>Two promises, and for each N as many runs as there are partitions at most.</summary>
    internal const int MaxSavedBytes = 2 * sizeof(ulong) + ReplicaSet.MaxReplicas * (1 + sizeof(ushort) + Partition.Count * RunSize);

    private const int RunSize = sizeof(ushort) + sizeof(ulong);

    private readonly Dictionary<ushort, int> _nOf = [];
    private readonly DurableCell? _cell;
    private readonly SortedDictionary<int, HybridTimestamp[]> _wanted = [];

    /// <summary>By N, because every read asks for one.</summary>
    private HybridTimestamp[]?[] _stated;

    /// <summary>What the cell holds, or nothing promised and nothing gone.</summary>
    /// <param name="keyspaces">The cluster's.</param>
    /// <param name="numbers">The store's number of each.</param>
    /// <param name="cell">Where it is kept; null without a disk.</param>
    internal Horizons(KeyspaceTable keyspaces, ReadOnlySpan<ushort> numbers, DurableCell? cell)
    {
        _cell = cell;
        for (int i = 0; i < numbers.Length; i++)
        {
            _nOf.Add(numbers[i], keyspaces[i].N);
            _wanted.TryAdd(keyspaces[i].N, new HybridTimestamp[Partition.Count]);
        }

        if (cell?.Read() is { } saved) Load(saved);
        (StatedVouched, _stated) = (Vouched, Copy());
    }

    /// <summary>Of a store that reaps nothing: no keyspace is covered.</summary>
    public static Horizons None { get; } = new(new KeyspaceTable([]), [], null);

    /// <summary>No hint at or below it is taken.</summary>
    public HybridTimestamp HintFloor { get; private set; }

    /// <summary>Nothing new at or below it is taken.</summary>
    public HybridTimestamp Vouched { get; private set; }

    /// <summary>No hint at or below it is kept here, and none is taken, which is durable. Nothing before the first round.</summary>
    public HybridTimestamp StatedHintFloor { get; private set; }

    /// <summary>Nothing new at or below it is taken, which is durable.</summary>
    public HybridTimestamp StatedVouched { get; private set; }

    /// <summary>Puts that were refused because of their age.</summary>
    public long Refused { get; private set; }

    /// <summary>Whether entries of this keyspace are ever reaped: those of hints are not.</summary>
    /// <param name="number">The store's.</param>
    public bool Covers(ushort number) => _nOf.ContainsKey(number);

    /// <summary>How far a horizon has come, which is durable; zero before the first, and where no keyspace has this N.</summary>
    /// <param name="n">0 to <see cref="ReplicaSet.MaxReplicas"/>.</param>
    /// <param name="partition">0 to 1,023.</param>
    public HybridTimestamp Of(int n, int partition) => _stated[n] is { } known ? known[partition] : default;

    /// <summary>How far the horizon of a keyspace has come in a partition, which is durable; zero before the first.</summary>
    /// <param name="number">The store's number of a keyspace that is covered.</param>
    /// <param name="partition">0 to 1,023.</param>
    public HybridTimestamp For(ushort number, int partition) => _stated[_nOf[number]]![partition];

    /// <summary>Whether a tombstone is gone for good. A register whose time is over first becomes one.</summary>
    /// <param name="number">The store's number of its keyspace.</param>
    /// <param name="partition">0 to 1,023.</param>
    /// <param name="head">Of the tombstone; a register is never gone.</param>
    public bool AreAbove(ushort number, int partition, in EntryHead head) =>
        head.Kind == EntryKind.Tombstone && _nOf.TryGetValue(number, out int n) && Horizon.HasPassed(_stated[n]![partition], head);

    /// <summary>What to do with an entry that another brings; one that is refused is counted.</summary>
    /// <param name="n">Of its keyspace.</param>
    /// <param name="partition">0 to 1,023; its key's.</param>
    /// <param name="under">The lowest horizon that those stated who hold it as home replicas; null for what is new: a client's write, a hint.</param>
    /// <param name="head">Of that entry.</param>
    public Admission Admit(int n, int partition, HybridTimestamp? under, in EntryHead head)
    {
        if (head.Version.Timestamp > Vouched) return Admission.Join;
        Admission admission = Horizon.Admit(Vouched, Of(n, partition), under, head);
        if (admission == Admission.Refused) Refused++;
        return admission;
    }

    /// <summary>Whether a hint is too old to be kept.</summary>
    public bool RefusesHint(in EntryHead head) => Horizon.Reaches(HintFloor, head);

    /// <summary>
    /// Whether a hint is one that was let go of before this start, and that the log has brought back: what is vouched for is what no
    /// member kept hints below.
    /// </summary>
    public bool WasLetGoOf(in EntryHead hint) => Horizon.Reaches(Vouched, hint);

    /// <summary>Whether something is wanted and not saved.</summary>
    public bool IsUnsaved { get; private set; }

    /// <summary>Takes no hint at or below from now on. A floor never goes back.</summary>
    public void RaiseHintFloor(HybridTimestamp to)
    {
        IsUnsaved |= to > HintFloor;
        HintFloor = Greater(HintFloor, to);
    }

    /// <summary>No hint at or below is kept, and none is taken, which was saved.</summary>
    public void StateHintFloor(HybridTimestamp to) => StatedHintFloor = to;

    /// <summary>Takes nothing new at or below from now on, which is stated once it is saved. It never goes back.</summary>
    public void RaiseVouched(HybridTimestamp to)
    {
        IsUnsaved |= to > Vouched;
        Vouched = Greater(Vouched, to);
    }

    /// <summary>Wants a horizon to be there; nothing is reaped before it is saved.</summary>
    /// <returns>False where it is there already.</returns>
    public bool Raise(int n, int partition, HybridTimestamp to)
    {
        HybridTimestamp[] wanted = _wanted[n];
        if (to <= wanted[partition]) return false;
        wanted[partition] = to;
        IsUnsaved = true;
        RaiseVouched(to);
        return true;
    }

    /// <summary>What saves all that is wanted now: the first part blocks, the second belongs on the loop, once that is done.</summary>
    public (Action Write, Action State) Saving()
    {
        byte[] saved = Encode();
        HybridTimestamp vouched = Vouched;
        HybridTimestamp[]?[] horizons = Copy();
        IsUnsaved = false;
        return (() => Write(saved), () => (StatedVouched, _stated) = (vouched, horizons));
    }

    /// <summary>Into both of the cell's slots, so that no promise goes with the damage of one.</summary>
    private void Write(byte[] saved)
    {
        _cell?.Write(saved);
        _cell?.Write(saved);
    }

    private HybridTimestamp[]?[] Copy()
    {
        var copy = new HybridTimestamp[]?[ReplicaSet.MaxReplicas + 1];
        foreach ((int n, HybridTimestamp[] horizons) in _wanted) copy[n] = [.. horizons];
        return copy;
    }

    private byte[] Encode()
    {
        byte[] saved = new byte[MaxSavedBytes];
        Span<byte> rest = saved;
        BinaryPrimitives.WriteUInt64LittleEndian(Take(ref rest, sizeof(ulong)), HintFloor.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(Take(ref rest, sizeof(ulong)), Vouched.Value);
        foreach ((int n, HybridTimestamp[] horizons) in _wanted)
        {
            List<Run<HybridTimestamp>> runs = Run.Of(horizons);
            Take(ref rest, 1)[0] = (byte)n;
            BinaryPrimitives.WriteUInt16LittleEndian(Take(ref rest, sizeof(ushort)), (ushort)runs.Count);
            foreach (Run<HybridTimestamp> run in runs)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(Take(ref rest, sizeof(ushort)), run.Length);
                BinaryPrimitives.WriteUInt64LittleEndian(Take(ref rest, sizeof(ulong)), run.Value.Value);
            }
        }

        return saved[..^rest.Length];
    }

    /// <summary>What is saved of an N that no keyspace has any more is let go.</summary>
    private void Load(ReadOnlySpan<byte> saved)
    {
        HintFloor = new HybridTimestamp(BinaryPrimitives.ReadUInt64LittleEndian(saved));
        Vouched = new HybridTimestamp(BinaryPrimitives.ReadUInt64LittleEndian(saved[sizeof(ulong)..]));
        ReadOnlySpan<byte> rest = saved[(2 * sizeof(ulong))..];
        while (!rest.IsEmpty)
        {
            HybridTimestamp[] horizons = _wanted.GetValueOrDefault(rest[0]) ?? new HybridTimestamp[Partition.Count];
            int runs = BinaryPrimitives.ReadUInt16LittleEndian(rest[1..]);
            rest = rest[(1 + sizeof(ushort))..];
            int at = 0;
            for (; runs > 0; runs--)
            {
                int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
                horizons.AsSpan(at, length).Fill(new HybridTimestamp(BinaryPrimitives.ReadUInt64LittleEndian(rest[sizeof(ushort)..])));
                at += length;
                rest = rest[RunSize..];
            }
        }
    }

    private static Span<byte> Take(ref Span<byte> rest, int bytes)
    {
        Span<byte> taken = rest[..bytes];
        rest = rest[bytes..];
        return taken;
    }

    private static HybridTimestamp Greater(HybridTimestamp left, HybridTimestamp right) => left > right ? left : right;
}
