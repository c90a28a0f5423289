using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quorate.Coordinator.Facade;
using Quorate.Core;
using Quorate.Server.Configuration;
using Quorate.Server.Facade;
using Quorate.Server.Http;

namespace Quorate.Tests.Server;

/// <summary>The HTTP interface on a real Kestrel, before a database and a node that are not.</summary>
public sealed class HttpFixture : IAsyncDisposable
{
    private readonly ThreadLoop _loop = new();
    private readonly WebApplication _app;

    private HttpFixture(Limits limits)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(new ListenAddress("127.0.0.1", 0)));
        builder.Services.AddSingleton(new DatabaseFacade(_loop, Database));
        builder.Services.AddSingleton(new AdminFacade(_loop, Admin, TimeProvider.System));
        builder.Services.AddQuorateHttp(limits);
        _app = builder.Build();
        _app.UseQuorateHttp();
        _app.Services.GetRequiredService<AdminFacade>().SetNotReady(null);
    }

    internal FakeDatabase Database { get; } = new();

    internal FakeAdmin Admin { get; } = new();

    public HttpClient Client { get; private set; } = new();

    public static async Task<HttpFixture> StartAsync(Limits? limits = null)
    {
        var fixture = new HttpFixture(limits ?? Limits.Default);
        await fixture._app.StartAsync();
        fixture.Client = new HttpClient { BaseAddress = new Uri(fixture.Address) };
        return fixture;
    }

    internal AdminFacade AdminFacade => _app.Services.GetRequiredService<AdminFacade>();

    private string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>Sends bytes as they are and reads until the server has closed or <paramref name="answers"/> answers have come.</summary>
    public async Task<string> SendRawAsync(string request, int answers = 1)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", new Uri(Address).Port);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (CountOf(text.ToString(), "HTTP/1.1 ") < answers || !text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer, bound.Token);
            if (read == 0) break;
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _loop.Dispose();
    }

    private static int CountOf(string text, string part) => text.Split(part).Length - 1;
}
