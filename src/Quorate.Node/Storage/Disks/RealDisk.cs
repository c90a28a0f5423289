namespace Quorate.Node.Storage.Disks;

/// <summary>A directory of this machine, which it keeps to itself until disposed.</summary>
public sealed class RealDisk : IDisk
{
    private const string LockName = "lock";
    private readonly FileStream _lock;

    /// <summary>Makes the directory where it is missing, and takes its lock.</summary>
    /// <exception cref="IOException">It cannot be made or is in use, or this user may not write there; the message names it.</exception>
    public RealDisk(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _lock = Allowed(() =>
        {
            if (!Directory.Exists(Path)) Make();
            return Lock();
        });
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Of the file system that holds a directory, whether that exists already or not; used and free together.</summary>
    public static long BytesAt(string directory) => new DriveInfo(System.IO.Path.GetFullPath(directory)).TotalSize;

    /// <summary>Names of all files but the lock, in no order.</summary>
    public IReadOnlyList<string> List() =>
        Allowed<IReadOnlyList<string>>(() => [.. Directory.EnumerateFiles(Path).Select(file => System.IO.Path.GetFileName(file)).Where(name => name != LockName)]);

    /// <inheritdoc/>
    public IDiskFile Open(string name) =>
        Allowed<IDiskFile>(() => OperatingSystem.IsLinux() ? new LinuxFile(PathOf(name)) : new PortableFile(PathOf(name)));

    /// <inheritdoc/>
    public void Delete(string name) => Allowed(() => File.Delete(PathOf(name)));

    /// <inheritdoc/>
    public void Rename(string name, string newName) => Allowed(() => File.Move(PathOf(name), PathOf(newName)));

    /// <inheritdoc/>
    public void SyncDirectory() => SyncDirectory(Path);

    /// <summary>Lets another process have the directory.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Elsewhere than on Linux the file system's journal must do.</summary>
    private static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsLinux()) LibC.SyncDirectory(path);
    }

    private void Make()
    {
        try
        {
            Directory.CreateDirectory(Path);
            SyncDirectory(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (IOException failure)
        {
            throw new IOException($"The data directory {Path} cannot be made: choose another one. ({failure.Message})", failure);
        }
    }

    private FileStream Lock()
    {
        try
        {
            return new FileStream(PathOf(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure)
        {
            throw new IOException(
                $"The data directory {Path} is in use by another process: stop that one, or choose another directory. "
                + $"({failure.Message})",
                failure);
        }
    }

    /// <summary>What this user may not do is an error of the disk like any other.</summary>
    private T Allowed<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(
                $"This user may not read and write in the data directory {Path}: allow it, or choose another directory. ({refused.Message})", refused);
        }
    }

    private void Allowed(Action act) => Allowed<object?>(() =>
    {
        act();
        return null;
    });

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
