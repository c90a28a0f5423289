namespace Quorate.Node.Storage.Disks;

/// <summary>
/// One directory of one node. Calls block. What was written, made, renamed or deleted survives power loss only once the file and
/// the directory are synced. Errors are <see cref="IOException"/>, of them <see cref="DiskFullException"/> for no room.
/// </summary>
public interface IDisk : IDisposable
{
    /// <summary>For messages to people.</summary>
    string Path { get; }

    /// <summary>Names of all files, in no order.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file for reading and writing, making it where it is missing.</summary>
    IDiskFile Open(string name);

    /// <summary>Deletes a file; does nothing where there is none.</summary>
    void Delete(string name);

    /// <summary>Gives a file another name, which no other has; what is open stays open.</summary>
    void Rename(string name, string newName);

    /// <summary>Makes files made, renamed and deleted so far survive power loss.</summary>
    void SyncDirectory();
}

/// <summary>An open file. Different threads may use it at once, on different bytes.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes, with what was allocated and never written.</summary>
    long Length { get; }

    /// <summary>Reads until <paramref name="into"/> is full or the file ends; returns how many bytes.</summary>
    int Read(Span<byte> into, long offset);

    /// <summary>Writes all bytes; the file grows as needed.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Grows the file with zeros to this length, and has the disk space for all of it when it returns.</summary>
    void Allocate(long length);

    /// <summary>Cuts the file off at this length, which is at most what it has.</summary>
    void Truncate(long length);

    /// <summary>
    /// Makes what was written so far survive power loss. When it fails, what was written may be gone although a second
    /// call succeeds: never retry.
    /// </summary>
    void Sync();
}
