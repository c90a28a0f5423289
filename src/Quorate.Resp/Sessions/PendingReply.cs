using Quorate.Resp.Commands;

namespace Quorate.Resp.Sessions;

/// <summary>A command that runs, or a reply that waits for earlier ones: a place in the <see cref="ReplyRing"/>.</summary>
internal struct PendingReply
{
    public bool IsComplete { get; set; }

    /// <summary>The reply so far, where earlier ones are still pending.</summary>
    public ReplyBuffer? Buffer { get; set; }

    /// <summary>How a result becomes the reply; null for a command of several requests.</summary>
    public ReplyShape? Shape { get; set; }

    public CompoundCommand? Compound { get; set; }

    /// <summary>The client wants none.</summary>
    public bool IsMuted { get; set; }

    /// <summary>The key it runs on, unless it has many.</summary>
    public ulong KeyHash { get; set; }

    public KeyAccess Access { get; set; }

    /// <summary>The version it was asked in: HELLO may change it while the command runs.</summary>
    public byte Protocol { get; set; }

    /// <summary>Bytes of the command.</summary>
    public int RequestBytes { get; set; }
}
