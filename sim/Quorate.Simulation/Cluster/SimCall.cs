using System.Text;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Simulation.Histories;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Cluster;

/// <summary>One client's request and what the client was told, with the virtual times of both.</summary>
public sealed class SimCall : IDatabaseSink
{
    private readonly Scheduler _scheduler;
    private readonly ISimHome _home;
    private readonly RequestOptions _options;
    private Action _then = () => { };
    private bool _isAnswered;
    private Told _answered;

    private SimCall(ISimHome home, Verb verb, string key, string? value, RequestOptions options)
    {
        _scheduler = home.Scheduler;
        _home = home;
        _options = options;
        Verb = verb;
        Key = key;
        Value = value;
        Began = _scheduler.Now;
    }

    public string Node => _home.Name;

    public Verb Verb { get; }

    public string Key { get; }

    /// <summary>What was put, or what a read found; null for a key that is missing.</summary>
    public string? Value { get; private set; }

    public Version Version { get; private set; }

    /// <summary>Unix ms, of what was put or read; 0 for never.</summary>
    public long ExpiresAt { get; private set; }

    /// <summary>Up to where any node had let go of tombstones for good when this ended.</summary>
    public HybridTimestamp GoneUpTo { get; private set; }

    /// <summary>What a scan found.</summary>
    public IReadOnlyList<string> Keys { get; private set; } = [];

    /// <summary>Where it said to go on.</summary>
    public ScanPoint ScanNext { get; private set; }

    public long Counted { get; private set; }

    public Outcome Outcome { get; private set; }

    public Told Told { get; private set; }

    /// <summary>The failure in words; empty where there was none.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Whether a write was made: an edit's condition may not hold.</summary>
    public bool Applied { get; private set; } = true;

    /// <summary>The node stood still or died meanwhile, so that nobody could keep the time.</summary>
    public bool IsDisturbed { get; internal set; }

    /// <summary>Number of the session in which it was asked; 0 for none.</summary>
    public int Session { get; private init; }

    /// <summary>What each node said of the key, as home replica and of its hints, when this was acknowledged; empty where nobody was asked.</summary>
    internal IReadOnlyList<RawRead> Witnesses { get; set; } = [];

    /// <summary>A put or delete that fallbacks may have taken.</summary>
    internal bool IsAcknowledgedBySloppyQuorum => IsOk && IsSloppy && Key.Length > 0 && Verb is Verb.Put or Verb.Delete;

    private bool IsSloppy => _options.Quorum == QuorumKind.Sloppy || _options.W.IsAny;

    /// <summary>From 1: a client may ask again.</summary>
    public int Attempt { get; internal set; } = 1;

    public int TimeoutMilliseconds => _options.Timeout;

    /// <summary>The node has answered, or has died, whatever the client made of it: nothing more can come of it.</summary>
    public bool IsSettled { get; private set; }

    public bool IsEnded => Told != Told.Nothing;

    public bool IsOk => Told == Told.Ok;

    /// <summary>Microseconds of virtual time.</summary>
    public long Began { get; }

    public long Ended { get; private set; }

    /// <param name="expiresIn">From now on the coordinator's clock; null for never.</param>
    public static SimCall Put(ISimHome home, string key, string value, RequestOptions options, TimeSpan? expiresIn = null) =>
        new SimCall(home, Verb.Put, key, value, options).Begin((database, call) =>
        {
            call.ExpiresAt = expiresIn is { } time ? database.WallClock + (long)time.TotalMilliseconds : 0;
            database.Write(WriteCommand.Put(0, Bytes(key), Bytes(value), call.ExpiresAt, options), call, 0);
        });

    public static SimCall Delete(ISimHome home, string key, RequestOptions options) =>
        new SimCall(home, Verb.Delete, key, null, options).Begin(
            (database, call) => database.Write(WriteCommand.Delete(0, Bytes(key), options), call, 0));

