using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Quorate.Tests.Cli;

/// <summary>Answers the commands of its one connection with what the test wrote, in order; then hangs up.</summary>
internal sealed class FakeNode : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IReadOnlyList<byte[]> _replies;
    private readonly Task _served;

    /// <param name="replies">As they go over the wire; an empty one hangs up without a word.</param>
    public FakeNode(params IReadOnlyList<byte[]> replies)
    {
        _replies = replies;
        _listener.Start();
        _served = ServeAsync();
    }

    public FakeNode(params IReadOnlyList<string> replies)
        : this([.. replies.Select(Encoding.UTF8.GetBytes)])
    {
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>The last command.</summary>
    public string Heard { get; private set; } = "";

    public void Dispose() => _listener.Dispose();

    public async Task<string> HeardAsync()
    {
        await _served;
        return Heard;
    }

    private async Task ServeAsync()
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        foreach (byte[] reply in _replies)
        {
            if (await HearAsync(stream) is not { } command) return;
            Heard = command;
            await stream.WriteAsync(reply);
        }
    }

    private static async Task<string?> HearAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        var heard = new List<byte>();
        while (!IsWhole(heard))
        {
            int read = await stream.ReadAsync(buffer);
            if (read == 0) return null;
            heard.AddRange(buffer.AsSpan(0, read));
        }

        return Encoding.UTF8.GetString([.. heard]);
    }

    /// <summary>An array of n bulk strings has 2n + 1 lines, where no value has a line end.</summary>
    private static bool IsWhole(List<byte> heard)
    {
        string text = Encoding.UTF8.GetString([.. heard]);
        string[] lines = text.Split("\r\n");
        return lines.Length > 1 && lines.Length - 1 == 1 + 2 * int.Parse(lines[0][1..]);
    }
}
