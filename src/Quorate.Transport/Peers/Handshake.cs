using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Transport.Frames;

namespace Quorate.Transport.Peers;

/// <summary>Judges the other side's hello: the same for who dialled and who was dialled.</summary>
internal static class Handshake
{
    /// <summary>Why the other may not connect, or null where it may.</summary>
    /// <param name="host">This side, which has the last word.</param>
    /// <param name="body">Of a Hello or Welcome.</param>
    /// <param name="theirs">Null where their protocol is another, whose hello may not be readable.</param>
    /// <exception cref="ProtocolException">It is no hello.</exception>
    public static string? Judge(IPeerHost host, ReadOnlySpan<byte> body, out Hello? theirs)
    {
        theirs = null;
        Hello ours = host.Hello;
        (ushort lowest, ushort highest) = HandshakeCodec.ReadProtocols(body);
        if (lowest > ours.HighestProtocol || highest < ours.LowestProtocol)
        {
            return $"'{ours.Member.Name}' speaks protocol {Range(ours.LowestProtocol, ours.HighestProtocol)}, the other side "
                + $"{Range(lowest, highest)}: run the same release of Quorate on both";
        }

        theirs = HandshakeCodec.Read(body);
        return host.Refuse(theirs);
    }

    private static string Range(ushort lowest, ushort highest) => lowest == highest ? $"{lowest}" : $"{lowest} to {highest}";
}