    public static SimCall Get(ISimHome home, string key, RequestOptions options) =>
        new SimCall(home, Verb.Get, key, null, options).Begin(
            (database, call) => database.Read(new ReadCommand(0, Bytes(key), options), call, 0));

    public static SimCall PutIf(ISimHome home, string key, string value, EditCondition condition, RequestOptions options) =>
        new SimCall(home, Verb.PutIf, key, value, options).Begin(
            (database, call) => database.Edit(
                new EditCommand(0, Bytes(key), RegisterEdit.Put(Bytes(value), condition, false, 0), options), call, 0));

    /// <param name="in">From now on the coordinator's clock.</param>
    public static SimCall Expire(ISimHome home, string key, TimeSpan @in, RequestOptions options) =>
        new SimCall(home, Verb.Expire, key, null, options).Begin(
            (database, call) => database.Edit(
                new EditCommand(0, Bytes(key), RegisterEdit.Expire(database.WallClock + (long)@in.TotalMilliseconds), options), call, 0));

    /// <param name="count">About how many keys.</param>
    public static SimCall Scan(ISimHome home, ScanPoint from, int count, RequestOptions options) =>
        new SimCall(home.Node, Verb.Get, "", null, options).BeginWhole(
            home.Node, (database, call) => database.Scan(new ScanCommand(0, from, count, options), call, 0));

    /// <summary>A deletion of every key; of none in particular.</summary>
    public static SimCall Clear(ISimHome home, RequestOptions options) =>
        new SimCall(home.Node, Verb.Delete, "", null, options).BeginWhole(home.Node, (database, call) => database.Clear(0, options, call, 0));

    public static SimCall Count(ISimHome home) =>
        new SimCall(home.Node, Verb.Get, "", null, default).BeginWhole(home.Node, (database, call) => database.Count(0, default, call, 0));

    /// <summary>One that is asked through what applications see, and answered with <see cref="AnswerRead"/> or <see cref="AnswerWrite"/>.</summary>
    /// <param name="session">Its number.</param>
    /// <param name="expiresIn">Of a put, from now on; zero for never.</param>
    internal static SimCall InSession(
        ISimHome home, int session, Verb verb, string key, string? value, RequestOptions options, Func<QuorateDatabase, SimCall, Task> request, TimeSpan expiresIn = default)
    {
        var call = new SimCall(home, verb, key, value, options) { Session = session };
        if (expiresIn > TimeSpan.Zero) call.ExpiresAt = SimClock.RightAt(call.Began) + (long)expiresIn.TotalMilliseconds;
        home.AskAsApplication(call, database => _ = call.FollowAsync(request(database, call)));
        return call;
    }

    /// <summary>What a checker needs to know of it.</summary>
    public Observation Observe()
    {
        bool isPut = Verb is Verb.Put or Verb.PutIf;
        ConsistencyLevel asked = Verb == Verb.Get ? _options.R : _options.W;
        int level = (asked.IsDefault ? ConsistencyLevel.Quorum : asked).Required(Keyspace.DefaultN);
        return new Observation(Node, Verb, Key, isPut || IsOk ? Value : null, level, Told, Version, Began, Ended)
        {
            Applied = Applied,
            ExpiresAt = ExpiresAt,
            GoneUpTo = GoneUpTo,
            Failure = Failure,
            IsDisturbed = IsDisturbed,
            TimeoutMilliseconds = TimeoutMilliseconds,
            Attempt = Attempt,
            IsSloppy = IsSloppy,
            Session = Session,
            Keepers = Witnesses.Where(witness => witness.Holds(Version)).Select(witness => witness.Node).Distinct().Count(),
            Silent = Witnesses.Where(witness => !witness.IsAnswered).Select(witness => witness.Node).Distinct().Count(),
        };
    }

    /// <summary>A deletion of every key is one of each.</summary>
    public IEnumerable<Observation> Observe(IEnumerable<string> keys)
    {
        Observation observed = Observe();
        return Key.Length > 0 ? [observed] : keys.Select(key => observed with { Key = key });
    }

