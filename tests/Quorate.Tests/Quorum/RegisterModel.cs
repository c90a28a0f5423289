using System.Text;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;

namespace Quorate.Tests.Quorum;

/// <summary>
/// A small world around one key: replicas that join, coordinators whose clocks disagree, messages that are delivered in any
/// order, lost or refused. One seed is one run. Requests record what they were told, and <see cref="RegisterModelTests"/>
/// judges them by the laws.
/// </summary>
internal sealed class RegisterModel
{
    private static readonly long[] Offsets = [-300_000, -300, 0, 300, 300_000];

    private readonly Random _random;
    private readonly List<Action> _messages = [];
    private readonly Replica[] _replicas;
    private readonly HybridClock[] _clocks;
    private readonly long[] _offsets;
    private readonly int _w;
    private readonly int _r;
    private long _time = 1_700_000_000_000;

    public RegisterModel(int seed, int n, int w, int r)
    {
        _random = new Random(seed);
        (_w, _r) = (w, r);
        _replicas = [.. Enumerable.Range(0, n).Select(_ => new Replica())];
        _clocks = [.. Enumerable.Range(1, n).Select(node => new HybridClock(new WriterId(new NodeId((ulong)node), 1), 0))];
        foreach (HybridClock clock in _clocks) clock.RaiseMark(long.MaxValue);
        _offsets = [.. Enumerable.Range(0, n).Select(_ => Offsets[_random.Next(Offsets.Length)])];
    }

    public List<Put> Puts { get; } = [];

    public List<Read> Reads { get; } = [];

    public IReadOnlyList<Replica> Replicas => _replicas;

    public int Now { get; private set; }

    /// <summary>Begins requests and delivers messages until all have ended and nothing is under way.</summary>
    public void Run(int puts, int reads)
    {
        while (puts + reads > 0 || _messages.Count > 0)
        {
            Now++;
            _time += _random.Next(3);
            bool delivers = puts + reads == 0 || _random.Next(_messages.Count + 3) >= 3;
            if (delivers) DeliverOne();
            else if (_random.Next(puts + reads) < puts) BeginPut(ref puts);
            else BeginRead(ref reads);
        }

        foreach (Put put in Puts) put.GiveUp();
        foreach (Read read in Reads) read.GiveUp();
    }

    private void BeginPut(ref int left)
    {
        left--;
        var put = new Put(this, _random.Next(_clocks.Length), Puts.Count);
        Puts.Add(put);
        put.Begin();
    }

    private void BeginRead(ref int left)
    {
        left--;
        var read = new Read(this);
        Reads.Add(read);
        read.Begin();
    }

    /// <summary>A younger message rather than an older one: some then stay under way while whole requests come and go.</summary>
    private void DeliverOne()
    {
        int index = Math.Max(_random.Next(_messages.Count), _random.Next(_messages.Count));
        Action message = _messages[index];
        _messages.RemoveAt(index);
        message();
    }

    /// <summary>A question and its answer, each of which may be lost; a lost one is noticed or not.</summary>
    private void Ask(Action serve, Action answer, Action refused, Action lost)
    {
        int luck = _random.Next(20);
        if (luck == 0)
        {
            _messages.Add(refused);
        }
        else if (luck == 1)
        {
            if (_random.Next(2) == 0) _messages.Add(lost);
        }
        else
        {
            _messages.Add(() =>
            {
                serve();
                int after = _random.Next(20);
                if (after > 1) _messages.Add(answer);
                else if (after == 1) _messages.Add(lost);
            });
        }
    }

    internal sealed class Replica
    {
        private EntryHead _head;
        private byte[] _payload = [];

        public Entry Entry => new(_head, _payload);

        public HashSet<Version> EverHeld { get; } = [];

        public Verdict Join(in Entry entry)
        {
            int order = Entry.Compare(Entry, entry);
            if (order > 0) return Verdict.Superseded;
            _head = entry.Head;
            _payload = entry.Payload.ToArray();
            EverHeld.Add(_head.Version);
            return Verdict.Stored;
        }
    }

    internal sealed class Put(RegisterModel model, int node, int number)
    {
        private readonly WriteOperation _operation = new();
        private readonly byte[] _payload = Encoding.UTF8.GetBytes($"put {number}");
        private int _round;
        private bool _advancing;

        public int Began { get; private set; }

        public int Ended { get; private set; } = int.MaxValue;

        public OutcomeKind Kind => _operation.Outcome.Kind;

        public bool IsAcknowledged => Ended < int.MaxValue && Kind == OutcomeKind.Ok;

        /// <summary>Every version it was tried under, the last one last.</summary>
        public List<Version> Versions { get; } = [];

        public Version Version => Versions[^1];

        private HybridClock Clock => model._clocks[node];

        private long Wall => model._time + model._offsets[node];

        public void Begin()
        {
            Began = model.Now;
            var avoided = new ReplicaSet((uint)model._random.Next(1 << model._replicas.Length));
            _operation.Begin(model._replicas.Length, model._w, model._random.Next(4) == 0 ? avoided : ReplicaSet.Empty);
            Clock.TryStamp(Wall, out Version version);
            Stamp(version);
            Advance();
        }

        public void GiveUp()
        {
            if (Ended < int.MaxValue) return;
            _operation.Expire();
            Advance();
        }

        private void Send()
        {
            for (ReplicaSet rest = _operation.Targets; !rest.IsEmpty; rest = rest.Without(rest.First)) SendTo(rest.First, _round, Version);
        }

