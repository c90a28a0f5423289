namespace Quorate.Resp.Commands;

/// <summary>
/// The longest common subsequence of two values, by the table of Wagner and Fischer (1974): one cell for each pair of
/// prefixes. Of several equally long ones it is the one that Redis answers.
/// </summary>
internal sealed class CommonSubsequence
{
    /// <summary>Cells a table may have: about 10 ms, in which the loop does nothing else.</summary>
    public const long MaxCells = 4 * 1024 * 1024;

    private readonly byte[] _left;
    private readonly byte[] _right;

    /// <summary>The length for each pair of prefixes, a row for each of <see cref="_left"/>; the shorter value has few enough bytes.</summary>
    private readonly ushort[] _lengths;

    public CommonSubsequence(byte[] left, byte[] right)
    {
        if (!IsAffordable(left.Length, right.Length)) throw new InvalidOperationException("The table would be too large: ask before.");
        _left = left;
        _right = right;
        _lengths = new ushort[(left.Length + 1) * (right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                At(i, j) = left[i - 1] == right[j - 1] ? (ushort)(At(i - 1, j - 1) + 1) : Math.Max(At(i - 1, j), At(i, j - 1));
            }
        }
    }

    public int Length => At(_left.Length, _right.Length);

    public static bool IsAffordable(long leftLength, long rightLength) => (leftLength + 1) * (rightLength + 1) <= MaxCells;

    public byte[] Bytes()
    {
        var bytes = new byte[Length];
        int end = bytes.Length;
        foreach (Match match in Matches())
        {
            end -= match.Length;
            _left.AsSpan(match.Left, match.Length).CopyTo(bytes.AsSpan(end));
        }

        return bytes;
    }

    /// <summary>The pieces that lie side by side in both, from the end to the start.</summary>
    public List<Match> Matches()
    {
        var matches = new List<Match>();
        var current = new Match(0, 0, 0);
        int i = _left.Length, j = _right.Length;
        while (i > 0 && j > 0)
        {
            if (_left[i - 1] == _right[j - 1])
            {
                current = new Match(--i, --j, current.Length + 1);
                continue;
            }

            Close();
            if (At(i - 1, j) > At(i, j - 1)) i--;
            else j--;
        }

        Close();
        return matches;

        void Close()
        {
            if (current.Length > 0) matches.Add(current);
            current = default;
        }
    }

    private ref ushort At(int i, int j) => ref _lengths[i * (_right.Length + 1) + j];

    /// <param name="Left">Where it begins in the one value.</param>
    /// <param name="Right">Where it begins in the other.</param>
    /// <param name="Length">In bytes.</param>
    public readonly record struct Match(int Left, int Right, int Length);
}
