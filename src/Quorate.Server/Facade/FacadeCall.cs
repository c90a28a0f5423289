using System.Threading.Tasks.Sources;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;

namespace Quorate.Server.Facade;

/// <summary>One request on its way over the loop and back. Pooled: its caller awaits it once, and then it serves the next.</summary>
internal sealed class FacadeCall(int slot, Action<FacadeCall> free) : IValueTaskSource<DatabaseAnswer>
{
    // The caller goes on elsewhere: the loop is for the data path.
    private ManualResetValueTaskSourceCore<DatabaseAnswer> _completion = new() { RunContinuationsAsynchronously = true };
    private FacadeRequest _request;

    public int Slot => slot;

    /// <summary>Comes back with the result. An answer to an earlier use of the slot carries an earlier version.</summary>
    public ulong Token => (ulong)(ushort)_completion.Version << 32 | (uint)slot;

    /// <summary>Handed to the database, which will answer. Loop-side.</summary>
    public bool IsRunning { get; private set; }

    public ValueTask<DatabaseAnswer> Begin(in FacadeRequest request)
    {
        _request = request;
        return new ValueTask<DatabaseAnswer>(this, _completion.Version);
    }

    public void Run(IDatabase database, IDatabaseSink sink)
    {
        IsRunning = true;
        FacadeRequest request = _request;
        if (request.Kind == EntryKind.Absent)
        {
            database.Read(new ReadCommand(request.Keyspace, request.Key.Span, request.Options), sink, Token);
            return;
        }

        long expiresAt = request.TimeToLive == 0 ? 0 : database.WallClock + request.TimeToLive;
        database.Write(
            new WriteCommand(request.Keyspace, request.Key.Span, request.Kind, request.ContentType.Span, request.Value.Span, expiresAt, request.Options),
            sink,
            Token);
    }

    public void Complete(in DatabaseAnswer answer)
    {
        IsRunning = false;
        _request = default;
        _completion.SetResult(answer);
    }

    public DatabaseAnswer GetResult(short token)
    {
        DatabaseAnswer answer = _completion.GetResult(token);
        _completion.Reset();
        free(this);
        return answer;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _completion.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}

/// <param name="Kind">What to write; <see cref="EntryKind.Absent"/> is a read.</param>
/// <param name="TimeToLive">ms; 0 is for ever.</param>
internal readonly record struct FacadeRequest(
    EntryKind Kind,
    int Keyspace,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Value,
    ReadOnlyMemory<byte> ContentType,
    long TimeToLive,
    RequestOptions Options);
