using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;
using Quorate.Resp.Sessions;

namespace Quorate.Resp.Commands;

/// <summary>One command as its handler sees it: words in, a reply or a request to the database out.</summary>
internal readonly ref struct CommandContext(
    RespSession session, CommandSpec spec, Arguments arguments, RequestOptions options, ulong keyHash)
{
    private readonly ulong _keyHash = keyHash;

    public RespSession Session { get; } = session;

    public CommandSpec Spec { get; } = spec;

    public Arguments Arguments { get; } = arguments;

    /// <summary>The connection's, or what QUORATE.WITH said for this command.</summary>
    public RequestOptions Options { get; } = options;

    public RespServer Server => Session.Server;

    public ClientState Client => Session.Client;

    /// <summary>Unix ms.</summary>
    public long WallClock => Server.Database.WallClock;

    /// <summary>For a reply that takes no time.</summary>
    public RespWriter Reply => Session.ReplyNow();

    public void Read(ReplyShape shape) => Server.Database.Read(
        new ReadCommand(Client.Keyspace, Arguments[Spec.Keys.First], Options), Session.Results, Begin(shape));

    public void Put(ReadOnlySpan<byte> value, long expiresAt) => Server.Database.Write(
        WriteCommand.Put(Client.Keyspace, Arguments[Spec.Keys.First], value, expiresAt, Options), Session.Results, Begin(ReplyShape.Done));

    public void Edit(RegisterEdit edit, ReplyShape shape) => Server.Database.Edit(
        new EditCommand(Client.Keyspace, Arguments[Spec.Keys.First], edit, Options), Session.Results, Begin(shape));

    public void CountKeys() => Server.Database.Count(Client.Keyspace, Options, Session.Results, Begin(ReplyShape.Done));

    public void ClearKeyspace() => Server.Database.Clear(Client.Keyspace, Options, Session.Results, Begin(ReplyShape.Done));

    private ulong Begin(ReplyShape shape) => Session.Begin(shape, _keyHash, Spec.Access);
}
