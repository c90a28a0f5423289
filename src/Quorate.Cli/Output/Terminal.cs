using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Quorate.Cli.Output;

/// <summary>Where a verb reads and writes: tables and colour where a person looks, plain lines where output is piped.</summary>
internal sealed class Terminal(Stream input, Stream output, TextWriter errors, IAnsiConsole? console)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public Stream Input => input;

    public static Terminal OfProcess() => new(
        Console.OpenStandardInput(),
        Console.OpenStandardOutput(),
        Console.Error,
        Console.IsOutputRedirected ? null : AnsiConsole.Console);

    public void Line(string text) => Bytes(Encoding.UTF8.GetBytes(text + '\n'));

    /// <summary>A good word, green where there is colour.</summary>
    public void Success(string text)
    {
        if (console is null) Line(text);
        else console.MarkupLineInterpolated($"[green]{text}[/]");
    }

    /// <summary>Any thread may call it.</summary>
    public void Error(string text) => errors.WriteLine(text);

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        output.Flush();
    }

    /// <summary>Shows that something goes on, where a person looks.</summary>
    public Task WhileWaitingAsync(string text, Func<Task> work) =>
        WhileWaitingAsync(text, _ => work());

    /// <summary>The same; <paramref name="work"/> may say how it goes, from any thread.</summary>
    public Task WhileWaitingAsync(string text, Func<Action<string>, Task> work) => console is null
        ? work(_ => { })
        : console.Status().StartAsync(Markup.Escape(text), status => work(line => status.Status(Markup.Escape(line))));

    /// <summary>Counts up to a whole where a person looks; <paramref name="work"/> says each step that is done.</summary>
    public void Progress(string text, int whole, Action<Action> work)
    {
        if (console is null)
        {
            work(() => { });
            return;
        }

        console.Progress().Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(text), maxValue: whole);
            work(() => task.Increment(1));
        });
    }

    /// <summary>Shows the done part of a whole, 0 to 1, and how long the rest may take, where a person looks; <paramref name="work"/> says it as it grows.</summary>
    public Task ProgressAsync(string text, Func<Action<double>, Task> work)
    {
        if (console is null) return work(_ => { });
        return console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(text), maxValue: 1);
            await work(done => task.Value = done);
        });
    }

    public void JsonOf<T>(T value) => Line(JsonSerializer.Serialize(value, Json));

    public void Table(string[] headers, IEnumerable<string[]> rows)
    {
        if (console is null) PlainTable([headers, .. rows]);
        else RichTable(console, headers, rows);
    }

    private static void RichTable(IAnsiConsole console, string[] headers, IEnumerable<string[]> rows)
    {
        // No lines between columns: with them a row of addresses is wider than 80 characters.
        var table = new Table { Border = TableBorder.None };
        foreach (string header in headers)
        {
            bool isLast = header == headers[^1];
            var title = new Markup($"[bold]{Markup.Escape(header)}[/]");
            table.AddColumn(new TableColumn(title) { NoWrap = !isLast, Padding = new Padding(0, 0, isLast ? 0 : 2, 0) });
        }

        foreach (string[] row in rows) table.AddRow(row.Select(cell => new Text(cell)).ToArray());
        console.Write(table);
    }

    private void PlainTable(string[][] rows)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows) Line(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
