using System.Text;
using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Quorum;
using Quorate.Tests.Resp;

namespace Quorate.Tests.Transport.Peers;

/// <summary>A node that answers everything at once and notes what happens to it, a line an event.</summary>
internal sealed class FakeHost(string name) : INodeHost, IReplicaService, IReplySink
{
    public List<string> Events { get; } = [];

    public List<IPeer> Up { get; } = [];

    public string? RefusesBecause { get; set; }

    public Hello Hello { get; set; } = new(
        1, 1, PeerRole.Node, Lane.Data, 0, 0, new Member(new NodeId(1), name, "", 1, new Endpoints("", "", "", "")), 1, "default");

    public byte[] Value { get; set; } = "value"u8.ToArray();

    /// <summary>Requests stay unanswered.</summary>
    public bool IsSilent { get; set; }

    public bool IsBroken { get; set; }

    public int Served { get; private set; }

    public IReplicaService Service => this;

    public IReplySink Replies => this;

    public FakeDatabase Store { get; } = new(new Resp.FakeLoop());

    public IDatabase Database => Store;

    public bool IsReady { get; set; } = true;

    public string? Refuse(Hello theirs) => RefusesBecause;

    public Hello Welcome(Hello theirs) => theirs.Role == PeerRole.Client ? Hello with { Lease = new NodeId(5) } : Hello;

    public void OnUp(IPeer peer)
    {
        Up.Add(peer);
        Events.Add($"up {peer.Address} {peer.Hello.Member.Name}");
    }

    public void OnDown(IPeer peer, string reason)
    {
        Up.Remove(peer);
        Events.Add($"down {peer.Address}: {reason}");
    }

    public WalkReply Answer(WalkRequest request) => WalkReply.Of([request.Hash]);

    public void OnWalked(OperationId operation, WalkReply reply) => Events.Add($"walked {operation.Slot}: {reply.Verdict} {string.Join(' ', reply.Hashes)}");

    public void OnAsked(IPeer peer, OperationId operation, in AskReply reply) =>
        Events.Add($"asked {operation.Slot}: {reply.Outcome.Kind} {Encoding.UTF8.GetString(reply.Entry.Value)}");

    public void OnRefused(string address, string reason) => Events.Add($"refused {address}: {reason}");

    public void Put(in PutRequest request, OperationId operation, IReplySink replyTo)
    {
        Served++;
        if (!IsSilent) replyTo.OnPut(operation, new PutReply(Verdict.Stored, request.Entry.Head.Version, request.Epochs.Read));
    }

    public void Get(in GetRequest request, OperationId operation, IReplySink replyTo)
    {
        if (IsBroken) throw new InvalidOperationException("The store is broken.");
        Served++;
        var digest = new EntryDigest(new EntryHead(EntryKind.Register, default, Expiry.Never, 0), EntryDigest.HashOf(Value));
        if (!IsSilent) replyTo.OnGet(operation, new GetReply(Verdict.Answered, 1, digest, true, Value));
    }

    public void Edit(in EditRequest request, OperationId operation, IReplySink replyTo)
    {
        Served++;
        if (!IsSilent) replyTo.OnEdit(operation, new EditReply(Outcome.Failed(OutcomeKind.WrongType), false, new Entry(default, default), default));
    }

    public void Count(in CountRequest request, OperationId operation, IReplySink replyTo)
    {
        Served++;
        if (!IsSilent) replyTo.OnCount(operation, new CountReply(Verdict.Answered, default, [1, 2, 3]));
    }

    public void Scan(in ScanRequest request, OperationId operation, IReplySink replyTo)
    {
        Served++;
        if (!IsSilent) replyTo.OnScan(operation, new ScanReply(Verdict.Answered, default, 7, [new ScannedKey([1], default)]));
    }

    public void Expect(ushort keyspace, ReadOnlySpan<byte> key)
    {
    }

    public void FetchExpected()
    {
    }

    public void Clear(in ClearRequest request, OperationId operation, IReplySink replyTo)
    {
        Served++;
        if (!IsSilent) replyTo.OnClear(operation, new ClearReply(Verdict.Stored, request.Version, default, 1));
    }

    public void OnPut(OperationId operation, in PutReply reply) => Events.Add($"put {operation.Slot}: {reply.Verdict} {reply.Start}");

    public void OnGet(OperationId operation, in GetReply reply) => Events.Add($"get {operation.Slot}: {reply.Verdict} {reply.Payload.Length}");

    public void OnEdit(OperationId operation, in EditReply reply) => Events.Add($"edit {operation.Slot}: {reply.Outcome.Kind}");

    public void OnCount(OperationId operation, in CountReply reply) => Events.Add($"count {operation.Slot}: {reply.Verdict} {reply.Counts.Length}");

    public void OnScan(OperationId operation, in ScanReply reply) => Events.Add($"scan {operation.Slot}: {reply.Verdict} {reply.Keys.Length}");

    public void OnClear(OperationId operation, in ClearReply reply) => Events.Add($"clear {operation.Slot}: {reply.Verdict} {reply.Start}");
}
