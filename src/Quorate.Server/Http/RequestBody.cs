using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Quorate.Core.Quorum;

namespace Quorate.Server.Http;

/// <summary>A request's whole body in pooled memory, charged to the budget until disposed.</summary>
internal sealed class RequestBody(MemoryBudget budget) : IDisposable
{
    private const int FirstChunk = 4096;
    private byte[] _buffer = [];
    private int _length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <returns>Ok, TooLarge or Overloaded.</returns>
    public async ValueTask<OutcomeKind> ReadAsync(HttpContext context, int limit)
    {
        // The limit below is ours: the server's own would be answered in its words.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } servers) servers.MaxRequestBodySize = null;
        long? announced = context.Request.ContentLength;
        if (announced > limit) return OutcomeKind.TooLarge;
        if (!TryGrow((int)(announced ?? FirstChunk))) return OutcomeKind.Overloaded;
        while (_length != announced)
        {
            if (_length == _buffer.Length && !TryGrow(Math.Min(_length * 2, limit + 1))) return OutcomeKind.Overloaded;
            int read = await context.Request.Body.ReadAsync(_buffer.AsMemory(_length), context.RequestAborted);
            if (read == 0) break;
            _length += read;
            if (_length > limit) return OutcomeKind.TooLarge;
        }

        context.Features.Set(EscapeGuard.BodyWasRead.Instance);
        return OutcomeKind.Ok;
    }

    public void Dispose() => Replace([]);

    private bool TryGrow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        if (!budget.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        _buffer.AsSpan(0, _length).CopyTo(larger);
        Replace(larger);
        return true;
    }

    private void Replace(byte[] buffer)
    {
        budget.GiveBack(_buffer.Length);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = buffer;
    }
}
