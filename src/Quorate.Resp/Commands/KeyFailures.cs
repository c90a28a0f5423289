using System.Text;
using Quorate.Core.Quorum;

namespace Quorate.Resp.Commands;

/// <summary>What went wrong in a command of several keys, in one line: how many were done, which were not, which may be.</summary>
internal sealed class KeyFailures(ManyKeys command, string name)
{
    private const int MaxNamed = 8;
    private const int MaxKeyShown = 64;

    private readonly List<int> _failed = [];
    private readonly List<int> _unknown = [];
    private OutcomeKind _kind;
    private string _text = "";

    public bool Any => _failed.Count + _unknown.Count > 0;

    /// <summary>
    /// Notes a key that was not done. Where it <paramref name="mayBeDone"/>, a replica may have stored it, and the first such
    /// failure gives the reply its word (law 7).
    /// </summary>
    public void Add(int index, OutcomeKind kind, string text, bool mayBeDone)
    {
        if (!Any || (mayBeDone && _unknown.Count == 0)) (_kind, _text) = (kind, text);
        (mayBeDone ? _unknown : _failed).Add(index);
    }

    /// <param name="started">Keys from here on were not tried.</param>
    public string Describe(int started)
    {
        string word = Failures.WordOf(_kind);
        if (command.Count == 1) return $"{word} {_text}";

        var text = new StringBuilder();
        int done = started - _failed.Count - _unknown.Count;
        text.Append($"{word} {name}: {done} of {command.Count} keys were {command.Deed}");
        Append(text, ", not known for ", _unknown);
        Append(text, ", not ", _failed);
        if (started < command.Count) text.Append($", the last {command.Count - started} not tried");
        return text.Append(": ").Append(_text).ToString();
    }

    private void Append(StringBuilder text, string lead, List<int> keys)
    {
        if (keys.Count == 0) return;
        keys.Sort();
        text.Append(lead).AppendJoin(", ", keys.Take(MaxNamed).Select(index => $"'{Show(command.KeyAt(index))}'"));
        if (keys.Count > MaxNamed) text.Append($" and {keys.Count - MaxNamed} others");
    }

    private static string Show(ReadOnlySpan<byte> key) =>
        Encoding.UTF8.GetString(key[..Math.Min(key.Length, MaxKeyShown)]) + (key.Length > MaxKeyShown ? "…" : "");
}
