namespace Quorate.Core.DataTypes;

/// <summary>What a read-modify-write does to a register. The numbers are on the wire.</summary>
public enum EditKind : byte
{
    /// <summary>Puts a value, under a condition, or keeping the expiry, or answering the previous value.</summary>
    Put = 1,

    /// <summary>Sets when the present value expires.</summary>
    Expire = 2,

    /// <summary>Takes the expiry away.</summary>
    Persist = 3,

    /// <summary>Puts the present value with more behind it.</summary>
    Append = 4,

    /// <summary>Puts the present value with other bytes from an offset on; zeros fill what is not there.</summary>
    SetRange = 5,

    /// <summary>Puts the present value with one bit set.</summary>
    SetBit = 6,

    /// <summary>Puts the present value with one bit cleared.</summary>
    ClearBit = 7,

    /// <summary>Puts a tombstone.</summary>
    Delete = 8,
}

/// <summary>When an edit applies; all that are set must hold. The numbers are on the wire.</summary>
[Flags]
public enum EditCondition : byte
{
    /// <summary>Always.</summary>
    None = 0,

    /// <summary>No value is live (Redis' NX).</summary>
    KeyMissing = 1,

    /// <summary>A value is live (Redis' XX).</summary>
    KeyPresent = 2,

    /// <summary>No live value that expires: none at all will do (EXPIRE's NX).</summary>
    NoExpiry = 4,

    /// <summary>The live value expires (EXPIRE's XX).</summary>
    HasExpiry = 8,

    /// <summary>The live value expires, and before the new time (EXPIRE's GT).</summary>
    LaterExpiry = 16,

    /// <summary>Nothing live expires, or it does after the new time (EXPIRE's LT).</summary>
    EarlierExpiry = 32,
}

/// <summary>A read-modify-write but its value, so that it can be kept.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Condition">When to do it.</param>
/// <param name="KeepExpiry">A put that leaves the expiry as it was (Redis' KEEPTTL).</param>
/// <param name="ExpiresAt">Unix ms; 0 is never.</param>
/// <param name="Offset">0 to <see cref="RegisterEdit.MaxOffset"/>: the byte a range begins at, or the bit.</param>
/// <param name="AnswersPrevious">Whether the answer brings what was there.</param>
public readonly record struct EditTerms(
    EditKind Kind, EditCondition Condition, bool KeepExpiry = false, long ExpiresAt = 0, long Offset = 0, bool AnswersPrevious = false);

