using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Quorate.Core.Membership;
using Quorate.Core.Versions;

namespace Quorate.Core.Sessions;

/// <summary>
/// <see cref="SeenVersions"/> as text that another process, or a cookie, can carry: base64url of a format number (1), whether keys
/// overflowed (1), the capacity (2), then each key in rising order: its hash (8), timestamp (8), node id (8), start number (4), whether it
/// has a new expiry (1); and a CRC-32C of all that (4). Little-endian. It is neither secret nor signed.
/// </summary>
public static class SessionToken
{
    private const byte Format = 1;
    private const int HeadSize = 4, KeySize = sizeof(ulong) + Version.Size + 1, ChecksumSize = sizeof(uint);

    /// <summary>39 characters a key and 11 besides.</summary>
    public static string Of(SeenVersions seen)
    {
        KeyValuePair<ulong, Seen>[] keys = [.. seen.All];
        byte[] bytes = new byte[HeadSize + keys.Length * KeySize + ChecksumSize];
        bytes[0] = Format;
        bytes[1] = seen.HasOverflowed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)seen.Capacity);
        for (int i = 0; i < keys.Length; i++) Write(bytes.AsSpan(HeadSize + i * KeySize, KeySize), keys[i].Key, keys[i].Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^ChecksumSize..), Checksum.Compute(bytes.AsSpan(..^ChecksumSize)));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Takes nothing on trust: it may come from a cookie.</summary>
    /// <param name="token">What <see cref="Of"/> wrote, or anything else.</param>
    /// <param name="seen">What it holds, where true.</param>
    /// <param name="problem">Why it is no token.</param>
    public static bool TryParse(string token, [NotNullWhen(true)] out SeenVersions? seen, out string problem)
    {
        seen = null;
        problem = "";
        if (token.Length > Base64Url.GetEncodedLength(HeadSize + SeenVersions.MaxCapacity * KeySize + ChecksumSize)) problem = "it is too long";
        else if (!TryDecode(token, out byte[] bytes) || bytes.Length < HeadSize + ChecksumSize) problem = "it is no base64url of one";
        else if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^ChecksumSize..)) != Checksum.Compute(bytes.AsSpan(..^ChecksumSize))) problem = "it is damaged";
        else if (bytes[0] != Format) problem = $"it has format {bytes[0]}, and this is format {Format}";
        else if (!TryRead(bytes.AsSpan(..^ChecksumSize), out seen)) problem = "what it holds cannot be";
        return problem.Length == 0;
    }

    private static bool TryDecode(string token, out byte[] bytes)
    {
        bytes = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        OperationStatus status = Base64Url.DecodeFromChars(token, bytes, out _, out int length);
        bytes = bytes[..length];
        return status == OperationStatus.Done;
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SeenVersions? seen)
    {
        seen = null;
        int capacity = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        if (bytes[1] > 1 || capacity is 0 or > SeenVersions.MaxCapacity || (bytes.Length - HeadSize) % KeySize != 0) return false;

        var read = new SeenVersions(capacity) { HasOverflowed = bytes[1] == 1 };
        ulong last = 0;
        for (ReadOnlySpan<byte> rest = bytes[HeadSize..]; !rest.IsEmpty; rest = rest[KeySize..])
        {
            (ulong key, Seen known) = Read(rest);
            bool isPlausible = known != default && known.Version.Timestamp.IsPlausible && rest[KeySize - 1] <= 1;
            if (!isPlausible || key < last || !read.TryAdd(key, known)) return false;
            last = key;
        }

        seen = read;
        return true;
    }

    private static void Write(Span<byte> bytes, ulong key, Seen seen)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, key);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], seen.Version.Timestamp.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], seen.Version.Writer.Node.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], seen.Version.Writer.Start);
        bytes[28] = seen.HasNewExpiry ? (byte)1 : (byte)0;
    }

    private static (ulong Key, Seen Seen) Read(ReadOnlySpan<byte> bytes)
    {
        var timestamp = new HybridTimestamp(BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
        var writer = new WriterId(new NodeId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])), BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]));
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes), new Seen(new Version(timestamp, writer), bytes[28] == 1));
    }
}
