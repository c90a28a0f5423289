namespace Quorate.Resp.Commands;

/// <summary>All keys of a keyspace, through any node: SCAN KEYS RANDOMKEY DBSIZE. Each sees the writes before it.</summary>
internal static class ScanCommands
{
    public static CommandSpec[] All { get; } =
    [
        new("scan", -2, CommandFlags.ReadOnly | CommandFlags.RunsAlone, Scan),
        new("keys", 2, CommandFlags.ReadOnly | CommandFlags.RunsAlone, Keys),
        new("randomkey", 1, CommandFlags.ReadOnly | CommandFlags.RunsAlone, RandomKey),
        new("dbsize", 1, CommandFlags.ReadOnly | CommandFlags.Fast | CommandFlags.RunsAlone, DbSize),
    ];

    private static void Scan(in CommandContext command)
    {
        if (ScanTerms.Parse(command.Arguments, out ScanTerms terms) is { } problem) command.Reply.Error(problem);
        else new ScanSome(command, terms).Run();
    }

    private static void Keys(in CommandContext command) => new ScanAll(command).Run();

    private static void RandomKey(in CommandContext command) => new ScanAny(command).Run();

    private static void DbSize(in CommandContext command) => command.CountKeys();
}
