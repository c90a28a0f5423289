using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;

namespace Quorate.Tests.Coordinator;

/// <summary>What front ends were told, in order.</summary>
internal sealed class RecordingSink : IDatabaseSink
{
    public List<Told> Results { get; } = [];

    /// <summary>Runs within each result, as a session that goes on with its pipeline does.</summary>
    public Action<Told>? OnTold { get; set; }

    public Told Only => Results.Count == 1 ? Results[0] : throw new InvalidOperationException($"{Results.Count} results were told, not one.");

    public void OnRead(ulong token, in ReadResult result)
    {
        string? value = result.Entry.IsAbsent ? null : System.Text.Encoding.UTF8.GetString(result.Entry.Value);
        Add(new Told(token, result.Outcome, result.Location, value, result.Version, result.Repaired, true, result.Explanation));
    }

    public void OnWrite(ulong token, in WriteResult result) =>
        Add(new Told(token, result.Outcome, result.Location, null, result.Version, 0, result.Outcome.IsOk, result.Explanation) { Beaten = result.Beaten });

    public void OnEdit(ulong token, in EditResult result)
    {
        Entry previous = result.Reply.Previous;
        string? value = previous.IsAbsent ? null : System.Text.Encoding.UTF8.GetString(previous.Value);
        Add(new Told(token, result.Reply.Outcome, result.Location, value, result.Reply.Version, 0, result.Reply.Applied, result.Explanation));
    }

    public void OnCount(ulong token, in CountResult result) =>
        Add(new Told(token, result.Outcome, result.Location, $"{result.Keys}", Version.None, 0, true, null));

    public void OnScan(ulong token, in ScanResult result)
    {
        ScanNext = result.Next;
        string keys = string.Join(' ', result.Keys.Select(key => System.Text.Encoding.UTF8.GetString(key.Key)).Order());
        Add(new Told(token, result.Outcome, result.Location, keys, Version.None, 0, true, null));
    }

    /// <summary>Where the last scan said to go on.</summary>
    public Core.Placement.ScanPoint ScanNext { get; private set; }

    private void Add(Told told)
    {
        Results.Add(told);
        OnTold?.Invoke(told);
    }

    /// <param name="Value">What a read found or an edit replaced; null where there was nothing.</param>
    internal sealed record Told(
        ulong Token, Outcome Outcome, Location Location, string? Value, Version Version, int Repaired, bool Applied, Explanation? Explanation)
    {
        public OutcomeKind Kind => Outcome.Kind;

        public Stamp Beaten { get; init; }

        public string Failure => FailureText.Describe(Outcome, Location);
    }
}
