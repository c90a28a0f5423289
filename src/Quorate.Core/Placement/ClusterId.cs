using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Quorate.Core.Membership;

namespace Quorate.Core.Placement;

/// <summary>
/// Tells one cluster from another, so that a node never talks to a stranger at an address that changed hands. Made
/// from who the members are, their names and the ids they are placed by; addresses, zones, weights and the nodes in their places may
/// change and the cluster stays itself.
/// </summary>
/// <param name="Value">In a handshake 0 stands for none.</param>
public readonly record struct ClusterId(ulong Value)
{
    /// <summary>FNV-1a over the members.</summary>
    /// <param name="members">In the order of the ids they are placed by.</param>
    public static ClusterId Of(ReadOnlySpan<Member> members)
    {
        ulong hash = 0xCBF29CE484222325;
        Span<byte> id = stackalloc byte[sizeof(ulong)];
        foreach (Member member in members)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(id, member.PlacedAs.Value);
            hash = Append(hash, id);
            hash = Append(hash, Encoding.UTF8.GetBytes(member.Name));
            hash = Append(hash, [0xFF]); // stands in no UTF-8, so no two lists of members give the same bytes
        }

        return new ClusterId(hash);
    }

    /// <summary>What <see cref="ToString"/> wrote.</summary>
    /// <param name="text">Hexadecimal digits, 16 at most but for zeros in front.</param>
    /// <exception cref="FormatException">It holds anything else.</exception>
    /// <exception cref="OverflowException">It is above 64 bits.</exception>
    public static ClusterId Parse(string text) => new(ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>16 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    private static ulong Append(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte next in bytes) hash = (hash ^ next) * 0x100000001B3;
        return hash;
    }
}
