using Quorate.Core.DataTypes;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>OBJECT: what Redis would say of how a value is kept. Clients ask it to decide nothing, people to learn.</summary>
internal static class ObjectCommands
{
    /// <summary>Redis keeps a string of up to 44 bytes together with its header.</summary>
    private const int MaxEmbeddedBytes = 44;

    private static readonly ReplyShape Encoding = Told((reply, entry, _) => reply.Bulk(EncodingOf(entry.Value)));

    private static readonly ReplyShape RefCount = Told((reply, _, _) => reply.Integer(1));

    /// <summary>Reads leave no trace here: the time since the last write.</summary>
    private static readonly ReplyShape IdleTime = Told((reply, entry, now) =>
        reply.Integer(Math.Max(now - entry.Head.Version.Timestamp.Milliseconds, 0) / 1000));

    private static readonly ReplyShape Frequency = Told((reply, _, _) => reply.Error(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at "
        + "runtime LRU and LFU data will take some time to adjust."));

    private delegate void Tell(RespWriter reply, Entry entry, long now);

    public static CommandSpec[] All { get; } =
    [
        new("object", -2, CommandFlags.ReadOnly, null)
        {
            Subcommands = new CommandTable(
            [
                Telling("object|encoding", Encoding),
                Telling("object|freq", Frequency),
                HelpCommand.Of("object"),
                Telling("object|idletime", IdleTime),
                Telling("object|refcount", RefCount),
            ]),
        },
    ];

    private static CommandSpec Telling(string name, ReplyShape shape) =>
        new(name, 3, CommandFlags.ReadOnly, (in command) => command.Read(shape)) { Keys = new KeyPositions(2, 2, 1) };

    private static ReplyShape Told(Tell tell) => new()
    {
        Read = (reply, in result, now) =>
        {
            if (result.Entry.IsAbsent) reply.Null();
            else tell(reply, result.Entry, now);
        },
    };

    private static ReadOnlySpan<byte> EncodingOf(ReadOnlySpan<byte> value)
    {
        if (RespNumber.TryParse(value, out _)) return "int"u8;
        return value.Length <= MaxEmbeddedBytes ? "embstr"u8 : "raw"u8;
    }
}
