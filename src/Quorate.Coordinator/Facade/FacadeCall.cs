using System.Threading.Tasks.Sources;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator.Facade;

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

    public void Run(IKeyValueStore database, IDatabaseSink sink)
    {
        IsRunning = true;
        FacadeRequest request = _request;
        ReadOnlySpan<byte> key = request.Key.Span;
        long expiresAt = request.TimeToLive == 0 ? 0 : database.WallClock + request.TimeToLive;
        switch (request.Operation)
        {
            case FacadeOperation.Get:
                database.Read(new ReadCommand(request.Keyspace, key, request.Options), sink, Token);
                break;
            case FacadeOperation.Put:
                var put = new WriteCommand(
                    request.Keyspace, key, EntryKind.Register, request.ContentType.Span, request.Value.Span, expiresAt, request.Options);
                database.Write(put, sink, Token);
                break;
            case FacadeOperation.Delete:
                database.Write(WriteCommand.Delete(request.Keyspace, key, request.Options), sink, Token);
                break;
            case FacadeOperation.Expire:
                database.Edit(new EditCommand(request.Keyspace, key, RegisterEdit.Expire(expiresAt), request.Options), sink, Token);
                break;
            default:
                throw new InvalidOperationException($"The façade has no operation {request.Operation}.");
        }
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
