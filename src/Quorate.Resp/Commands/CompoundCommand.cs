using System.Buffers;
using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>
/// A command that takes more than one request, and one reply when all have ended. It keeps a copy of the command's words,
/// because the connection's bytes are gone by then, and holds its keys, so that what comes behind it on them waits.
/// </summary>
internal abstract class CompoundCommand
{
    private readonly byte[] _bytes;
    private readonly ByteRange[] _words;
    private readonly ulong[] _hashes;
    private readonly uint _sequence;
    private string? _error;

    protected CompoundCommand(in CommandContext command)
    {
        Arguments arguments = command.Arguments;
        Session = command.Session;
        Spec = command.Spec;
        Keyspace = command.Client.Keyspace;
        Options = command.Options;
        Count = Spec.Keys.CountAmong(arguments.Count);
        _sequence = Session.Begin(this);
        _words = ArrayPool<ByteRange>.Shared.Rent(arguments.Count);
        _bytes = ArrayPool<byte>.Shared.Rent(CopyWords(arguments, _words, []));
        CopyWords(arguments, _words, _bytes);
        _hashes = ArrayPool<ulong>.Shared.Rent(Count);
        HoldKeys();
    }

    /// <summary>Of keys.</summary>
    public int Count { get; }

    protected CommandSpec Spec { get; }

    protected RequestOptions Options { get; }

    protected RespSession Session { get; }

    protected RespServer Server => Session.Server;

    protected IDatabase Database => Session.Server.Database;

    protected int Keyspace { get; }

    /// <summary>A key is named twice: the second must see the first.</summary>
    protected bool NamesKeyTwice { get; private set; }

    public ReadOnlySpan<byte> KeyAt(int index) => Word(Spec.Keys.First + index * Spec.Keys.Step);

    public abstract void Run();

    /// <summary>Takes a result; the step is what its request's token was made of.</summary>
    public virtual void OnRead(int step, in ReadResult result) => throw Unexpected();

    public virtual void OnWrite(int step, in WriteResult result) => throw Unexpected();

    public virtual void OnEdit(int step, in EditResult result) => throw Unexpected();

    public virtual void OnScan(int step, in ScanResult result) => throw Unexpected();

    protected ReadOnlySpan<byte> Word(int index) => _words[index].In(_bytes);

    protected ulong TokenOf(int step) => (ulong)(uint)step << 32 | _sequence;

    /// <summary>Ends the command with an error.</summary>
    protected void End(string error)
    {
        _error = error;
        End();
    }

    /// <summary>
    /// Ends the command with a failed request of it; <paramref name="before"/> says what had been done until then, if anything.
    /// </summary>
    protected void End(in Outcome outcome, Location location, string before = "")
    {
        // A failure promises that nothing was stored; that is not so where something was before.
        OutcomeKind kind = before.Length > 0 ? OutcomeKind.TimedOut : outcome.Kind;
        End($"{Failures.WordOf(kind)} {Spec.Name.ToUpperInvariant()}: {before}{Failures.TextOf(outcome, location)}");
    }

    protected void End()
    {
        RespWriter reply = Session.WriterOf(_sequence);
        if (_error is null) WriteReply(reply);
        else reply.Error(_error);
        for (int i = 0; i < Count; i++) Session.Release(_hashes[i], Spec.Access);
        ReturnArrays();
        Session.Complete(_sequence);
    }

    protected abstract void WriteReply(RespWriter reply);

    /// <summary>The command has ended, or its connection.</summary>
    protected virtual void GiveBack()
    {
    }

    protected void ReturnArrays()
    {
        GiveBack();
        ArrayPool<byte>.Shared.Return(_bytes);
        ArrayPool<ByteRange>.Shared.Return(_words);
        ArrayPool<ulong>.Shared.Return(_hashes);
    }

    private InvalidOperationException Unexpected() => new($"{Spec.Name} has sent no such request.");

    private void HoldKeys()
    {
        for (int i = 0; i < Count; i++)
        {
            _hashes[i] = KeyHash.Of((ulong)Keyspace, KeyAt(i));
            if (!Session.Hold(_hashes[i], Spec.Access)) NamesKeyTwice = true;
        }
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
