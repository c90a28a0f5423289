using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Quorate.Tests.Cli.Bench;

/// <summary>Keeps values in memory and answers GET and SET as the test wants. Values are Latin-1 here, so that they stay as they are.</summary>
internal sealed class FakeStore : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<FakeStore, string[], string?> _answer;

    /// <param name="answer">Takes a command's words and gives the reply as it goes over the wire; null hangs up.</param>
    public FakeStore(Func<FakeStore, string[], string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public ConcurrentDictionary<string, string> Values { get; } = new();

    /// <summary>What a store should answer.</summary>
    public string Honest(string[] words)
    {
        if (words[0] == "GET") return Values.TryGetValue(words[1], out string? value) ? $"${value.Length}\r\n{value}\r\n" : "$-1\r\n";
        Values[words[1]] = words[2];
        return "+OK\r\n";
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        using TcpClient client = accepted;
        try
        {
            NetworkStream stream = client.GetStream();
            var input = new BufferedStream(stream);
            while (await ReadAsync(input) is { } words)
            {
                if (_answer(this, words) is not { } reply) return;
                await stream.WriteAsync(Encoding.Latin1.GetBytes(reply));
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private static async Task<string[]?> ReadAsync(Stream stream)
    {
        if (await LineAsync(stream) is not { } count) return null;
        var words = new string[int.Parse(count[1..])];
        for (int i = 0; i < words.Length; i++)
        {
            var word = new byte[int.Parse((await LineAsync(stream))![1..])];
            await stream.ReadExactlyAsync(word);
            await LineAsync(stream);
            words[i] = Encoding.Latin1.GetString(word);
        }

        return words;
    }

    private static async Task<string?> LineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (await stream.ReadAsync(next) == 1)
        {
            if (next[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next[0]);
        }

        return null;
    }
}
