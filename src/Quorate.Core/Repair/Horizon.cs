using Quorate.Core.DataTypes;
using Quorate.Core.Versions;

namespace Quorate.Core.Repair;

/// <summary>What to do with an entry that comes from elsewhere.</summary>
public enum Admission
{
    /// <summary>Join it.</summary>
    Join,

    /// <summary>It counts as held: it is gone for good here, and nothing that it hid can come back.</summary>
    Held,

    /// <summary>It is older than its source may bring: what it might undo is gone already.</summary>
    Refused,
}

/// <summary>
/// The horizon's rules (law 5): the version up to which tombstones are gone for good, so that nothing which one of them hid
/// may come back. It limits sources, not age: a home replica that knows as much as this one may bring entries of any age.
/// </summary>
public static class Horizon
{
    /// <summary>Of a plausible timestamp; clients may name a later expiry.</summary>
    private const long LastMillisecond = (1L << 47) - 2;

    /// <summary>Where an entry stands against a horizon: the latest of its version, its expiry's version and its expiry.</summary>
    public static HybridTimestamp PlaceOf(in EntryHead head)
    {
        HybridTimestamp place = head.Version.Timestamp;
        if (head.Expiry == Expiry.Never) return place;
        if (head.Expiry.Version.Timestamp > place) place = head.Expiry.Version.Timestamp;
        if (head.Expiry.IsNever) return place;
        // The whole last ms: what expires in it may be read until it is over.
        HybridTimestamp end = HybridTimestamp.FromMilliseconds(Math.Min(head.Expiry.AtMilliseconds, LastMillisecond) + 1);
        return end > place ? end : place;
    }

    /// <summary>Whether a horizon lets an entry go that stands at or below it: by then every expiry has passed.</summary>
    public static bool IsDead(in EntryHead head) => head.Kind == EntryKind.Tombstone || !head.Expiry.IsNever;

    /// <summary>Whether an entry is gone for good.</summary>
    public static bool HasPassed(HybridTimestamp horizon, in EntryHead head) => IsDead(head) && PlaceOf(head) <= horizon;

    /// <summary>Whether an entry stands at or below it; most stand above by their version alone.</summary>
    public static bool Reaches(HybridTimestamp horizon, in EntryHead head) => head.Version.Timestamp <= horizon && PlaceOf(head) <= horizon;

    /// <summary>What to do with an entry that another brings.</summary>
    /// <param name="vouched">Up to here this replica has promised to take nothing new; never below the horizon.</param>
    /// <param name="horizon">Of the entry's partition here.</param>
    /// <param name="under">
    /// The lowest horizon that those stated who hold it as home replicas; null for what is new: a client's write, a hint.
    /// </param>
    /// <param name="head">Of that entry.</param>
    public static Admission Admit(HybridTimestamp vouched, HybridTimestamp horizon, HybridTimestamp? under, in EntryHead head)
    {
        if (head.Version.Timestamp > vouched || PlaceOf(head) is var place && place > vouched) return Admission.Join;
        if (under is not { } stated) return Admission.Refused;
        if (place > horizon) return Admission.Join;
        if (IsDead(head)) return Admission.Held;
        return stated >= horizon ? Admission.Join : Admission.Refused;
    }
}
