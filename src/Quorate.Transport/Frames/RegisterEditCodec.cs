using Quorate.Core.DataTypes;

namespace Quorate.Transport.Frames;

/// <summary>
/// A read-modify-write: kind, conditions, keep expiry (1 each), Unix ms of expiry (8), offset (8), answer what was there (1), value
/// (bytes).
/// </summary>
internal static class RegisterEditCodec
{
    /// <summary>Without the value.</summary>
    public const int Size = 4 + 2 * sizeof(long) + sizeof(uint);

    private const EditCondition Conditions = EditCondition.KeyMissing | EditCondition.KeyPresent | EditCondition.NoExpiry
        | EditCondition.HasExpiry | EditCondition.LaterExpiry | EditCondition.EarlierExpiry;

    /// <summary>The value ends the frame.</summary>
    public static void WriteEnd(ref FrameWriter frame, in RegisterEdit edit)
    {
        EditTerms terms = edit.Terms;
        frame.Byte((byte)terms.Kind);
        frame.Byte((byte)terms.Condition);
        frame.Bool(terms.KeepExpiry);
        frame.Int64(terms.ExpiresAt);
        frame.Int64(terms.Offset);
        frame.Bool(terms.AnswersPrevious);
        frame.Int32(edit.Value.Length);
        frame.End(edit.Value);
    }

    public static RegisterEdit Read(scoped ref BodyReader body)
    {
        var kind = (EditKind)body.Byte();
        if (kind is < EditKind.Put or > EditKind.Delete) throw new ProtocolException($"unknown edit {(byte)kind}");
        var condition = (EditCondition)body.Byte();
        if ((condition & ~Conditions) != 0) throw new ProtocolException($"unknown conditions {(byte)condition}");
        (bool keepExpiry, long expiresAt, long offset, bool answersPrevious) = (body.Bool(), body.Int64(), body.Int64(), body.Bool());
        if (offset is < 0 or > RegisterEdit.MaxOffset) throw new ProtocolException($"an offset of {offset} is not allowed");
        return new RegisterEdit(new EditTerms(kind, condition, keepExpiry, expiresAt, offset, answersPrevious), body.Bytes());
    }
}