/// <summary>
/// A read-modify-write on a register, as a value that can travel to the node that runs it: read at a quorum, then put.
/// </summary>
/// <param name="terms">What to do, and when.</param>
/// <param name="value">The new value, or what is written into the present one.</param>
public readonly ref struct RegisterEdit(EditTerms terms, ReadOnlySpan<byte> value)
{
    /// <summary>Redis' last bit; whatever is written there is far above any value limit.</summary>
    public const long MaxOffset = uint.MaxValue;

    /// <summary>What to do, and when.</summary>
    public EditTerms Terms { get; } = terms;

    /// <summary>The new value, or what is written into the present one; empty for the other edits. Borrowed.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;

    private EditKind Kind => Terms.Kind;

    private long ExpiresAt => Terms.ExpiresAt;

    private long Offset => Terms.Offset;

    /// <summary>A new value without a content type (SET with NX, XX, GET or KEEPTTL).</summary>
    /// <param name="value">The new value.</param>
    /// <param name="condition">When to put it.</param>
    /// <param name="keepExpiry">Leaves the time at which the key expires as it was; the next one then does not count.</param>
    /// <param name="expiresAt">Unix ms; 0 is never.</param>
    public static RegisterEdit Put(ReadOnlySpan<byte> value, EditCondition condition, bool keepExpiry, long expiresAt) =>
        new(new EditTerms(EditKind.Put, condition, keepExpiry, expiresAt), value);

    /// <summary>Another time for a live value; the value and its version stay.</summary>
    /// <param name="at">Unix ms; 0 is never.</param>
    /// <param name="condition">Beyond that a value must be live.</param>
    public static RegisterEdit Expire(long at, EditCondition condition = EditCondition.None) =>
        new(new EditTerms(EditKind.Expire, condition | EditCondition.KeyPresent, ExpiresAt: at), default);

    /// <summary>Takes away the expiry of a live value that has one.</summary>
    public static RegisterEdit Persist() =>
        new(new EditTerms(EditKind.Persist, EditCondition.KeyPresent | EditCondition.HasExpiry), default);

    /// <summary>Bytes behind the live value, or a new one; content type and expiry stay.</summary>
    public static RegisterEdit Append(ReadOnlySpan<byte> value) => new(new EditTerms(EditKind.Append, EditCondition.None, KeepExpiry: true), value);

    /// <summary>Bytes over the live value from an offset on; content type and expiry stay.</summary>
    /// <param name="offset">In bytes of the value, 0 to <see cref="MaxOffset"/>.</param>
    /// <param name="value">What is written there.</param>
    public static RegisterEdit SetRange(long offset, ReadOnlySpan<byte> value) =>
        new(new EditTerms(EditKind.SetRange, EditCondition.None, KeepExpiry: true, Offset: offset), value);

    /// <summary>One bit of the live value; content type and expiry stay.</summary>
    /// <param name="offset">In bits, in the order of <see cref="BitString"/>, 0 to <see cref="MaxOffset"/>.</param>
    /// <param name="value">True for 1.</param>
    public static RegisterEdit SetBit(long offset, bool value) =>
        new(new EditTerms(value ? EditKind.SetBit : EditKind.ClearBit, EditCondition.None, KeepExpiry: true, Offset: offset), default);

    /// <summary>A tombstone where a value is live.</summary>
    public static RegisterEdit Delete() => new(new EditTerms(EditKind.Delete, EditCondition.KeyPresent), default);

    /// <summary>The same, and the answer brings what was there.</summary>
    public RegisterEdit AnsweringPrevious() => new(Terms with { AnswersPrevious = true }, Value);

    /// <summary>Whether the edit applies to what a quorum read found.</summary>
    /// <param name="current">What a quorum read found, raw.</param>
    /// <param name="now">The wall clock, Unix ms.</param>
    public bool AppliesTo(in EntryHead current, long now)
    {
        bool present = current.IsLive(now);
        bool expires = present && !current.Expiry.IsNever;
        return Holds(EditCondition.KeyMissing, !present)
            && Holds(EditCondition.KeyPresent, present)
            && Holds(EditCondition.NoExpiry, !expires)
            && Holds(EditCondition.HasExpiry, expires)
            // Redis: a key without an expiry counts as one that expires at infinity.
            && Holds(EditCondition.LaterExpiry, expires && ExpiresAt > current.Expiry.AtMilliseconds)
            && Holds(EditCondition.EarlierExpiry, !expires || ExpiresAt < current.Expiry.AtMilliseconds);
    }

    /// <summary>
    /// The head of what to put in place of <paramref name="current"/>: a new value under <paramref name="version"/>, or the
    /// present value with the next expiry. Its payload is what <see cref="WritePayload"/> writes.
    /// </summary>
    /// <param name="current">What a quorum read found, raw.</param>
    /// <param name="version">Newly taken, above that of <paramref name="current"/>.</param>
    /// <param name="now">The wall clock, Unix ms.</param>
    public EntryHead Apply(in EntryHead current, Version version, long now) => Kind switch
    {
        EditKind.Put => new EntryHead(EntryKind.Register, version, ExpiryOfPut(current, now), 0),
        EditKind.Expire => current with { Expiry = current.Expiry.Next(ExpiresAt, version) },
        EditKind.Persist => current with { Expiry = current.Expiry.Next(0, version) },
        EditKind.Delete => EntryHead.Tombstone(version),
        _ => new EntryHead(EntryKind.Register, version, ExpiryOfPut(current, now), current.IsLive(now) ? current.ContentTypeLength : (byte)0),
    };

    /// <summary>Bytes of the payload to put; what is above the limit must not be made.</summary>
    /// <param name="current">What is live, or an absent entry.</param>
    /// <exception cref="InvalidOperationException">The edit is of no known kind.</exception>
    public long PayloadLength(in Entry current) => Kind switch
    {
        EditKind.Put => Value.Length,
        EditKind.Expire or EditKind.Persist => current.Payload.Length,
        EditKind.Append => (long)current.Payload.Length + Value.Length,
        EditKind.SetRange => current.Head.ContentTypeLength + Math.Max(current.Value.Length, Offset + Value.Length),
        EditKind.SetBit or EditKind.ClearBit => current.Head.ContentTypeLength + Math.Max(current.Value.Length, Offset / 8 + 1),
        EditKind.Delete => 0,
        _ => throw new InvalidOperationException($"No such edit: {(byte)Kind}."),
    };

    /// <summary>Writes the payload to put.</summary>
    /// <param name="current">What is live, or an absent entry.</param>
    /// <param name="payload">Room for exactly <see cref="PayloadLength"/> bytes.</param>
    public void WritePayload(in Entry current, Span<byte> payload)
    {
        if (Kind == EditKind.Put) Value.CopyTo(payload);
        if (Kind is EditKind.Put or EditKind.Delete) return;

        current.Payload.CopyTo(payload);
        payload[current.Payload.Length..].Clear();
        Span<byte> value = payload[current.Head.ContentTypeLength..];
        if (Kind == EditKind.Append) Value.CopyTo(payload[current.Payload.Length..]);
        else if (Kind == EditKind.SetRange) Value.CopyTo(value[(int)Offset..]);
        else if (Kind is EditKind.SetBit or EditKind.ClearBit) BitString.Set(value, Offset, Kind == EditKind.SetBit);
    }

    /// <summary>What Redis answers: the length after an append or a range, the bit that was there; 0 for other edits.</summary>
    /// <param name="current">What is live, or an absent entry.</param>
    public long NumberOf(in Entry current) => Kind switch
    {
        EditKind.Append or EditKind.SetRange => PayloadLength(current) - current.Head.ContentTypeLength,
        EditKind.SetBit or EditKind.ClearBit => BitString.Get(current.Value, Offset) ? 1 : 0,
        _ => 0,
    };

    private Expiry ExpiryOfPut(in EntryHead current, long now)
    {
        if (!Terms.KeepExpiry) return Expiry.At(ExpiresAt);
        return current.IsLive(now) ? Expiry.At(current.Expiry.AtMilliseconds) : Expiry.Never;
    }

    private bool Holds(EditCondition asked, bool fact) => (Terms.Condition & asked) == 0 || fact;
}
