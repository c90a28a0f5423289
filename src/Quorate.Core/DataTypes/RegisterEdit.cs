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
}

/// <summary>When an edit applies; all that are set must hold. The numbers are on the wire.</summary>
[Flags]
public enum EditCondition : byte
{
    None = 0,
    KeyMissing = 1,
    KeyPresent = 2,
    NoExpiry = 4,
    HasExpiry = 8,
    LaterExpiry = 16,
    EarlierExpiry = 32,
}

/// <summary>
/// A read-modify-write on a register, as a value that can travel to the node that runs it: read at a quorum, then put.
/// </summary>
/// <param name="kind">What to do.</param>
/// <param name="condition">When.</param>
/// <param name="keepExpiry">A put that leaves the expiry as it was (Redis' KEEPTTL).</param>
/// <param name="expiresAt">Unix ms; 0 is never.</param>
/// <param name="value">The new value, for a put.</param>
public readonly ref struct RegisterEdit(
    EditKind kind, EditCondition condition, bool keepExpiry, long expiresAt, ReadOnlySpan<byte> value)
{
    public EditKind Kind { get; } = kind;

    public EditCondition Condition { get; } = condition;

    public bool KeepExpiry { get; } = keepExpiry;

    public long ExpiresAt { get; } = expiresAt;

    public ReadOnlySpan<byte> Value { get; } = value;

    public static RegisterEdit Put(ReadOnlySpan<byte> value, EditCondition condition, bool keepExpiry, long expiresAt) =>
        new(EditKind.Put, condition, keepExpiry, expiresAt, value);

    public static RegisterEdit Expire(long at, EditCondition condition = EditCondition.None) =>
        new(EditKind.Expire, condition | EditCondition.KeyPresent, false, at, default);

    public static RegisterEdit Persist() =>
        new(EditKind.Persist, EditCondition.KeyPresent | EditCondition.HasExpiry, false, 0, default);

    /// <summary>Whether the edit applies to what a quorum read found.</summary>
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
    /// What to put in place of <paramref name="current"/>: a new value under <paramref name="version"/>, or the present
    /// value with the next expiry. The payload is the edit's for a put, else the current one's.
    /// </summary>
    public EntryHead Apply(in EntryHead current, Version version, long now) => Kind switch
    {
        EditKind.Put => new EntryHead(EntryKind.Register, version, ExpiryOfPut(current, now), 0),
        EditKind.Expire => current with { Expiry = current.Expiry.Next(ExpiresAt, version) },
        EditKind.Persist => current with { Expiry = current.Expiry.Next(0, version) },
        _ => throw new InvalidOperationException($"No such edit: {(byte)Kind}."),
    };

    private Expiry ExpiryOfPut(in EntryHead current, long now)
    {
        if (!KeepExpiry) return Expiry.At(ExpiresAt);
        return current.IsLive(now) ? Expiry.At(current.Expiry.AtMilliseconds) : Expiry.Never;
    }

    private bool Holds(EditCondition asked, bool fact) => (Condition & asked) == 0 || fact;
}
