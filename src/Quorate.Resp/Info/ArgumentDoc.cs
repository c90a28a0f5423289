namespace Quorate.Resp.Info;

/// <summary>
/// An argument as <c>[EX seconds|PX milliseconds]</c> or <c>key...</c> says it: words in capitals are meant literally, brackets
/// mean that it may be left out, bars that one is chosen, dots that it may be repeated.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Token">The literal word before it or in its place; null for none.</param>
/// <param name="IsOptional">It may be left out.</param>
/// <param name="IsRepeated">It may come several times.</param>
/// <param name="Choices">Of which one is chosen.</param>
/// <param name="Parts">That stand one behind the other.</param>
internal sealed record ArgumentDoc(string Name, string? Token, bool IsOptional, bool IsRepeated, ArgumentDoc[] Choices, ArgumentDoc[] Parts)
{
    /// <summary>Redis' words for what it is.</summary>
    public string Type => Choices.Length > 0 ? "oneof"
        : Parts.Length > 0 ? "block"
        : string.Equals(Name, Token, StringComparison.OrdinalIgnoreCase) ? "pure-token"
        : Name is "key" or "key1" or "key2" or "destkey" or "newkey" or "source" or "destination" ? "key"
        : Name is "pattern" ? "pattern"
        : Name is "seconds" or "milliseconds" or "offset" or "count" or "slot" or "start" or "end" or "bit" or "cursor" or "index" ? "integer"
        : Name.StartsWith("unix-time", StringComparison.Ordinal) ? "unix-time"
        : "string";

    /// <summary>How many words it has at least.</summary>
    public int LeastWords => IsOptional ? 0
        : Choices.Length > 0 ? Choices.Min(choice => choice.LeastWords)
        : Parts.Length > 0 ? Parts.Sum(part => part.LeastWords)
        : Token is null || Type == "pure-token" ? 1 : 2;

    public static ArgumentDoc[] Parse(string text)
    {
        var arguments = new List<ArgumentDoc>();
        List<string> words = Split(text, ' ');
        for (int i = 0; i < words.Count; i++)
        {
            bool takesNext = IsToken(words[i]) && i + 1 < words.Count && IsName(words[i + 1]);
            arguments.Add(takesNext ? ParseOne(words[++i]) with { Token = words[i - 1] } : ParseOne(words[i]));
        }

        return [.. arguments];
    }

    private static ArgumentDoc ParseOne(string word)
    {
        bool isRepeated = word.EndsWith("...", StringComparison.Ordinal);
        if (isRepeated) word = word[..^3];
        bool isOptional = word.StartsWith('[');
        if (isOptional) word = word[1..^1];
        if (isOptional && word.EndsWith("...", StringComparison.Ordinal) && IsName(word)) return ParseOne(word) with { IsOptional = true };

        List<string> choices = Split(word, '|');
        if (choices.Count > 1)
            return new ArgumentDoc(NameOf(word), null, isOptional, isRepeated, [.. choices.Select(Join)], []);
        ArgumentDoc[] parts = isOptional ? Parse(word) : [];
        if (parts.Length == 1) return parts[0] with { IsOptional = true, IsRepeated = parts[0].IsRepeated || isRepeated };
        if (parts.Length > 1) return new ArgumentDoc(NameOf(word), null, isOptional, isRepeated, [], parts);
        return new ArgumentDoc(word.ToLowerInvariant(), IsToken(word) ? word : null, isOptional, isRepeated, [], []);
    }

    private static ArgumentDoc Join(string choice) =>
        Parse(choice) is [var only] ? only : new ArgumentDoc(NameOf(choice), null, false, false, [], Parse(choice));

    private static bool IsToken(string word) => word.All(letter => char.IsAsciiLetterUpper(letter) || letter == '-');

    private static bool IsName(string word) => char.IsAsciiLetterLower(word[0]) && !word.Contains('|') && !word.Contains(' ');

    private static string NameOf(string text) => text.Split([' ', '|', '['], 2)[0].ToLowerInvariant();

    /// <summary>Splits where no bracket is open.</summary>
    private static List<string> Split(string text, char at)
    {
        var pieces = new List<string>();
        int open = 0;
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '[') open++;
            if (i < text.Length && text[i] == ']') open--;
            if (i < text.Length && (text[i] != at || open > 0)) continue;
            if (i > start) pieces.Add(text[start..i]);
            start = i + 1;
        }

        return pieces;
    }
}
