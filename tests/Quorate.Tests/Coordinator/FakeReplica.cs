using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;

namespace Quorate.Tests.Coordinator;

/// <summary>
/// One member as the coordinator sees it. Keeps what it is asked until the test has it answer, and answers with what it
/// really holds, or answers within the call where it <see cref="IsPrompt"/>.
/// </summary>
internal sealed class FakeReplica(IReplySink replies) : IReplica
{
    private readonly Dictionary<string, (EntryHead Head, byte[] Payload)> _held = [];

    public bool IsReachable { get; set; } = true;

    public bool IsPrompt { get; set; }

    /// <summary>Runs as each question arrives: what else happens within the call.</summary>
    public Action? OnAsked { get; set; }

    /// <summary>Runs edits that are sent here, as the node behind it would.</summary>
    public IReplicaService? Edits { get; set; }

    public List<Question> Waiting { get; } = [];

    /// <summary>Every put it was sent, in order.</summary>
    public List<Version> PutVersions { get; } = [];

    /// <summary>Every hint it was sent, in order.</summary>
    public List<(HintFor For, Version Version)> Hints { get; } = [];

    public int Asked { get; private set; }

    public (EntryHead Head, string Value) Held(string key) =>
        _held.TryGetValue(key, out var held) ? (held.Head, Text(held.Payload)) : default;

    public void Hold(string key, in EntryHead head, string value) => _held[key] = (head, Bytes(value));

    public void Put(in PutRequest request, OperationId operation)
    {
        string key = Text(request.Key);
        EntryHead head = request.Entry.Head;
        byte[] payload = request.Entry.Payload.ToArray();
        if (!request.Hint.IsNone)
        {
            Hints.Add((request.Hint, head.Version));
            key = HintKeyOf(key);
        }

        PutVersions.Add(head.Version);
        Ask(new Question("put", operation, payload.Length, () => replies.OnPut(operation, Join(key, head, payload))));
    }

    public void Get(in GetRequest request, OperationId operation)
    {
        string key = request.OfHints ? HintKeyOf(Text(request.Key)) : Text(request.Key);
        bool isNoHint = request.OfHints && !_held.ContainsKey(key);
        int limit = request.PayloadLimit;
        Ask(new Question("get", operation, limit, () =>
        {
            if (isNoHint)
            {
                replies.OnGet(operation, GetReply.Refused(Verdict.NoHint, 1));
                return;
            }

            (EntryHead head, byte[]? payload) = _held.GetValueOrDefault(key);
            payload ??= [];
            bool withPayload = payload.Length <= limit;
            EntryDigest digest = new Entry(head, payload).Digest;
            replies.OnGet(operation, new GetReply(Verdict.Answered, 1, digest, withPayload, withPayload ? payload : default));
        }));
    }

    public void Edit(in EditRequest request, OperationId operation)
    {
        Asked++;
        if (Edits is not null) Edits.Edit(request, operation, replies);
        else Waiting.Add(new Question("edit", operation, 0, () => { }));
    }

    public void Count(in CountRequest request, OperationId operation)
    {
        Ask(new Question("count", operation, 0, () =>
        {
            var counts = new int[Core.Placement.Partition.Count];
            counts[0] = _held.Values.Count(held => held.Head.Version > Cleared);
            replies.OnCount(operation, new CountReply(Verdict.Answered, Cleared, counts));
        }));
    }

    /// <summary>Answers at most <see cref="PageKeys"/> keys.</summary>
    public void Scan(in ScanRequest request, OperationId operation)
    {
        ScanPoint from = request.From;
        Ask(new Question("scan", operation, request.Limit, () =>
        {
            (ulong Hash, ScannedKey Key)[] all =
            [
                .. _held.Where(held => held.Value.Head.Version > Cleared).Select(held => (Hash: ScanPoint.HashOf(Bytes(held.Key)), Key: new ScannedKey(Bytes(held.Key), held.Value.Head)))
                    .Where(key => Partition.Of(key.Key.Key) == from.Partition && key.Hash >= from.Hash)
                    .OrderBy(key => key.Hash),
            ];
            ulong through = all.Length > PageKeys ? all[PageKeys - 1].Hash : ScanPoint.MaxHash;
            replies.OnScan(operation, new ScanReply(Verdict.Answered, Cleared, through, [.. all.Take(PageKeys).Select(key => key.Key)]));
        }));
    }

    public int PageKeys { get; set; } = int.MaxValue;

    /// <summary>The version of its clear.</summary>
    public Version Cleared { get; set; }

    /// <summary>A partition that it does not answer for.</summary>
    public int? UnfitFor { get; set; }

    public void Clear(in ClearRequest request, OperationId operation)
    {
        Version version = request.Version;
        Ask(new Question("clear", operation, 0, () =>
        {
            if (version > Cleared) Cleared = version;
            PartitionSet partitions = default;
            for (int partition = 0; partition < Partition.Count; partition++)
            {
                if (partition != UnfitFor) partitions.Add(partition);
            }

            Verdict verdict = version == Version.None ? Verdict.Answered : Verdict.Stored;
            Version newest = _held.Values.Select(held => held.Head.Version).Append(Cleared).Max();
            replies.OnClear(operation, new ClearReply(verdict, newest, partitions, 1));
        }));
    }

    /// <summary>Answers the question that has waited longest.</summary>
    public void Answer() => Take().Answer();

    public void AnswerAll()
    {
        while (Waiting.Count > 0) Answer();
    }

    public void Refuse(Verdict verdict)
    {
        Question question = Take();
        if (question.Kind == "put") replies.OnPut(question.Operation, new PutReply(verdict, Version.None, 1));
        else if (question.Kind == "clear") replies.OnClear(question.Operation, ClearReply.Refused(verdict, 1));
        else if (question.Kind == "scan") replies.OnScan(question.Operation, ScanReply.Refused(verdict));
        else replies.OnGet(question.Operation, GetReply.Refused(verdict, 1));
    }

    /// <summary>Takes the longest waiting question out, to be answered later or never.</summary>
    public Question Take()
    {
        Question question = Waiting[0];
        Waiting.RemoveAt(0);
        return question;
    }

    private void Ask(Question question)
    {
        Asked++;
        OnAsked?.Invoke();
        if (IsPrompt) question.Answer();
        else Waiting.Add(question);
    }

    private PutReply Join(string key, EntryHead head, byte[] payload)
    {
        (EntryHead heldHead, byte[]? heldPayload) = _held.GetValueOrDefault(key);
        if (Entry.Compare(new Entry(heldHead, heldPayload), new Entry(head, payload)) > 0)
            return new PutReply(Verdict.Superseded, heldHead.Version, 1);
        _held[key] = (head, payload);
        return new PutReply(Verdict.Stored, head.Version, 1);
    }

    private static string HintKeyOf(string key) => $"hint of {key}";

    private static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    /// <param name="Size">Bytes of a put's payload, or the payload limit of a get.</param>
    internal sealed record Question(string Kind, OperationId Operation, int Size, Action Answer);
}
