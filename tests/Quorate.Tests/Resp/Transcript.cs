using Xunit;

namespace Quorate.Tests.Resp;

/// <summary>
/// A dialogue as text: what the client types behind "> ", below it what comes back, line ends shown as blanks. Nothing
/// below means nothing came back. "@ms" moves the clock.
/// </summary>
internal static class Transcript
{
    public static void Run(string text, bool cluster = false, string? keyspace = null, TestServer? server = null)
    {
        server ??= new TestServer();
        TestClient client = server.Connect(cluster, keyspace);
        var expected = new List<string>();
        var said = new List<string>();
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd()))
        {
            if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                expected.Add(line);
                said.Add(line);
                string reply = client.Say(line[2..]).TrimEnd();
                if (reply.Length > 0) said.Add(reply);
            }
            else if (line.StartsWith('@'))
            {
                server.Loop.WallClock += int.Parse(line[1..]);
            }
            else if (line.Length > 0)
            {
                expected.Add(line);
            }
        }

        Assert.Equal(string.Join('\n', expected), string.Join('\n', said));
    }
}
