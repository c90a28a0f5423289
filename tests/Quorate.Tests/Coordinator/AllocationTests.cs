using Quorate.Coordinator;
using Quorate.Core;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Quorate.Tests.Placement;
using Xunit;

namespace Quorate.Tests.Coordinator;

/// <summary>A speed rule: no Task, array or closure a request on the data path. Alone, because others would empty the array pool.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(3_000)]
    public void Reads_and_writes_allocate_nothing_once_warm(int valueBytes)
    {
        Topology topology = TestCluster.Topology(3);
        var clock = new HybridClock(new WriterId(topology.Members[0].Id, 1), 0);
        clock.RaiseMark(long.MaxValue);
        var database = new QuorumCoordinator(new VirtualLoop(), clock, new KeyspaceTable([]), Limits.Default, () => true);
        database.Adopt(topology, 0);
        for (int member = 0; member < 3; member++) database.Connect(member, new OneKeyReplica(database));
        var sink = new CountingSink();
        byte[] value = new byte[valueBytes];

        long allocated = Allocation.OfWarm(() => Run(database, sink, value, 2_000));

        Assert.Equal(Allocation.Rounds * 4_000, sink.Ok);
        Assert.Equal(0, allocated);
    }

    private static void Run(QuorumCoordinator database, CountingSink sink, byte[] value, int times)
    {
        for (int time = 0; time < times; time++)
        {
            // Short and long in turn: neither may throw the other's buffer away.
            ReadOnlySpan<byte> bytes = time % 2 == 0 ? value : value.AsSpan(0, 10);
            database.Write(WriteCommand.Put(0, "key"u8, bytes), sink, 1);
            database.Read(new ReadCommand(0, "key"u8, default), sink, 2);
        }
    }

    private sealed class OneKeyReplica(IReplySink replies) : IReplica
    {
        private readonly byte[] _payload = new byte[4_096];
        private EntryHead _head;
        private int _length;

        public bool IsReachable => true;

        public void Put(in PutRequest request, OperationId operation)
        {
            _head = request.Entry.Head;
            _length = request.Entry.Payload.Length;
            request.Entry.Payload.CopyTo(_payload);
            replies.OnPut(operation, new PutReply(Verdict.Stored, _head.Version, 1));
        }

        public void Get(in GetRequest request, OperationId operation)
        {
            ReadOnlySpan<byte> payload = _payload.AsSpan(0, _length);
            replies.OnGet(operation, new GetReply(Verdict.Answered, 1, new Entry(_head, payload).Digest, true, payload));
        }

        public void Edit(in EditRequest request, OperationId operation) => throw new NotSupportedException();

        public void Count(in CountRequest request, OperationId operation) => throw new NotSupportedException();

        public void Scan(in ScanRequest request, OperationId operation) => throw new NotSupportedException();

        public void Clear(in ClearRequest request, OperationId operation) => throw new NotSupportedException();
    }

    private sealed class CountingSink : IDatabaseSink
    {
        public int Ok { get; private set; }

        public void OnRead(ulong token, in ReadResult result) => Ok += result.Outcome.IsOk ? 1 : 0;

        public void OnWrite(ulong token, in WriteResult result) => Ok += result.Outcome.IsOk ? 1 : 0;

        public void OnEdit(ulong token, in EditResult result) => throw new NotSupportedException();

        public void OnCount(ulong token, in CountResult result) => throw new NotSupportedException();

        public void OnScan(ulong token, in ScanResult result) => throw new NotSupportedException();
    }
}
