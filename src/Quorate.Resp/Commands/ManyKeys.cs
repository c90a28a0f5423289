using System.Buffers;
using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>
/// A command on several keys: a request for each at the same time, in rounds of at most <see cref="RoundSize"/>, and one
/// reply when all have ended. When one fails no further round starts, and the reply says which keys were done.
/// It keeps a copy of the command's words, because the connection's bytes are gone by then.
/// </summary>
public abstract class ManyKeys
{
    /// <summary>So that one command cannot fill the node's queues, and a million keys are many turns of the loop.</summary>
    public const int RoundSize = 1024;

    private readonly RespSession _session;
    private readonly CommandSpec _spec;
    private readonly int _keyspace;
    private readonly int _wordsEach;
    private readonly byte[] _bytes;
    private readonly ByteRange[] _words;
    private readonly ulong[] _hashes;
    private readonly uint _sequence;
    private readonly KeyFailures _failures;
    private Explanation? _explanation;
    private Outcome _lastOutcome;
    private Location _lastLocation;
    private Version _lastVersion;
    private bool _oneAtATime;
    private int _started;
    private int _running;

    protected ManyKeys(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        _session = command.Session;
        _spec = command.Spec;
        _keyspace = command.Client.Keyspace;
        _wordsEach = _spec.Keys.Step;
        Options = command.Options;
        Count = _spec.Keys.CountAmong(arguments.Count);
        _failures = new KeyFailures(this, _spec.Name.ToUpperInvariant());
        _sequence = _session.Begin(this);
        _words = ArrayPool<ByteRange>.Shared.Rent(arguments.Count);
        _bytes = ArrayPool<byte>.Shared.Rent(CopyWords(arguments, _words, []));
        CopyWords(arguments, _words, _bytes);
        _hashes = ArrayPool<ulong>.Shared.Rent(Count);
        HoldKeys();
    }

    public int Count { get; }

    /// <summary>What the command does to a key that it is done with: "written".</summary>
    public abstract string Deed { get; }

    protected RequestOptions Options { get; }

    protected RespSession Session => _session;

    protected IDatabase Database => _session.Server.Database;

    protected int Keyspace => _keyspace;

    public ReadOnlySpan<byte> KeyAt(int index) => WordOf(index, 0);

    protected ReadOnlySpan<byte> WordOf(int index, int word) =>
        _words[_spec.Keys.First + index * _wordsEach + word].In(_bytes);

    public void Run() => RunRound();

    public void OnRead(int index, in ReadResult result)
    {
        Note(result.Outcome, result.Location, result.Version, result.Explanation);
        if (!result.Outcome.IsOk) Fail(index, result.Outcome, result.Location, mayBeDone: false);
        else if (!TakeRead(index, result)) return;
        EndKey();
    }

    public void OnWrite(int index, in WriteResult result)
    {
        Note(result.Outcome, result.Location, result.Version, result.Explanation);
        if (result.Outcome.IsOk) TakeWrite();
        else Fail(index, result.Outcome, result.Location, mayBeDone: result.Outcome.Kind == OutcomeKind.TimedOut);
        EndKey();
    }

    /// <summary>Sends the request for a key.</summary>
    protected abstract void Start(int index);

    /// <summary>False where a further request was sent for this key.</summary>
    protected virtual bool TakeRead(int index, in ReadResult result) =>
        throw new InvalidOperationException($"{_spec.Name} does not read.");

    protected virtual void TakeWrite() => throw new InvalidOperationException($"{_spec.Name} does not write.");

    /// <summary>Every key was done.</summary>
    protected abstract void WriteReply(RespWriter reply);

    protected virtual void GiveBack()
    {
    }

    protected ulong TokenOf(int index) => (ulong)(uint)index << 32 | _sequence;

    protected void Fail(int index, in Outcome outcome, Location location, bool mayBeDone) =>
        _failures.Add(index, outcome.Kind, Failures.TextOf(outcome, location), mayBeDone);

    protected void Fail(int index, OutcomeKind kind, string text) => _failures.Add(index, kind, text, mayBeDone: false);

    private void RunRound()
    {
        if (_session.IsClosed)
        {
            ReturnArrays();
            return;
        }

        int end = Math.Min(Count, _started + (_oneAtATime ? 1 : RoundSize));
        // One for the round itself, so that it does not end while it still starts keys.
        _running = end - _started + 1;
        while (_started < end) Start(_started++);
        EndKey();
    }

    private void EndKey()
    {
        if (--_running > 0) return;
        if (_started == Count || _failures.Any) End();
        else _session.Server.Loop.Post(RunRound);
    }

    private void End()
    {
        RespWriter reply = _session.WriterOf(_sequence);
        if (_explanation is not null) Explained.Begin(reply, _explanation);
        if (_failures.Any) reply.Error(_failures.Describe(_started));
        else WriteReply(reply);
        if (_explanation is not null) Explained.End(reply, _lastOutcome, _lastLocation, _lastVersion, _explanation);

        for (int i = 0; i < Count; i++) _session.Release(_hashes[i], _spec.Access);
        ReturnArrays();
        _session.Complete(_sequence);
    }

    /// <summary>Also in a DEL of one key that is explained, which asks twice: the lines of both follow each other.</summary>
    private void Note(in Outcome outcome, Location location, Version version, Explanation? explanation)
    {
        if (explanation is null) return;
        _explanation ??= new Explanation();
        _explanation.Lines.AddRange(explanation.Lines);
        (_lastOutcome, _lastLocation, _lastVersion) = (outcome, location, version);
    }

    private void HoldKeys()
    {
        for (int i = 0; i < Count; i++)
        {
            _hashes[i] = KeyHash.Of(_keyspace, KeyAt(i));
            // A key that is named twice: the second must see the first.
            if (!_session.Hold(_hashes[i], _spec.Access)) _oneAtATime = true;
        }
    }

    private void ReturnArrays()
    {
        GiveBack();
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<ByteRange>.Shared.Return(_words);
        ArrayPool<ulong>.Shared.Return(_hashes);
    }

    /// <summary>Bytes of all words; copies them where there is room.</summary>
    private static int CopyWords(Arguments arguments, ByteRange[] words, Span<byte> bytes)
    {
        int length = 0;
        for (int i = 0; i < arguments.Count; i++)
        {
            ReadOnlySpan<byte> word = arguments[i];
            words[i] = new ByteRange(length, word.Length);
            if (!bytes.IsEmpty) word.CopyTo(bytes[length..]);
            length += word.Length;
        }

        return length;
    }
}
