using System.Collections.Frozen;

namespace Quorate.Resp.Info;

/// <summary>What a command does and takes, in words: a line of <c>command-docs.txt</c>.</summary>
/// <param name="Name">In lower case, a subcommand's with its container: "client|id".</param>
/// <param name="Since">Redis' version; empty for commands of our own.</param>
/// <param name="Group">Redis' word for its kind; "quorate" for commands of our own.</param>
/// <param name="Complexity">Of its work: "O(N)".</param>
/// <param name="Syntax">Its arguments as people write them, see <see cref="ArgumentDoc"/>.</param>
/// <param name="Summary">What it does, in a sentence.</param>
internal sealed record CommandDoc(string Name, string Since, string Group, string Complexity, string Syntax, string Summary)
{
    private const string Source = "Quorate.Resp.Info.command-docs.txt";
    private static readonly Lazy<FrozenDictionary<string, CommandDoc>> All = new(() => Read().ToFrozenDictionary(doc => doc.Name));

    public ArgumentDoc[] Arguments { get; } = ArgumentDoc.Parse(Syntax);

    /// <summary>By its name; null where there is none.</summary>
    public static CommandDoc? Find(string name) => All.Value.GetValueOrDefault(name);

    private static IEnumerable<CommandDoc> Read()
    {
        using var lines = new StreamReader(typeof(CommandDoc).Assembly.GetManifestResourceStream(Source)!);
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] parts = line.Split(';', 6);
            yield return new CommandDoc(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
        }
    }
}
