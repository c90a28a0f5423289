using System.Globalization;
using Quorate.Node.Storage.Disks;

namespace Quorate.Node.Storage.Segments;

/// <summary>One file of the log, open for appending: groups fill the space it has been given.</summary>
/// <param name="number">Its place among the segments.</param>
/// <param name="file">The open file.</param>
/// <param name="start">Position of its first group.</param>
/// <param name="end">Offset in the file where the next group goes; 0 for one that has no header yet.</param>
/// <param name="capacity">Bytes it may have: those are allocated.</param>
internal sealed class Segment(uint number, IDiskFile file, long start, int end, int capacity) : IDisposable
{
    private const string Suffix = ".log";
    private const string FreeSuffix = ".free";

    public uint Number => number;

    public IDiskFile File => file;

    public long Base { get; private set; } = start;

    public int End { get; private set; } = end;

    public int Capacity => capacity;

    /// <summary>Bytes a group may have.</summary>
    public int Room => capacity - Math.Max(End, SegmentHeader.Size);

    public static string NameOf(uint number) => number.ToString("d10", CultureInfo.InvariantCulture) + Suffix;

    /// <summary>Of a dropped segment's file that waits to be used again.</summary>
    public static string FreeNameOf(uint number) => number.ToString("d10", CultureInfo.InvariantCulture) + FreeSuffix;

    public static bool IsFreeName(string name) => name.EndsWith(FreeSuffix, StringComparison.Ordinal);

    public static bool TryParseName(string name, out uint number)
    {
        number = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && uint.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && NameOf(number) == name;
    }

    /// <summary>Begins a segment that was prepared.</summary>
    public void Begin(long position)
    {
        if (End != 0) throw new InvalidOperationException($"Segment {number} has begun at position {Base} already.");
        Base = position;
        End = SegmentHeader.Size;
    }

    /// <summary>Gives a group its place; returns the offset in the file.</summary>
    public int Take(int bytes)
    {
        if (bytes > Room) throw new InvalidOperationException($"Segment {number} has room for {Room} bytes, not {bytes}.");
        int offset = End;
        End += bytes;
        return offset;
    }

    /// <summary>Ends a segment that gets no more groups: gives unused space back, syncs and closes it. Blocks.</summary>
    public void Finish()
    {
        file.Truncate(End);
        file.Sync();
        file.Dispose();
    }

    public void Dispose() => file.Dispose();
}
