using Quorate.Resp.PubSub;

namespace Quorate.Resp.Commands;

/// <summary>Channels, among the clients of this node: SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE PUBLISH.</summary>
internal static class PubSubCommands
{
    private const CommandFlags Listening = CommandFlags.PubSub | CommandFlags.WhileSubscribed;

    public static CommandSpec[] All { get; } =
    [
        new("subscribe", -2, Listening, Subscribe),
        new("unsubscribe", -1, Listening, Unsubscribe),
        new("psubscribe", -2, Listening, PSubscribe),
        new("punsubscribe", -1, Listening, PUnsubscribe),
        new("publish", 3, CommandFlags.PubSub | CommandFlags.Fast, Publish),
    ];

    private static void Subscribe(in CommandContext command) => Subscribe(command, isPattern: false);

    private static void PSubscribe(in CommandContext command) => Subscribe(command, isPattern: true);

    private static void Unsubscribe(in CommandContext command) => Unsubscribe(command, isPattern: false);

    private static void PUnsubscribe(in CommandContext command) => Unsubscribe(command, isPattern: true);

    private static void Subscribe(in CommandContext command, bool isPattern)
    {
        Subscriptions subscriptions = command.Session.Subscriptions;
        for (int i = 1; i < command.Arguments.Count; i++)
        {
            if (command.Arguments[i].Length > command.Server.Limits.MaxKeyBytes)
            {
                command.Reply.Error($"ERR channel name is larger than {command.Server.Limits.MaxKeyBytes} bytes");
                return;
            }
        }

        if (subscriptions.Refusal(command.Arguments, isPattern) is { } refusal)
        {
            command.Reply.Error(refusal);
            return;
        }

        for (int i = 1; i < command.Arguments.Count; i++) subscriptions.Add(command.Arguments[i], isPattern);
    }

    private static void Unsubscribe(in CommandContext command, bool isPattern)
    {
        Subscriptions subscriptions = command.Session.Subscriptions;
        if (command.Arguments.Count == 1) subscriptions.RemoveAll(isPattern);
        for (int i = 1; i < command.Arguments.Count; i++) subscriptions.Remove(command.Arguments[i], isPattern);
    }

    private static void Publish(in CommandContext command) =>
        command.Reply.Integer(command.Server.Channels.Publish(command.Arguments[1], command.Arguments[2]));
}
