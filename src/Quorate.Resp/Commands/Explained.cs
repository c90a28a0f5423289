using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>QUORATE.EXPLAIN's reply: the command's own, then how it ended, the version, and what each replica did and when.</summary>
internal static class Explained
{
    public static void Begin(RespWriter reply, Explanation explanation) => reply.Array(3 + explanation.Lines.Count);

    public static void End(RespWriter reply, in Outcome outcome, Location location, Version version, Explanation explanation)
    {
        reply.Bulk($"{outcome.Kind}: {FailureText.Describe(outcome, location)}");
        reply.Bulk(version == Version.None ? "no version" : $"version {version}");
        foreach (Explanation.Line line in explanation.Lines)
        {
            string text = $"{line.Microseconds,8} us  {line.Node}  {line.What}";
            reply.Bulk(line.Version == Version.None ? text : $"{text}  {line.Version}");
        }
    }
}
