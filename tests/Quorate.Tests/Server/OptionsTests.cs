using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Quorate.Core.Quorum;
using Quorate.Node.Handoff;
using Quorate.Node.Storage;
using Quorate.Server.Configuration;
using Xunit;

namespace Quorate.Tests.Server;

public sealed class OptionsTests
{
    [Fact]
    public void A_node_that_is_told_nothing_serves_alone_on_loopback()
    {
        NodeSettings settings = Settings();

        Assert.Equal("node-1", settings.Name);
        Assert.Equal(Path.Combine(".quorate", "node-1"), settings.Data);
        Assert.Equal(Durability.Fsync, settings.Durability);
        Assert.Equal(1L << 30, settings.ValueMemoryBytes);
        Assert.Equal("127.0.0.1:6401", settings.Endpoints.Resp);
        Assert.Equal("127.0.0.1:7401", settings.Endpoints.Peer);
        Assert.Equal("127.0.0.1:8401", settings.Endpoints.Http);
        Assert.Equal("", settings.Endpoints.RespCluster);
        Assert.Empty(settings.Join);
        Assert.Equal(10_000, settings.MaxConnections);
        Assert.Equal(new HintLimits(100_000, 3 * 3600 * 1000), settings.Hints.LimitsOn(1_000_000));
        Assert.Equal(Keyspace.WithDefaults("default"), settings.Keyspaces[0]);
    }

    [Fact]
    public void Everything_can_be_said()
    {
        NodeSettings settings = Settings(
            ("Name", "east-1"),
            ("Zone", "east"),
            ("Weight", "2"),
            ("Data", "/data"),
            ("Durability", "periodic"),
            ("ValueMemory", "512mb"),
            ("Resp", "6401, [::1]:6402=carts"),
            ("RespCluster:0", "6411"),
            ("RespCluster:1", "6412"),
            ("Http", ""),
            ("Peer", "localhost:7401"),
            ("Join", "localhost:7401,127.0.0.1:7402,127.0.0.1:7402"),
            ("Keyspaces:carts:N", "5"),
            ("Keyspaces:carts:R", "2"),
            ("Keyspaces:carts:W", "all"),
            ("Keyspaces:carts:Fanout", "all"),
            ("Limits:MaxValueBytes", "1000"),
            ("Limits:MaxConnections", "50"),
            ("Hints:Disk", "2GB"),
            ("Hints:Age", "01:30:00"),
            ("Repair:BytesPerSecond", "2MB"));

        Assert.Equal(("east-1", "east", 2, "/data", Durability.Periodic), (settings.Name, settings.Zone, settings.Weight, settings.Data, settings.Durability));
        Assert.Equal(512L << 20, settings.ValueMemoryBytes);
        Assert.Equal([new RespAddress(new ListenAddress("127.0.0.1", 6401), null), new RespAddress(new ListenAddress("::1", 6402), "carts")], settings.Resp);
        Assert.Equal(["127.0.0.1:6411", "127.0.0.1:6412"], settings.RespCluster.Select(listener => listener.Address.ToString()));
        Assert.Null(settings.Http);
        Assert.Equal(["127.0.0.1:7402"], settings.Join);
        Assert.True(settings.Keyspaces.TryFind("carts", out int carts));
        Assert.Equal(new Keyspace("carts", 5, ConsistencyLevel.Of(2), ConsistencyLevel.All, Fanout.All), settings.Keyspaces[carts]);
        Assert.Equal(1000, settings.Limits.MaxValueBytes);
        Assert.Equal(50, settings.MaxConnections);
        Assert.Equal(new HintLimits(2L << 30, 90 * 60 * 1000), settings.Hints.LimitsOn(1L << 40));
        Assert.Equal(2L << 20, settings.RepairBytesPerSecond);
    }

    [Fact]
    public void Hints_that_count_for_nothing_can_be_turned_off() =>
        Assert.Equal(0, Settings(("Hints:Disk", "0")).Hints.LimitsOn(1L << 40).Bytes);

    [Fact]
    public void A_list_on_the_command_line_replaces_a_longer_one_in_a_file()
    {
        NodeSettings settings = Settings(("Join:0", "127.0.0.1:1"), ("Join:1", "127.0.0.1:2"), ("Join", "127.0.0.1:3"));

        Assert.Equal(["127.0.0.1:3"], settings.Join);
    }

