using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Quorate.Tests.Cli;

/// <summary>Answers the first command of each connection with what the test wrote; then hangs up.</summary>
internal sealed class FakeNode : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _reply;
    private readonly Task _served;

    /// <param name="reply">As it goes over the wire; empty hangs up without a word.</param>
    public FakeNode(byte[] reply)
    {
        _reply = reply;
        _listener.Start();
        _served = ServeAsync();
    }

    public FakeNode(string reply)
        : this(Encoding.UTF8.GetBytes(reply))
    {
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

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
        var buffer = new byte[4096];
        var heard = new List<byte>();
        while (!IsWhole(heard))
        {
            int read = await stream.ReadAsync(buffer);
            if (read == 0) return;
            heard.AddRange(buffer.AsSpan(0, read));
        }

        Heard = Encoding.UTF8.GetString([.. heard]);
        await stream.WriteAsync(_reply);
    }

    /// <summary>An array of n bulk strings has 2n + 1 lines, where no value has a line end.</summary>
    private static bool IsWhole(List<byte> heard)
    {
        string text = Encoding.UTF8.GetString([.. heard]);
        string[] lines = text.Split("\r\n");
        return lines.Length > 1 && lines.Length - 1 == 1 + 2 * int.Parse(lines[0][1..]);
    }
}
