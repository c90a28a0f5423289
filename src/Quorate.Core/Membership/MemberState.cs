namespace Quorate.Core.Membership;

/// <summary>What is held of a member. Of two words about the same incarnation the higher holds. The numbers are on the wire.</summary>
public enum MemberState : byte
{
    /// <summary>Nothing is held against it; also where it was never heard.</summary>
    Alive = 1,

    /// <summary>It did not answer, and may still say that it lives.</summary>
    Suspect = 2,

    /// <summary>Suspected for too long.</summary>
    Dead = 3,

    /// <summary>It said itself that it stops.</summary>
    Left = 4,
}
