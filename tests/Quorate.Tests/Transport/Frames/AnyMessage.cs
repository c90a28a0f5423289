using FsCheck;
using FsCheck.Fluent;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Core.Versions;

namespace Quorate.Tests.Transport.Frames;

/// <summary>Values for messages drawn from a seed: one seed, one message.</summary>
internal sealed class AnyMessage(int seed)
{
    private readonly Random _random = new(seed);

    public static void ForAll(Action<AnyMessage> check) =>
        Prop.ForAll<int>(seed => check(new AnyMessage(seed))).QuickCheckThrowOnFailure();

    public OperationId Operation() =>
        new((uint)_random.Next((int)OperationId.MaxSlots), (uint)_random.Next() & OperationId.RoundMask, (ushort)_random.Next(0x1000), (byte)_random.Next(16));

    public Epochs Epochs() => new((uint)_random.Next(), (uint)_random.Next());

    public ushort Keyspace() => (ushort)_random.Next();

    public bool Bool() => _random.Next(2) == 0;

    public int Int(int below) => _random.Next(below);

    public long Long() => _random.NextInt64(long.MinValue, long.MaxValue);

    public byte[] Bytes(int most)
    {
        var bytes = new byte[_random.Next(most + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    public Version Version() =>
        new(new HybridTimestamp((ulong)Long() >> 1), new WriterId(new NodeId((ulong)Long()), (uint)_random.Next()));

    public Expiry Expiry() => Bool() ? Core.DataTypes.Expiry.Never : new Expiry((uint)_random.Next(), Long(), Bool() ? Version() : default);

    public Verdict Verdict() => (Verdict)_random.Next((int)Core.Quorum.Verdict.TooLarge + 1);

    /// <summary>A head and its payload; absent only where allowed.</summary>
    public (EntryHead Head, byte[] Payload) Entry(bool orAbsent)
    {
        var kind = (EntryKind)_random.Next(orAbsent ? 0 : 1, 3);
        if (kind == EntryKind.Absent) return (default, []);
        byte[] payload = kind == EntryKind.Register ? Bytes(300) : [];
        return (new EntryHead(kind, Version(), Expiry(), (byte)_random.Next(Math.Min(payload.Length, 255) + 1)), payload);
    }

    public Core.Quorum.Outcome Outcome()
    {
        int replicas = _random.Next(ReplicaSet.MaxReplicas + 1);
        Verdicts verdicts = default;
        for (int i = 0; i < replicas; i++) verdicts[i] = Verdict();
        return new Core.Quorum.Outcome((OutcomeKind)_random.Next((int)OutcomeKind.TimedOut + 1), _random.Next(17), replicas, _random.Next(replicas + 1), verdicts);
    }

    public RequestOptions Options() =>
        new(Level(), Level(), _random.Next(RequestOptions.MaxTimeout + 1), (Fanout)_random.Next(3), Bool());

    public (EditKind Kind, EditCondition Condition) Edit() => ((EditKind)_random.Next(1, 9), (EditCondition)_random.Next(64));

    public long Offset() => _random.NextInt64(RegisterEdit.MaxOffset + 1);

    public ulong ScanHash() => (ulong)_random.NextInt64() & ScanPoint.MaxHash;

    public ScanRequest Scan() =>
        new(Keyspace(), Epochs(), new ScanPoint(_random.Next(Partition.Count), ScanHash()), _random.Next(1, ScanRequest.MaxLimit + 1));

    public WalkRequest Walk()
    {
        var step = (WalkStep)_random.Next(1, 6);
        ushort[] nodes = [.. Enumerable.Range(0, _random.Next(HashTree.Groups)).Select(_ => (ushort)_random.Next(HashTree.Groups))];
        return new WalkRequest(step, Epochs(), new NodeId((ulong)Long()), (byte)_random.Next(17), (ushort)_random.Next(Partition.Count), Version().Timestamp, (ulong)Long(), nodes) { Held = [.. nodes.Select(_ => (uint)Long())] };
    }

    public WalkReply Walked() => new(
        Verdict(),
        [.. Enumerable.Range(0, _random.Next(40)).Select(_ => (ulong)Long())],
        [.. ScannedKeys().Select(key => new WalkedKey(Keyspace(), key.Key, key.Head))],
        _random.Next(HashTree.Leaves),
        Bool() ? Vouch() : null)
    {
        Lacking = [.. Enumerable.Range(0, _random.Next(8)).Select(_ => (ushort)_random.Next(ushort.MaxValue))],
    };

    public Vouch Vouch()
    {
        int partitions = _random.Next(Partition.Count);
        return new Vouch(
            (uint)Int(int.MaxValue),
            [.. Enumerable.Range(0, _random.Next(5)).Select(_ => (uint)Int(int.MaxValue))],
            Version().Timestamp,
            Version().Timestamp,
            Version().Timestamp,
            [.. Enumerable.Range(0, partitions).Select(_ => new HybridTimestamp((ulong)_random.Next(3)))],
            [.. Enumerable.Range(0, partitions).Select(_ => Bool() ? (ulong?)_random.Next(2) : null)]);
    }

    /// <summary>A vouch in a form that can be compared.</summary>
    public static string Told(Vouch? vouch) => vouch is null
        ? "nothing"
        : $"{vouch.Start} {vouch.Wanted} {vouch.HintFloor} {vouch.UpTo}: {string.Join(' ', vouch.Starts)}; {string.Join(' ', vouch.Horizons)}; {string.Join(',', vouch.Hashes)}";

    /// <summary>What a repair states; null for what is new.</summary>
    public HybridTimestamp? Under() => Bool() ? Version().Timestamp : null;

    public ScannedKey[] ScannedKeys() => [.. Enumerable.Range(0, _random.Next(8)).Select(_ => new ScannedKey(Bytes(40), Entry(orAbsent: false).Head))];

    public PartitionSet Partitions()
    {
        PartitionSet partitions = default;
        for (int partition = 0; partition < Partition.Count; partition++)
        {
            if (Bool()) partitions.Add(partition);
        }

        return partitions;
    }

    public string Text() => new([.. Enumerable.Range(0, _random.Next(20)).Select(_ => "aé:ß€\n9"[_random.Next(7)])]);

    public Hello Hello() => new(
        (ushort)_random.Next(), (ushort)_random.Next(), (PeerRole)_random.Next(1, 3), (Lane)_random.Next(1, 3), (ulong)Long(), (uint)_random.Next(),
        new Member(new NodeId((ulong)Long()), Text(), Text(), _random.Next(1, 100), new Endpoints(Text(), Text(), Text(), Text())),
        (uint)_random.Next(), Text())
    {
        Members = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => AnyMember() with { Seat = new Seat(Node(), (uint)_random.Next()) })],
        WantsToReplace = Bool(),
        Lease = Node(),
    };

    public ClusterId Cluster() => new((ulong)Long());

    public SwimMessage Swim()
    {
        MemberUpdate sender = Update(Bool() ? MemberState.Alive : MemberState.Left);
        List<MemberUpdate> updates = [];
        int room = Int(SwimMessage.UpdateBudget) - sender.Size;
        for (MemberUpdate update = AnyUpdate(); (room -= update.Size) >= 0; update = AnyUpdate()) updates.Add(update);
        return new SwimMessage((SwimMessageKind)_random.Next(1, 7), sender, Node(), (uint)_random.Next(), Node(), updates);

        MemberUpdate AnyUpdate() => Update((MemberState)_random.Next(1, 5));
    }

    private MemberUpdate Update(MemberState state) => new(
        new Member(Node(), Text(), Text(), _random.Next(1, 100), new Endpoints(Text(), Text(), Text(), Text())), new Incarnation((ulong)Long()), state, Node());

    private Member AnyMember() => new(Node(), Text(), Text(), _random.Next(1, 100), new Endpoints(Text(), Text(), Text(), Text()));

    private NodeId Node() => new((ulong)Long());

    private ConsistencyLevel Level() => _random.Next(4) switch
    {
        0 => ConsistencyLevel.Default,
        1 => ConsistencyLevel.Quorum,
        2 => ConsistencyLevel.All,
        _ => ConsistencyLevel.Of(_random.Next(1, ReplicaSet.MaxReplicas + 1)),
    };
}
