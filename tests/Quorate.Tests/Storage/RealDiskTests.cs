using System.Text;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Disks;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class RealDiskTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "data");

    [Theory]
    [InlineData(Durability.Fsync)]
    [InlineData(Durability.Periodic)]
    public void What_is_stored_is_there_after_a_restart(Durability durability)
    {
        for (int start = 0; start < 3; start++)
        {
            using var disk = new RealDisk(_path);
            var loop = new HandLoop();
            var worker = new HandWorker();
            var options = new StoreOptions(Id, durability, 64 * 1024, 32 * 1024);
            var store = LogStore.Open(options, HashTrees.None, Horizons.None, disk, loop, worker, worker, reason => Assert.Fail(reason));
            Assert.Equal((start * 1000, 0, 0L), (store.Entries, store.Recovery.Damages, store.Recovery.CutBytes));
            for (int i = 0; i < 1000; i++)
            {
                byte[] key = Encoding.UTF8.GetBytes($"{start} {i}");
                Verdict verdict = store.Join(0, Partition.Of(key), key, Register(1, new string('x', 100)).Entry).Verdict;
                Assert.Equal(Verdict.Stored, verdict);
                loop.Turn();
                worker.RunAll();
                loop.Turn();
            }

            store.Close();
        }
    }

    [Fact]
    public void A_directory_has_one_user()
    {
        using (new RealDisk(_path))
        {
            var refused = Assert.Throws<IOException>(() => new RealDisk(_path));
            Assert.Contains($"{_path} is in use by another process", refused.Message);
        }

        new RealDisk(_path).Dispose();
    }

    [Fact]
    public void What_cannot_be_a_directory_is_told_as_such()
    {
        Directory.CreateDirectory(_path);
        string file = Path.Combine(_path, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<IOException>(() => new RealDisk(file));

        Assert.Contains($"The data directory {file} cannot be made: choose another one", refused.Message);
    }

    [Fact]
    public void What_the_user_may_not_write_is_told_with_the_directory()
    {
        string path = Path.Combine(_path, "refused");
        Directory.CreateDirectory(Path.Combine(path, "lock")); // to root, too, a directory is no file to open

        var refused = Assert.Throws<IOException>(() => new RealDisk(path));
        Assert.Contains($"may not read and write in the data directory {path}", refused.Message);
    }

    [Fact]
    public void Files_are_read_and_written_in_place()
    {
        using var disk = new RealDisk(_path);
        using (IDiskFile file = disk.Open("a"))
        {
            file.Allocate(10_000);
            Assert.Equal(10_000, file.Length);
            file.Write([1, 2, 3], 9_999);
            file.Sync();
            byte[] read = new byte[8];
            Assert.Equal(4, file.Read(read, 9_998));
            Assert.Equal([0, 1, 2, 3, 0, 0, 0, 0], read);
            Assert.Equal(0, file.Read(read, 20_000));
            file.Truncate(5);
            Assert.Equal(5, file.Length);
        }

        disk.SyncDirectory();
        Assert.Equal(["a"], disk.List());
        disk.Delete("a");
        Assert.Empty(disk.List());
    }

    [Fact]
    public void An_error_of_the_system_names_the_file_and_the_error()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("This system has no /dev/full.");
        using var disk = new RealDisk(_path);
        File.CreateSymbolicLink(Path.Combine(_path, "full"), "/dev/full");
        using IDiskFile file = disk.Open("full");
        var failure = Assert.Throws<DiskFullException>(() => file.Write([1], 0));
        Assert.Contains("full: No space left on device (error 28)", failure.Message);
        Assert.IsNotType<DiskFullException>(Assert.ThrowsAny<IOException>(file.Sync));
    }

    public void Dispose()
    {
        string parent = Path.GetDirectoryName(_path)!;
        if (Directory.Exists(parent)) Directory.Delete(parent, recursive: true);
    }
}
