using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Commands;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Sessions;

/// <summary>What the database says of one session's requests becomes their replies.</summary>
/// <param name="session">Whose requests they are.</param>
/// <param name="ring">The places of its replies; a token's lower half is the sequence of one.</param>
internal sealed class SessionResults(RespSession session, ReplyRing ring) : IDatabaseSink
{
    private const string TooManyReplyBytes =
        "OVERLOADED too many bytes of replies wait on this connection: read fewer large values at once";

    // An exception while a result is taken is this session's fault and no one else's, but it comes up in the middle of the
    // coordinator's work: it ends here, with the connection.
    /// <inheritdoc/>
    public void OnRead(ulong token, in ReadResult result)
    {
        try
        {
            if (!session.IsClosed) Take(token, result);
        }
        catch (Exception failure)
        {
            session.Break(failure);
        }
    }

    /// <inheritdoc/>
    public void OnWrite(ulong token, in WriteResult result)
    {
        try
        {
            if (!session.IsClosed) Take(token, result);
        }
        catch (Exception failure)
        {
            session.Break(failure);
        }
    }

    /// <inheritdoc/>
    public void OnEdit(ulong token, in EditResult result)
    {
        try
        {
            if (!session.IsClosed) Take(token, result);
        }
        catch (Exception failure)
        {
            session.Break(failure);
        }
    }

    /// <inheritdoc/>
    public void OnCount(ulong token, in CountResult result)
    {
        try
        {
            if (!session.IsClosed) Take(token, result);
        }
        catch (Exception failure)
        {
            session.Break(failure);
        }
    }

    /// <inheritdoc/>
    public void OnScan(ulong token, in ScanResult result)
    {
        try
        {
            if (!session.IsClosed) Take(token, result);
        }
        catch (Exception failure)
        {
            session.Break(failure);
        }
    }

    private void Take(ulong token, in ReadResult result)
    {
        uint sequence = (uint)token;
        ReplyShape? shape = ring[sequence].Shape;
        if (shape is null)
        {
            ring[sequence].Compound!.OnRead((int)(token >> 32), result);
            return;
        }

        RespWriter reply = session.WriterOf(sequence);
        if (result.Explanation is { } explanation) Explained.Begin(reply, explanation);
        if (!result.Outcome.IsOk) Failures.Write(reply, result.Outcome, result.Location);
        else if (session.HasRoomFor(result.Entry.Payload.Length)) shape.Read!(reply, result, session.Server.Database.WallClock);
        else reply.Error(TooManyReplyBytes);
        if (result.Explanation is not null) Explained.End(reply, result.Outcome, result.Location, result.Version, result.Explanation);
        session.Complete(sequence);
    }

    private void Take(ulong token, in WriteResult result)
    {
        uint sequence = (uint)token;
        if (ring[sequence].Compound is { } compound)
        {
            compound.OnWrite((int)(token >> 32), result);
            return;
        }

        session.Client.ReplicasOfLastWrite = result.Outcome.IsOk ? result.Outcome.Confirmed : 0;

        RespWriter reply = session.WriterOf(sequence);
        if (result.Explanation is { } explanation) Explained.Begin(reply, explanation);
        if (result.Outcome.IsOk) reply.Ok();
        else Failures.Write(reply, result.Outcome, result.Location);
        if (result.Explanation is not null) Explained.End(reply, result.Outcome, result.Location, result.Version, result.Explanation);
        session.Complete(sequence);
    }

    private void Take(ulong token, in EditResult result)
    {
        uint sequence = (uint)token;
        if (ring[sequence].Compound is { } compound)
        {
            compound.OnEdit((int)(token >> 32), result);
            return;
        }

        RespWriter reply = session.WriterOf(sequence);
        Outcome outcome = result.Reply.Outcome;
        if (result.Reply.Applied || !outcome.IsOk) session.Client.ReplicasOfLastWrite = outcome.IsOk ? outcome.Confirmed : 0;
        if (result.Explanation is { } explanation) Explained.Begin(reply, explanation);
        if (outcome.IsOk) ring[sequence].Shape!.Edit!(reply, result);
        else Failures.Write(reply, outcome, result.Location);
        if (result.Explanation is not null) Explained.End(reply, outcome, result.Location, result.Reply.Version, result.Explanation);
        session.Complete(sequence);
    }

    private void Take(ulong token, in CountResult result)
    {
        uint sequence = (uint)token;
        RespWriter reply = session.WriterOf(sequence);
        if (result.Outcome.IsOk) reply.Integer(result.Keys);
        else Failures.Write(reply, result.Outcome, result.Location);
        session.Complete(sequence);
    }

    private void Take(ulong token, in ScanResult result) => ring[(uint)token].Compound!.OnScan((int)(token >> 32), result);
}
