using System.Text.Json;
using Quorate.Cli.Client;
using Quorate.Cli.Commands;
using Quorate.Coordinator;
using Quorate.Server.Configuration;

namespace Quorate.Cli.Repair;

/// <summary>One node whose anti-entropy is looked at or told what to do.</summary>
internal sealed class RepairNode : IDisposable
{
    private readonly RespClient _client;
    private Report _report;

    private RepairNode(RespClient client, Report report)
    {
        _client = client;
        _report = report;
    }

    public string Name => _report.Name;

    /// <summary>As it was last heard.</summary>
    public RepairStatus Status => _report.Repair;

    public IReadOnlyList<Member> Members => _report.Members;

    /// <summary>Why it is not asked any more; null while it is.</summary>
    public string? Lost { get; private set; }

    /// <exception cref="NodeException">It cannot be asked.</exception>
    public static async Task<RepairNode> ConnectAsync(ListenAddress address, CancellationToken cancelled)
    {
        RespClient client = await RespClient.ConnectAsync(address, cancelled);
        try
        {
            return new RepairNode(client, await ReportAsync(client, cancelled));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <returns>Why it refused, in its words; null where it did not.</returns>
    public async Task<string?> OrderAsync(CancellationToken cancelled, params IEnumerable<string> words)
    {
        try
        {
            RespReply reply = await _client.AskAsync(cancelled, [ClientVerb.Utf8("QUORATE.REPAIR"), .. words.Select(ClientVerb.Utf8)]);
            return reply.Kind == RespKind.Error ? reply.Text : null;
        }
        catch (NodeException e)
        {
            return Lost = e.Message;
        }
    }

    public async Task RefreshAsync(CancellationToken cancelled)
    {
        if (Lost is not null) return;
        try
        {
            _report = await ReportAsync(_client, cancelled);
        }
        catch (NodeException e)
        {
            Lost = e.Message;
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<Report> ReportAsync(RespClient client, CancellationToken cancelled)
    {
        RespReply reply = await client.AskAsync(cancelled, ClientVerb.Utf8("QUORATE.REPAIR"));
        if (reply.Kind == RespKind.Error) throw new NodeException(reply.Text, wasSent: false);
        return JsonSerializer.Deserialize<Report>(reply.Bytes, JsonSerializerOptions.Web)!;
    }

    /// <summary>What QUORATE.REPAIR answers.</summary>
    private sealed record Report(string Name, RepairStatus Repair, IReadOnlyList<Member> Members);

    /// <param name="Resp">Its Redis listener.</param>
    public sealed record Member(string Name, string Resp);
}
