using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Quorate.Coordinator.Facade;
using Quorate.Server;
using Quorate.Server.Configuration;
using Quorate.Server.Facade;
using Xunit;

namespace Quorate.Tests.Server;

/// <summary>A whole node in this process: real loop, real sockets, no disk.</summary>
public sealed class NodeHostTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_application_that_hosts_a_node_reads_and_writes_through_the_facade()
    {
        using IHost host = QuorateHost.Build(Settings());
        await host.StartAsync(Cancelled);
        var database = host.Services.GetRequiredService<DatabaseFacade>();
        var admin = host.Services.GetRequiredService<AdminFacade>();

        DatabaseAnswer put = await database.PutAsync(0, "k"u8.ToArray(), "v"u8.ToArray());
        DatabaseAnswer got = await database.GetAsync(0, "k"u8.ToArray());

        Assert.True(put.Outcome.IsOk);
        Assert.Equal("v", Encoding.UTF8.GetString(got.Value.Span));
        Assert.Null(await admin.WhyNotReadyAsync());
        Assert.Equal(1, (await admin.StatusAsync()).Entries);
        await host.StopAsync(Cancelled);
        Assert.Equal("the node is stopping", await admin.WhyNotReadyAsync());
        Assert.False((await database.GetAsync(0, "k"u8.ToArray())).Outcome.IsOk);
    }

    [Fact]
    public async Task A_listener_that_cannot_be_opened_keeps_the_node_from_starting_and_is_named()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        string address = squatter.LocalEndpoint.ToString()!;
        using IHost host = QuorateHost.Build(Settings((nameof(QuorateOptions.Resp), address)));

        IOException refused = await Assert.ThrowsAsync<IOException>(() => host.StartAsync(Cancelled));

        Assert.Contains(address, refused.Message);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task A_node_that_could_not_start_holds_no_port_and_keeps_nobody_waiting()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        int resp = FreePort();
        using IHost host = QuorateHost.Build(
            Settings((nameof(QuorateOptions.Peer), squatter.LocalEndpoint.ToString()!), (nameof(QuorateOptions.Resp), $"127.0.0.1:{resp}")));
        var database = host.Services.GetRequiredService<DatabaseFacade>();
        await Assert.ThrowsAsync<IOException>(() => host.StartAsync(Cancelled));

        DatabaseAnswer got = await database.GetAsync(0, "k"u8.ToArray());

        Assert.False(got.Outcome.IsOk);
        using var next = new TcpListener(IPAddress.Loopback, resp);
        next.Start();
    }

    [Fact]
    public async Task A_node_that_waits_for_others_is_not_ready_and_says_for_whom()
    {
        using IHost host = QuorateHost.Build(Settings((nameof(QuorateOptions.Join), "127.0.0.1:1")));
        await host.StartAsync(Cancelled);

        string? reason = await host.Services.GetRequiredService<AdminFacade>().WhyNotReadyAsync();

        Assert.Contains("127.0.0.1:1", reason);
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public void What_is_wrong_with_the_settings_is_said_before_anything_starts()
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => QuorateHost.Build(Settings(("Weight", "0"), ("Zone", ""))));

        Assert.Equal(2, refused.Failures.Count());
    }

    private static Dictionary<string, string> Settings(params (string Name, string Value)[] settings)
    {
        var told = new Dictionary<string, string>
        {
            [nameof(QuorateOptions.Durability)] = "memory",
            [nameof(QuorateOptions.Resp)] = "",
            [nameof(QuorateOptions.Http)] = "",
            [nameof(QuorateOptions.Peer)] = $"127.0.0.1:{FreePort()}",
        };
        foreach ((string name, string value) in settings) told[name] = value;
        return told;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
