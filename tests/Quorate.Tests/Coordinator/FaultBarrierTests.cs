using Quorate.Coordinator;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

public sealed class FaultBarrierTests
{
    [Fact]
    public void An_exception_out_of_the_database_stops_the_node_and_not_only_the_session_that_met_it()
    {
        var loop = new VirtualLoop();
        var barrier = new FaultBarrier(new BrokenDatabase(), loop);

        Assert.Throws<KeyNotFoundException>(() => barrier.Read(new ReadCommand(0, "k"u8, default), new RecordingSink(), 0));

        var fatal = Assert.Throws<InvalidOperationException>(() => loop.Pass(1));
        Assert.IsType<KeyNotFoundException>(fatal.InnerException);
    }

    private sealed class BrokenDatabase : IDatabase
    {
        public KeyspaceTable Keyspaces { get; } = new([]);

        public long WallClock => 0;

        public double Load => 0;

        public void Read(in ReadCommand command, IDatabaseSink sink, ulong token) => throw new KeyNotFoundException();

        public void Write(in WriteCommand command, IDatabaseSink sink, ulong token) => throw new KeyNotFoundException();

        public void Edit(in EditCommand command, IDatabaseSink sink, ulong token) => throw new KeyNotFoundException();

        public void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new KeyNotFoundException();

        public void Scan(in ScanCommand command, IDatabaseSink sink, ulong token) => throw new KeyNotFoundException();

        public void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token) => throw new KeyNotFoundException();
    }
}
