using System.Runtime.InteropServices;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Versions;

namespace Quorate.Node.Storage.Indexing;

[Flags]
internal enum BlockFlags : byte
{
    None = 0,
    Expiry = 1,

    /// <summary>In place of the payload stands its hash.</summary>
    Evicted = 2,

    /// <summary>Read since eviction last looked.</summary>
    WasRead = 4,

    /// <summary>Evicted, but with room for the payload: it is expected back.</summary>
    Reserved = 8,
}

/// <summary>The fixed part of a block: 40 bytes without padding, which is why versions are taken apart here.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct BlockHead(int keyLength, int payloadLength, in EntryHead head, BlockFlags flags, long position)
{
    public long Position = position;
    private readonly PackedVersion _version = new(head.Version);
    public readonly int KeyLength = keyLength;
    public readonly int PayloadLength = payloadLength;
    public readonly EntryKind Kind = head.Kind;
    public readonly byte ContentTypeLength = head.ContentTypeLength;
    public BlockFlags Flags = flags;

    public readonly Version Version => _version.Version;
}

/// <summary>An expiry in a block: there only where it says something.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct BlockExpiry(Expiry expiry)
{
    private readonly uint _generation = expiry.Generation;
    private readonly long _at = expiry.AtMilliseconds;
    private readonly PackedVersion _version = new(expiry.Version);

    public Expiry Expiry => new(_generation, _at, _version.Version);
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly struct PackedVersion(Version version)
{
    private readonly ulong _timestamp = version.Timestamp.Value;
    private readonly ulong _node = version.Writer.Node.Value;
    private readonly uint _start = version.Writer.Start;

    public Version Version => new(new HybridTimestamp(_timestamp), new WriterId(new NodeId(_node), _start));
}
