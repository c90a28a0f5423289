using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Quorate.Server.Configuration;

namespace Quorate.Cli.Client;

/// <summary>One connection to a node's RESP listener, one command at a time: all that the verbs need.</summary>
internal sealed class RespClient : IDisposable
{
    /// <summary>Above the node's own timeout of 2 s, so that its words are heard rather than silence.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int MaxBulk = 512 * 1024 * 1024;
    private const int MaxItems = 1_000_000;
    private readonly TcpClient _socket;
    private readonly Stream _stream;
    private readonly ListenAddress _address;

    private RespClient(TcpClient socket, ListenAddress address)
    {
        _socket = socket;
        _stream = new BufferedStream(socket.GetStream());
        _address = address;
    }

    /// <exception cref="NodeException">Nobody listens there.</exception>
    public static async Task<RespClient> ConnectAsync(ListenAddress address, CancellationToken cancelled)
    {
        var socket = new TcpClient { NoDelay = true };
        using CancellationTokenSource bound = Bound(cancelled);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, bound.Token);
            return new RespClient(socket, address);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancelled.IsCancellationRequested)
        {
            socket.Dispose();
            string reason = e is SocketException ? e.Message.ToLowerInvariant() : "no answer";
            throw new NodeException(
                $"no node at {address} ({reason}): start a cluster with 'quorate dev', or name a node with --node HOST:PORT or QUORATE_ENDPOINT", wasSent: false);
        }
    }

    /// <exception cref="NodeException">The connection broke, or no whole reply came in time.</exception>
    public async Task<RespReply> AskAsync(CancellationToken cancelled, params IReadOnlyList<ReadOnlyMemory<byte>> words)
    {
        using CancellationTokenSource bound = Bound(cancelled);
        try
        {
            await _stream.WriteAsync(Ascii($"*{words.Count}\r\n"), bound.Token);
            foreach (ReadOnlyMemory<byte> word in words)
            {
                await _stream.WriteAsync(Ascii($"${word.Length}\r\n"), bound.Token);
                await _stream.WriteAsync(word, bound.Token);
                await _stream.WriteAsync(Ascii("\r\n"), bound.Token);
            }

            await _stream.FlushAsync(bound.Token);
            return await ReadReplyAsync(depth: 0, bound.Token);
        }
        catch (Exception e) when (e is IOException or FormatException or OperationCanceledException && !cancelled.IsCancellationRequested)
        {
            string reason = e switch
            {
                OperationCanceledException => $"it did not answer within {Patience.TotalSeconds} s",
                EndOfStreamException => "it closed the connection",
                _ => e.Message,
            };
            throw new NodeException($"the node at {_address} gave no reply: {reason}", wasSent: true);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<RespReply> ReadReplyAsync(int depth, CancellationToken cancelled)
    {
        string line = await ReadLineAsync(cancelled);
        if (line.Length == 0 || depth > 8) throw new FormatException("that is no RESP");
        string rest = line[1..];
        switch (line[0])
        {
            case '+':
                return RespReply.OfBytes(RespKind.Text, Encoding.UTF8.GetBytes(rest));
            case '-':
                return RespReply.OfBytes(RespKind.Error, Encoding.UTF8.GetBytes(rest));
            case ':':
                return RespReply.OfNumber(ParseNumber(rest, long.MaxValue));
            case '$':
                int length = (int)ParseNumber(rest, MaxBulk);
                if (length < 0) return RespReply.Nothing;
                var bytes = new byte[length + 2];
                await _stream.ReadExactlyAsync(bytes, cancelled);
                return RespReply.OfBytes(RespKind.Bytes, bytes[..length]);
            case '*':
                int count = (int)ParseNumber(rest, MaxItems);
                if (count < 0) return RespReply.Nothing;
                var items = new List<RespReply>();
                for (int i = 0; i < count; i++) items.Add(await ReadReplyAsync(depth + 1, cancelled));
                return RespReply.OfItems(items);
            default:
                throw new FormatException("that is no RESP");
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancelled)
    {
        var line = new List<byte>();
        var next = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(next, cancelled);
            if (next[0] == '\n') break;
            line.Add(next[0]);
            if (line.Count > 64 * 1024) throw new FormatException("that is no RESP");
        }

        return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
    }

    private static long ParseNumber(string text, long most)
    {
        bool isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number);
        return isNumber && number <= most ? number : throw new FormatException("that is no RESP");
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static CancellationTokenSource Bound(CancellationToken cancelled)
    {
        var bound = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        bound.CancelAfter(Patience);
        return bound;
    }
}