    public void OnRead(ulong token, in ReadResult result)
    {
        if (result.Outcome.IsOk) Value = result.Entry.IsAbsent ? null : Encoding.UTF8.GetString(result.Entry.Value);
        if (result.Outcome.IsOk) ExpiresAt = result.Entry.Head.Expiry.AtMilliseconds;
        Answer(result.Outcome, result.Version, result.Location);
    }

    public void OnWrite(ulong token, in WriteResult result) => Answer(result.Outcome, result.Version, result.Location);

    public void OnEdit(ulong token, in EditResult result)
    {
        Applied = result.Reply.Applied;
        Answer(result.Reply.Outcome, result.Reply.Version, result.Location);
    }

    public void OnScan(ulong token, in ScanResult result)
    {
        ScanNext = result.Next;
        Keys = [.. result.Keys.Select(key => Encoding.UTF8.GetString(key.Key))];
        Answer(result.Outcome, Version.None, result.Location);
    }

    public void OnCount(ulong token, in CountResult result)
    {
        Counted = result.Keys;
        Answer(result.Outcome, Version.None, result.Location);
    }

    internal void AnswerRead(in GetResult result)
    {
        Value = result.Found ? Encoding.UTF8.GetString(result.Value.Span) : null;
        Answer(Told.Ok, result.Version, "");
    }

    internal void AnswerWrite(in PutResult result) => Answer(Told.Ok, result.Version, "");

    public override string ToString() => Observe().ToString();

    /// <summary>Runs once the client was told something, or gave up; at once where that is so already.</summary>
    internal void Then(Action action)
    {
        if (IsEnded) action();
        else _then = action;
    }

    /// <summary>The client waits no longer, and does not know what becomes of it.</summary>
    internal void GiveUp()
    {
        if (IsEnded) return;
        Failure = "no answer";
        End(Told.Unknown);
    }

    /// <summary>The connection to the node broke, or there was none.</summary>
    internal void Lose(bool isSent)
    {
        IsSettled = true;
        if (IsEnded) return;
        IsDisturbed = true;
        Failure = isSent ? "the node died" : "the node is down";
        End(isSent ? Told.Unknown : Told.CertainlyNot);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private SimCall BeginWhole(SimNode node, Action<IDatabase, SimCall> request)
    {
        node.AskWhole(this, database => request(database, this));
        return this;
    }

    private SimCall Begin(Action<IKeyValueStore, SimCall> request)
    {
        _home.Ask(this, database => request(database, this));
        return this;
    }

    private async Task FollowAsync(Task request)
    {
        try
        {
            await request;
        }
        catch (QuorateException failure)
        {
            Answer(failure is NotWrittenException ? Told.CertainlyNot : Told.Unknown, Version.None, $"{failure.GetType().Name}: {failure.Message}");
        }
        catch (Exception unexpected)
        {
            // Nobody awaits this: it fails the run.
            _scheduler.After(0, () => throw new InvalidOperationException($"{this} failed.", unexpected));
        }
    }

    private void Answer(in Outcome outcome, Version version, Location location)
    {
        if (!IsEnded) Outcome = outcome;
        Told told = outcome.IsOk ? Told.Ok : outcome.Kind == OutcomeKind.TimedOut ? Told.Unknown : Told.CertainlyNot;
        Answer(told, version, outcome.IsOk ? "" : $"{outcome.Kind}: {FailureText.Describe(outcome, location)}");
    }

    private void Answer(Told told, Version version, string failure)
    {
        if (_isAnswered) throw new InvalidOperationException($"{this} was answered twice.");
        _isAnswered = true;
        if (!IsEnded) (_answered, Version, Failure) = (told, version, failure);
        _home.Reply(Settle);
    }

    private void Settle()
    {
        IsSettled = true;
        _home.Forget(this);
        End(_answered);
    }

    private void End(Told told)
    {
        if (IsEnded) return;
        Told = told;
        Ended = _scheduler.Now;
        GoneUpTo = _home.All.Max(node => node.HorizonOf(Key));
        _then();
    }
}
