using Quorate.Cli.Dev;
using Xunit;

namespace Quorate.Tests.Cli;

public sealed class DevDataTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Data_of_another_number_of_nodes_is_refused_with_the_way_out()
    {
        DevData.Open(_data, 3, onDisk: true, fresh: false).Dispose();
        DevData.Open(_data, 3, onDisk: true, fresh: false).Dispose();

        DevException refused = Assert.Throws<DevException>(() => DevData.Open(_data, 5, onDisk: true, fresh: false));

        Assert.Contains("is of 3 nodes, not 5: give --nodes 3, or --fresh", refused.Message);
        DevData.Open(_data, 5, onDisk: true, fresh: true).Dispose();
    }

    [Fact]
    public void Fresh_deletes_the_nodes_and_nothing_else()
    {
        DevData.Open(_data, 3, onDisk: true, fresh: false).Dispose();
        Directory.CreateDirectory(Path.Combine(_data, "n1"));
        File.WriteAllText(Path.Combine(_data, "n1", "log"), "");
        File.WriteAllText(Path.Combine(_data, "precious.txt"), "");

        DevData.Open(_data, 3, onDisk: true, fresh: true).Dispose();

        Assert.False(Directory.Exists(Path.Combine(_data, "n1")));
        Assert.True(File.Exists(Path.Combine(_data, "precious.txt")));
    }

    [Fact]
    public void A_directory_that_dev_did_not_make_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(_data, "n2"));

        foreach (bool fresh in new[] { false, true })
            Assert.Throws<DevException>(() => DevData.Open(_data, 3, onDisk: true, fresh));

        Assert.True(Directory.Exists(Path.Combine(_data, "n2")));
    }

    [Fact]
    public void A_cluster_in_memory_leaves_what_is_on_disk()
    {
        DevData.Open(_data, 3, onDisk: true, fresh: false).Dispose();

        DevData.Open(_data, 5, onDisk: false, fresh: false).Dispose();

        DevData.Open(_data, 3, onDisk: true, fresh: false).Dispose();
    }

    [Fact]
    public void Two_dev_clusters_do_not_share_a_directory()
    {
        using DevData first = DevData.Open(_data, 3, onDisk: true, fresh: false);

        DevException refused = Assert.Throws<DevException>(() => DevData.Open(_data, 3, onDisk: true, fresh: true));

        Assert.Contains("stop the other 'quorate dev'", refused.Message);
    }

    [Fact]
    public void A_file_is_no_directory_for_data()
    {
        DevData.Open(_data, 3, onDisk: true, fresh: false).Dispose();

        DevException refused = Assert.Throws<DevException>(() => DevData.Open(Path.Combine(_data, "dev.json"), 3, onDisk: true, fresh: false));

        Assert.Contains("choose another directory with --data", refused.Message);
    }

    [Fact]
    public void A_manifest_that_was_cut_off_is_named_with_the_way_out()
    {
        DevData.Open(_data, 3, onDisk: true, fresh: false).Dispose();
        File.WriteAllText(Path.Combine(_data, "dev.json"), "");

        DevException refused = Assert.Throws<DevException>(() => DevData.Open(_data, 3, onDisk: true, fresh: false));

        Assert.Contains("dev.json does not say how many nodes there are", refused.Message);
        DevData.Open(_data, 3, onDisk: true, fresh: true).Dispose();
    }
}