    [Theory]
    [InlineData("Name", "two words", "Name is 'two words': give 1 to 64 letters")]
    [InlineData("Zone", "", "Zone is ''")]
    [InlineData("Weight", "0", "Weight is 0: give 1")]
    [InlineData("Durability", "sometimes", "give fsync, periodic or memory")]
    [InlineData("ValueMemory", "a lot", "ValueMemory is 'a lot': give a number of bytes with KB, MB, GB or TB")]
    [InlineData("ValueMemory", "99999999TB", "ValueMemory is '99999999TB'")]
    [InlineData("Resp", "port", "Resp is 'port': give PORT or HOST:PORT")]
    [InlineData("Resp", "65536", "Resp is '65536'")]
    [InlineData("Resp", "6401=nowhere", "names the keyspace 'nowhere': define it under Keyspaces or use one of default, 1, 2")]
    [InlineData("Resp", "::1:6401", "Resp is '::1:6401'")]
    [InlineData("Resp", "[:6401", "Resp is '[:6401': give PORT or HOST:PORT")]
    [InlineData("Resp", "127.0.0.1:0", "Resp is '127.0.0.1:0'")]
    [InlineData("Http", "10.0.0.1:8401", "listen at 127.0.0.1, or accept that with --insecure")]
    [InlineData("Peer", "0.0.0.0:7401", "name the one address that others reach this node at")]
    [InlineData("Join", "here", "Join has 'here'")]
    [InlineData("Keyspaces:a:N", "17", "Keyspaces:a:N is 17: give 1 to 16 copies")]
    [InlineData("Keyspaces:a:R", "4", "asks for 4 replicas of 3")]
    [InlineData("Keyspaces:a:W", "MOST", "Keyspaces:a:W is 'MOST'")]
    [InlineData("Keyspaces:a:Fanout", "some", "give r or all")]
    [InlineData("Limits:MaxConnections", "0", "Limits:MaxConnections is 0: give 1 to 1000000 Redis clients")]
    [InlineData("Hints:Disk", "101%", "Hints:Disk is '101%': give a share of the disk such as 10%, a size such as 2GB, or 0 for no hints")]
    [InlineData("Repair:BytesPerSecond", "10%", "Repair:BytesPerSecond is '10%': give 64KB or more")]
    [InlineData("Repair:BytesPerSecond", "63KB", "Repair:BytesPerSecond is '63KB': give 64KB or more")]
    [InlineData("Hints:Disk", "some", "Hints:Disk is 'some'")]
    [InlineData("Hints:Age", "-00:00:01", "Hints:Age is -00:00:01: give a time such as 03:00:00, at most 1 days")]
    [InlineData("Limits:MaxKeyBytes", "65537", "Limits:MaxKeyBytes is 65537: give 1 to 65536")]
    public void What_cannot_be_used_is_named_with_what_to_write_instead(string setting, string value, string words)
    {
        Assert.Null(NodeSettingsReader.Read(Options((setting, value)), out IReadOnlyList<string> problems));

        Assert.Contains(words, Assert.Single(problems));
    }

    [Theory]
    [InlineData("Weight", "heavy")]
    [InlineData("Hints:Age", "long")]
    [InlineData("Keyspaces:carts:N", "three")]
    [InlineData("Keyspaces:carts:Sloppy", "perhaps")]
    public void What_cannot_be_read_at_all_is_named(string setting, string value)
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => Options((setting, value)));

        Assert.Contains($"'{value}' at 'Quorate:{setting}'", Assert.Single(refused.Failures));
    }

    [Theory]
    [InlineData("Durabilty")]
    [InlineData("MaxValueBytes")]
    [InlineData("Keyspaces:carts:Copies")]
    [InlineData("Hints:Bytes")]
    [InlineData("Name:First")]
    public void A_setting_that_is_none_is_named_instead_of_being_ignored(string setting)
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => Options((setting, "1")));

        Assert.Contains($"no setting 'Quorate:{setting}'", Assert.Single(refused.Failures));
    }

    [Fact]
    public void Others_may_reach_a_node_that_was_told_so()
    {
        NodeSettings settings = Settings(("Resp", "10.0.0.1:6401"), ("Peer", "node-1.example:7401"), ("Insecure", "true"));

        Assert.Equal("10.0.0.1:6401", settings.Endpoints.Resp);
        Assert.Equal("node-1.example:7401", settings.Endpoints.Peer);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        Assert.Null(NodeSettingsReader.Read(Options(("Name", ""), ("Peer", "")), out IReadOnlyList<string> problems));

        Assert.Equal(2, problems.Count);
    }

    private static NodeSettings Settings(params (string Setting, string Value)[] values)
    {
        NodeSettings? settings = NodeSettingsReader.Read(Options(values), out IReadOnlyList<string> problems);
        Assert.Empty(problems);
        return settings!;
    }

    private static QuorateOptions Options(params (string Setting, string Value)[] values)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"{QuorateOptions.Section}:{pair.Setting}", (string?)pair.Value)))
            .Build();
        return QuorateOptionsBinder.Read(configuration);
    }
}
