using Quorate.Coordinator;
using Quorate.Resp.Protocol;

namespace Quorate.Resp.Commands;

/// <summary>LCS: reads two values and compares them on the loop, so only as far as that takes a moment.</summary>
internal sealed class CompareKeys(in CommandContext command, CompareKeys.Terms terms) : CompoundCommand(command)
{
    private byte[] _left = [];
    private byte[] _right = [];

    public override void Run() => Read(0);

    public override void OnRead(int step, in ReadResult result)
    {
        if (!result.Outcome.IsOk)
        {
            End(result.Outcome, result.Location);
            return;
        }

        ReadOnlySpan<byte> value = result.Entry.IsAbsent ? default : result.Entry.Value;
        if (value.Length > CommonSubsequence.MaxCells) End(TooLong);
        else if (step == 0)
        {
            _left = value.ToArray();
            Read(1);
        }
        else
        {
            _right = value.ToArray();
            if (CommonSubsequence.IsAffordable(_left.Length, _right.Length)) End();
            else End(TooLong);
        }
    }

    protected override void WriteReply(RespWriter reply)
    {
        var common = new CommonSubsequence(_left, _right);
        if (terms.HasIndexes) WriteIndexes(reply, common);
        else if (terms.HasLength) reply.Integer(common.Length);
        else reply.Bulk(common.Bytes());
    }

    private static string TooLong =>
        $"ERR LCS compares values whose lengths multiply to at most {CommonSubsequence.MaxCells}: compare these in the client";

    private void Read(int step) => Database.Read(new ReadCommand(Keyspace, KeyAt(step), Options), Session.Results, TokenOf(step));

    private void WriteIndexes(RespWriter reply, CommonSubsequence common)
    {
        List<CommonSubsequence.Match> matches = common.Matches().FindAll(match => match.Length >= terms.MinMatchLength);
        reply.Map(2);
        reply.Bulk("matches"u8);
        reply.Array(matches.Count);
        foreach (CommonSubsequence.Match match in matches)
        {
            reply.Array(terms.HasMatchLength ? 3 : 2);
            WriteRange(reply, match.Left, match.Length);
            WriteRange(reply, match.Right, match.Length);
            if (terms.HasMatchLength) reply.Integer(match.Length);
        }

        reply.Bulk("len"u8);
        reply.Integer(common.Length);
    }

    private static void WriteRange(RespWriter reply, int start, int length)
    {
        reply.Array(2);
        reply.Integer(start);
        reply.Integer(start + length - 1);
    }

    internal readonly record struct Terms(bool HasLength, bool HasIndexes, bool HasMatchLength, long MinMatchLength)
    {
        /// <summary>Returns what is wrong, in Redis' words, or null.</summary>
        public static string? Parse(Arguments arguments, out Terms terms)
        {
            terms = default;
            for (int i = 3; i < arguments.Count; i++)
            {
                if (arguments.Is(i, "LEN"u8)) terms = terms with { HasLength = true };
                else if (arguments.Is(i, "IDX"u8)) terms = terms with { HasIndexes = true };
                else if (arguments.Is(i, "WITHMATCHLEN"u8)) terms = terms with { HasMatchLength = true };
                else if (arguments.Is(i, "MINMATCHLEN"u8) && i + 1 < arguments.Count)
                {
                    if (!RespNumber.TryParse(arguments[++i], out long length)) return "ERR value is not an integer or out of range";
                    terms = terms with { MinMatchLength = length };
                }
                else
                {
                    return "ERR syntax error";
                }
            }

            return terms is { HasLength: true, HasIndexes: true } ? "ERR If you want both the length and indexes, please just use IDX." : null;
        }
    }
}
