using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Quorate.Server.Http;

/// <summary>
/// Keeps Kestrel's hands off keys. It decodes a path before anyone sees it, refuses <c>%00</c> and takes <c>%2E%2E</c> for
/// "one up", but keys are any bytes. So while a request line arrives, each <c>%</c> in a path below <c>/kv/</c> is replaced
/// by a control character that no client can send there, and <see cref="KeyTarget"/> decodes it.
/// </summary>
internal static class EscapeGuard
{
    public const char Escape = '\x01';

    private static ReadOnlySpan<byte> Prefix => "/kv/"u8;

    public static void UseEscapeGuard(this ListenOptions listener) => listener.Use(next => connection =>
    {
        var reader = new GuardedReader(connection.Transport.Input);
        connection.Transport = new GuardedTransport(reader, connection.Transport.Output);
        connection.Features.Set(reader);
        return next(connection);
    });

    /// <summary>Tells the guard which bytes are a body. A body left unread ends the connection: its end is not known.</summary>
    public static void UseEscapeGuard(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Features.Get<GuardedReader>() is not { } reader) return next(context);
        reader.IsInBody = true;
        context.Response.OnCompleted(() =>
        {
            reader.IsInBody = false;
            return Task.CompletedTask;
        });
        context.Response.OnStarting(() =>
        {
            if (HasBody(context) && context.Features.Get<BodyWasRead>() is null) context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static bool HasBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

    /// <summary>Replaces in place what is there of a request line; safe to repeat when more of it has come.</summary>
    private static void Hide(in ReadOnlySequence<byte> head)
    {
        var reader = new SequenceReader<byte>(head);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> method, (byte)' ') || !IsMethod(method)) return;
        if (!reader.IsNext(Prefix, advancePast: true)) return;
        foreach (ReadOnlyMemory<byte> segment in reader.UnreadSequence)
        {
            Span<byte> bytes = MemoryMarshal.AsMemory(segment).Span;
            int end = bytes.IndexOfAny(" ?\r\n"u8);
            (end < 0 ? bytes : bytes[..end]).Replace((byte)'%', (byte)Escape);
            if (end >= 0) return;
        }
    }

    private static bool IsMethod(in ReadOnlySequence<byte> word)
    {
        if (word.IsEmpty || word.Length > 8) return false;
        foreach (ReadOnlyMemory<byte> segment in word)
        {
            if (segment.Span.ContainsAnyExceptInRange((byte)'A', (byte)'Z')) return false;
        }

        return true;
    }

    /// <summary>A mark on a request whose body was read to its end.</summary>
    internal sealed class BodyWasRead
    {
        public static BodyWasRead Instance { get; } = new();
    }

    private sealed record GuardedTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class GuardedReader(PipeReader inner) : PipeReader
    {
        public bool IsInBody { get; set; }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            ReadResult result = await inner.ReadAsync(cancellationToken);
            if (!IsInBody) Hide(result.Buffer);
            return result;
        }

        public override bool TryRead(out ReadResult result)
        {
            bool any = inner.TryRead(out result);
            if (any && !IsInBody) Hide(result.Buffer);
            return any;
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
