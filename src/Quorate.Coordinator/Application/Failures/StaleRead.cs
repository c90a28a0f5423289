using Quorate.Coordinator.Facade;

namespace Quorate;

/// <summary>
/// A session knows a newer version of the key than the replicas that answered: those that have it cannot be reached, or have lost it. Read at
/// QUORUM and at ALL in vain, as far as the request's time went. <see cref="QuorateException.Replicas"/> are of the last attempt.
/// </summary>
public sealed class StaleReadException : QuorateException
{
    internal StaleReadException(in DatabaseAnswer answer, Version known, Version found)
        : base(answer, $"this session has seen version {known} of the key, and what could be read is {(found == Version.None ? "nothing" : $"version {found}")}") =>
        (Known, Found) = (known, found);

    /// <summary>What the session wrote or read before.</summary>
    public Version Known { get; }

    /// <summary>The newest version that was read; none where there was nothing.</summary>
    public Version Found { get; }
}
