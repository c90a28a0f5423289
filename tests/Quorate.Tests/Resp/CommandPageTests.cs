using System.Runtime.CompilerServices;
using Quorate.Resp.Commands;
using Xunit;

namespace Quorate.Tests.Resp;

/// <summary>docs/protocols/redis-commands.md says what there is, and nothing else.</summary>
public class CommandPageTests
{
    /// <summary>Command, in the words that a client sends, to "yes", "differs" or "no".</summary>
    private static readonly Dictionary<string, (string Answer, string Note)> Page = ReadPage();

    [Fact]
    public void Every_command_there_is_stands_on_the_page_and_every_one_on_the_page_is_there()
    {
        string[] served = [.. CommandTable.Default.All.SelectMany(NamesOf).Order()];
        Assert.Equal(served, Page.Where(row => row.Value.Answer != "no").Select(row => row.Key).Order());
    }

    [Fact]
    public void Every_command_that_is_missing_stands_on_the_page_with_the_reason_that_its_error_gives()
    {
        foreach (string name in MissingCommands.Names)
            Assert.Equal(("no", MissingCommands.WhyNot(System.Text.Encoding.ASCII.GetBytes(name))), Page[name.Replace('|', ' ')]);
        IEnumerable<string> missing = Page.Where(row => row.Value.Answer == "no").Select(row => row.Key.Replace(' ', '|'));
        Assert.Equal(MissingCommands.Names.Order(), missing.Order());
    }

    [Fact]
    public void No_command_is_both_there_and_missing() =>
        Assert.Empty(MissingCommands.Names.Intersect(CommandTable.Default.All.SelectMany(spec => new[] { spec }.Concat(spec.Subcommands?.All ?? [])).Select(spec => spec.Name)));

    [Fact]
    public void What_differs_says_how() => Assert.All(Page.Values, row => Assert.True(row.Answer == "yes" || row.Note.Length > 0));

    private static IEnumerable<string> NamesOf(CommandSpec spec) =>
        spec.Subcommands is null || spec.Handler is not null
            ? [spec.Name, .. NamesOfSubcommands(spec)]
            : NamesOfSubcommands(spec);

    private static IEnumerable<string> NamesOfSubcommands(CommandSpec spec) => spec.Subcommands?.All.Select(sub => sub.Name.Replace('|', ' ')) ?? [];

    private static Dictionary<string, (string Answer, string Note)> ReadPage()
    {
        var rows = new Dictionary<string, (string, string)>();
        foreach (string line in File.ReadLines(Path.Combine(Root(), "docs", "protocols", "redis-commands.md")))
        {
            string[] cells = line.Split('|', 4);
            if (cells.Length == 4 && cells[2].Trim() is ("yes" or "differs" or "no")) rows.Add(cells[1].Trim(), (cells[2].Trim(), cells[3].Trim().TrimEnd('|').Trim()));
        }

        return rows;
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
