using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quorate.Server;
using Xunit;

namespace Quorate.Tests.Server;

public sealed class QuorateHostTests
{
    [Theory]
    [InlineData("")]
    [InlineData("8401")]
    public void No_file_of_settings_is_watched_because_logs_may_lie_below_it(string http)
    {
        using IHost host = QuorateHost.Build(new Dictionary<string, string> { ["Name"] = "n1", ["Http"] = http, ["Data"] = Path.GetTempPath() });

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        FileConfigurationProvider[] files = [.. configuration.Providers.OfType<FileConfigurationProvider>()];
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => file.Source.ReloadOnChange);
    }
}
