using System.Text;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Simulation.World;

namespace Quorate.Simulation.Cluster;

/// <summary>One client's request and what the client was told, with the virtual times of both.</summary>
public sealed class SimCall : IDatabaseSink
{
    private readonly Scheduler _scheduler;

    private SimCall(Scheduler scheduler, string node, string verb, string key, string? value)
    {
        _scheduler = scheduler;
        Node = node;
        Verb = verb;
        Key = key;
        Value = value;
        Began = scheduler.Now;
    }

    public string Node { get; }

    public string Verb { get; }

    public string Key { get; }

    /// <summary>What was put, or what a read found; null for a key that is missing.</summary>
    public string? Value { get; private set; }

    public Version Version { get; private set; }

    public Outcome Outcome { get; private set; }

    /// <summary>The failure in words; empty where there was none.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Whether an edit's condition held.</summary>
    public bool Applied { get; private set; }

    public bool IsEnded { get; private set; }

    public bool IsOk => IsEnded && Outcome.IsOk;

    /// <summary>Microseconds of virtual time.</summary>
    public long Began { get; }

    public long Ended { get; private set; }

    public static SimCall Put(SimNode node, Scheduler scheduler, string key, string value, RequestOptions options)
    {
        var call = new SimCall(scheduler, node.Name, "PUT", key, value);
        node.Ask(database => database.Write(WriteCommand.Put(0, Bytes(key), Bytes(value), 0, options), call, 0));
        return call;
    }

    public static SimCall Delete(SimNode node, Scheduler scheduler, string key, RequestOptions options)
    {
        var call = new SimCall(scheduler, node.Name, "DELETE", key, null);
        node.Ask(database => database.Write(WriteCommand.Delete(0, Bytes(key), options), call, 0));
        return call;
    }

    public static SimCall Get(SimNode node, Scheduler scheduler, string key, RequestOptions options)
    {
        var call = new SimCall(scheduler, node.Name, "GET", key, null);
        node.Ask(database => database.Read(new ReadCommand(0, Bytes(key), options), call, 0));
        return call;
    }

    public static SimCall PutIf(SimNode node, Scheduler scheduler, string key, string value, EditCondition condition, RequestOptions options)
    {
        var call = new SimCall(scheduler, node.Name, "PUT-IF", key, value);
        node.Ask(database => database.Edit(
            new EditCommand(0, Bytes(key), RegisterEdit.Put(Bytes(value), condition, false, 0), options), call, 0));
        return call;
    }

    public void OnRead(ulong token, in ReadResult result)
    {
        if (result.Outcome.IsOk) Value = result.Entry.IsAbsent ? null : Encoding.UTF8.GetString(result.Entry.Value);
        End(result.Outcome, result.Version, result.Location);
    }

    public void OnWrite(ulong token, in WriteResult result) => End(result.Outcome, result.Version, result.Location);

    public void OnEdit(ulong token, in EditResult result)
    {
        Applied = result.Reply.Applied;
        End(result.Reply.Outcome, result.Reply.Version, result.Location);
    }

    public void OnCount(ulong token, in CountResult result) => End(result.Outcome, Version.None, result.Location);

    public override string ToString() =>
        $"{Verb} {Key}={Value ?? "(none)"} through {Node}: {(IsEnded ? $"{Outcome.Kind} {Version} {Failure}" : "under way")}";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void End(in Outcome outcome, Version version, Location location)
    {
        if (IsEnded) throw new InvalidOperationException($"{this} was answered twice.");
        Outcome = outcome;
        Version = version;
        Failure = outcome.IsOk ? "" : FailureText.Describe(outcome, location);
        Ended = _scheduler.Now;
        IsEnded = true;
    }
}