        private void Stamp(Version version)
        {
            Versions.Add(version);
            _round++;
        }

        private void Hurry()
        {
            _operation.NoticeLate();
            Advance();
        }

        private void SendTo(int rank, int round, Version version)
        {
            Verdict verdict = default;
            Version by = default;
            model.Ask(
                () =>
                {
                    Replica replica = model._replicas[rank];
                    model._clocks[rank].Observe(version.Timestamp, model._time + model._offsets[rank]);
                    verdict = replica.Join(new Entry(new EntryHead(EntryKind.Register, version, Expiry.Never, 0), _payload));
                    by = replica.Entry.Head.Version;
                },
                () => Take(rank, round, verdict, by),
                () => Take(rank, round, Verdict.Unfit, default),
                () => Take(rank, round, Verdict.Lost, default));
        }

        private void Take(int rank, int round, Verdict verdict, Version by)
        {
            if (round != _round) return;
            _operation.Record(rank, verdict, by);
            Advance();
        }

        private void Advance()
        {
            if (_advancing) return;
            _advancing = true;
            WriteStep step;
            while ((step = _operation.Next()) is not (WriteStep.Wait or WriteStep.Release))
            {
                if (step == WriteStep.Restamp) Stamp(Clock.Restamp(_operation.Superseding.Timestamp, Wall));
                else if (step == WriteStep.Ask) Send();
                else if (step == WriteStep.Answer) Ended = model.Now;
            }

            if (step == WriteStep.Wait && _operation.CanDoWithoutLate && model._random.Next(4) == 0) model._messages.Add(Hurry);
            _advancing = false;
        }
    }

    internal sealed class Read(RegisterModel model)
    {
        private readonly ReadOperation _operation = new();
        private byte[] _payload = [];

        public int Began { get; private set; }

        public int Ended { get; private set; } = int.MaxValue;

        public OutcomeKind Kind { get; private set; }

        public bool IsOk => Ended < int.MaxValue && Kind == OutcomeKind.Ok;

        public Version Version { get; private set; }

        public bool HasChangedReplicas { get; private set; }

        public void Begin()
        {
            Began = model.Now;
            var fanout = (Fanout)model._random.Next(1, 3);
            var order = new AskOrder();
            int[] latencies = [.. model._replicas.Select(_ => model._random.Next(3))];
            order.AddQuickestFirst(ReplicaSet.FirstOf(latencies.Length), latencies);
            _operation.Begin(model._replicas.Length, model._r, fanout, order);
            Advance();
        }

        public void GiveUp()
        {
            _operation.Expire();
            Advance();
        }

        private void Advance()
        {
            ReadStep step;
            while ((step = _operation.Next()) is not (ReadStep.Wait or ReadStep.Release))
            {
                if (step == ReadStep.Answer) Answer();
                else Do(step);
            }

            // Somebody is late, some time.
            if (step == ReadStep.Wait && _operation.CanAskFurther && model._random.Next(4) == 0) model._messages.Add(Hurry);
        }

        private void Hurry()
        {
            _operation.AllowFurther();
            Advance();
        }

        private void Answer()
        {
            Ended = model.Now;
            Kind = _operation.Outcome.Kind;
            Version = _operation.Winner.Head.Version;
            if (Kind == OutcomeKind.Ok && new Entry(_operation.Winner.Head, Payload).Digest != _operation.Winner)
                throw new InvalidOperationException("The bytes that are answered are not the winner's.");
        }

        private ReadOnlySpan<byte> Payload => _operation.Winner.HasPayload ? _payload : default;

        private void Do(ReadStep step)
        {
            for (int rank = 0; rank < model._replicas.Length; rank++)
            {
                if (!_operation.Targets.Contains(rank)) continue;
                if (step == ReadStep.WriteBack) WriteBackTo(rank);
                else AskFor(rank, withBytes: step == ReadStep.FetchPayload || model._random.Next(2) == 0);
            }
        }

        private void AskFor(int rank, bool withBytes)
        {
            EntryDigest digest = default;
            byte[] payload = [];
            model.Ask(
                () =>
                {
                    digest = model._replicas[rank].Entry.Digest;
                    payload = model._replicas[rank].Entry.Payload.ToArray();
                },
                () =>
                {
                    if (_operation.RecordAnswer(rank, digest, withBytes && digest.HasPayload)) _payload = payload;
                    Advance();
                },
                () => Fail(rank, Verdict.Unfit),
                () => Fail(rank, Verdict.Lost));
        }

        private void Fail(int rank, Verdict verdict)
        {
            _operation.RecordFailure(rank, verdict);
            Advance();
        }

        private void WriteBackTo(int rank)
        {
            byte phase = _operation.Phase;
            EntryHead head = _operation.Winner.Head;
            byte[] payload = Payload.ToArray();
            Verdict verdict = default;
            model.Ask(
                () =>
                {
                    verdict = model._replicas[rank].Join(new Entry(head, payload));
                    HasChangedReplicas |= verdict == Verdict.Stored;
                },
                () => WroteBack(rank, phase, verdict),
                () => WroteBack(rank, phase, Verdict.Overloaded),
                () => WroteBack(rank, phase, Verdict.Lost));
        }

        private void WroteBack(int rank, byte phase, Verdict verdict)
        {
            _operation.RecordWriteBack(rank, phase, verdict);
            Advance();
        }
    }
}
