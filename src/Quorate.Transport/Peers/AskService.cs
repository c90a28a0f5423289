using System.Buffers;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Peers;

/// <summary>Has the node coordinate what a client asks over one connection; the token of a request is its operation.</summary>
internal sealed class AskService(INodeHost host, IBufferWriter<byte> output, Func<bool> hasEnded) : IDatabaseSink
{
    public void Serve(in AskRequest request, OperationId operation)
    {
        if (!host.IsReady)
        {
            Answer(operation.Packed, AskReply.Refused(OutcomeKind.Unavailable));
            return;
        }

        if (request.Keyspace >= host.Database.Keyspaces.All.Length)
        {
            Answer(operation.Packed, AskReply.Refused(OutcomeKind.Invalid));
            return;
        }

        // An explanation has no place in the answer.
        RequestOptions options = request.Options with { Explain = false };
        switch (request.Kind)
        {
            case AskKind.Read:
                host.Database.Read(new ReadCommand(request.Keyspace, request.Key, options), this, operation.Packed);
                break;
            case AskKind.Write:
                Entry entry = request.Entry;
                long expiresAt = entry.Head.Expiry.AtMilliseconds;
                var write = new WriteCommand(request.Keyspace, request.Key, entry.Head.Kind, entry.ContentType, entry.Value, expiresAt, options)
                {
                    Stamp = new Stamp(entry.Head.Version, request.IsAboveAcknowledged),
                };
                host.Database.Write(write, this, operation.Packed);
                break;
            case AskKind.Edit:
                host.Database.Edit(new EditCommand(request.Keyspace, request.Key, request.Edit, options), this, operation.Packed);
                break;
        }
    }

    public void OnRead(ulong token, in ReadResult result) =>
        Answer(token, new AskReply(result.Outcome, result.Version, result.Entry, false, result.Repaired, result.Horizon));

    public void OnWrite(ulong token, in WriteResult result) =>
        Answer(token, new AskReply(result.Outcome, result.Beaten.Version, default, result.Beaten.IsAboveAcknowledged, 0));

    public void OnEdit(ulong token, in EditResult result)
    {
        EditReply reply = result.Reply;
        Answer(token, new AskReply(reply.Outcome, reply.Version, reply.Previous, reply.Applied, reply.Number));
    }

    public void OnCount(ulong token, in CountResult result) => throw new InvalidOperationException("Nobody asked for a count.");

    public void OnScan(ulong token, in ScanResult result) => throw new InvalidOperationException("Nobody asked for a scan.");

    private void Answer(ulong token, in AskReply reply)
    {
        if (!hasEnded()) AskCodec.WriteReply(output, OperationId.Unpack(token), reply);
    }
}
