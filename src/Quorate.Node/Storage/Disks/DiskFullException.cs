namespace Quorate.Node.Storage.Disks;

/// <summary>There is no room on the disk, or in this user's quota. The one disk error that passes by itself.</summary>
public sealed class DiskFullException(string message) : IOException(message);
