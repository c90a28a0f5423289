using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Quorate.SystemTests;

/// <summary>A Redis client of its own, so that pipelines and errors are seen as they are. Errors are texts that begin with "-".</summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly TcpClient _socket;
    private readonly BufferedStream _stream;

    private RedisConnection(TcpClient socket)
    {
        _socket = socket;
        _stream = new BufferedStream(socket.GetStream(), 64 * 1024);
    }

    public static async Task<RedisConnection> OpenAsync(int port)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        return new RedisConnection(socket);
    }

    public async Task<string?> AskAsync(params string[] words)
    {
        await WriteAsync(words);
        await _stream.FlushAsync();
        return await ReadAsync();
    }

    public async Task<string?[]> PipelineAsync(IReadOnlyList<string[]> commands)
    {
        foreach (string[] command in commands) await WriteAsync(command);
        await _stream.FlushAsync();
        var replies = new string?[commands.Count];
        for (int i = 0; i < replies.Length; i++) replies[i] = await ReadAsync();
        return replies;
    }

    public void Dispose() => _socket.Dispose();

    private async Task WriteAsync(string[] words)
    {
        var text = new StringBuilder($"*{words.Length}\r\n");
        foreach (string word in words) text.Append($"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private async Task<string?> ReadAsync()
    {
        string line = await LineAsync();
        switch (line[0])
        {
            case '+' or ':':
                return line[1..];
            case '$':
                int length = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                if (length < 0) return null;
                var bytes = new byte[length + 2];
                await _stream.ReadExactlyAsync(bytes);
                return Encoding.UTF8.GetString(bytes, 0, length);
            case '*':
                var items = new List<string?>();
                for (int left = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture); left > 0; left--) items.Add(await ReadAsync());
                return string.Join('\n', items);
            default:
                return line;
        }
    }

    private async Task<string> LineAsync()
    {
        var line = new List<byte>();
        var next = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(next);
            if (next[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(next[0]);
        }
    }
}
