using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

internal delegate void CommandHandler(in CommandContext command);

/// <summary>
/// Reads the options that a prefix command puts before another, and leaves the other's words.
/// Returns what is wrong with them, or null.
/// </summary>
internal delegate string? PrefixHandler(ref Arguments arguments, ref Core.Quorum.RequestOptions options);

[Flags]
internal enum CommandFlags
{
    None = 0,
    Write = 1,
    ReadOnly = 2,
    Fast = 4,
    Admin = 8,
    PubSub = 16,
    MovableKeys = 32,

    /// <summary>May be called while a RESP2 connection is subscribed to something.</summary>
    WhileSubscribed = 64,

    /// <summary>Concerns all keys, so it waits for every command before it, and those behind wait for it.</summary>
    RunsAlone = 128,

    /// <summary>Answers for the node, so that whoever asks whether it is well hears that it is still starting.</summary>
    ForTheNode = 256,
}

/// <summary>Which words of a command are keys, in Redis' terms; a last of -1 is the last word.</summary>
internal readonly record struct KeyPositions(int First, int Last, int Step)
{
    public static KeyPositions One => new(1, 1, 1);

    public static KeyPositions Two => new(1, 2, 1);

    public static KeyPositions Many => new(1, -1, 1);

    public static KeyPositions Pairs => new(1, -1, 2);

    public int CountAmong(int words) => First == 0 ? 0 : ((Last < 0 ? words + Last : Last) - First) / Step + 1;
}

/// <summary>One command, or one subcommand ("client|id").</summary>
internal sealed class CommandSpec(string name, int arity, CommandFlags flags, CommandHandler? handler)
{
    /// <summary>In lower case.</summary>
    public string Name => name;

    /// <summary>Words with the name, the container's name too; negative is "at least".</summary>
    public int Arity => arity;

    public CommandFlags Flags => flags;

    public KeyPositions Keys { get; init; }

    /// <summary>What it runs; null for a prefix, and where the subcommands do the work.</summary>
    public CommandHandler? Handler => handler;

    public PrefixHandler? Prefix { get; init; }

    public CommandTable? Subcommands { get; init; }

    public KeyAccess Access { get; } = flags.HasFlag(CommandFlags.Write) ? KeyAccess.Write
        : flags.HasFlag(CommandFlags.ReadOnly) ? KeyAccess.Read
        : KeyAccess.None;

    /// <summary>Whether it is refused until the node is ready, as Redis does while it loads: clients know the word and wait.</summary>
    public bool NeedsReadyNode { get; } = (flags & (CommandFlags.Write | CommandFlags.ReadOnly | CommandFlags.RunsAlone | CommandFlags.ForTheNode)) != 0;

    public bool Accepts(int words) => arity >= 0 ? words == arity : words >= -arity;

    public bool Is(CommandFlags asked) => (flags & asked) != 0;
}
