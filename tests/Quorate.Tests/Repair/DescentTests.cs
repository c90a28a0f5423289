using Quorate.Coordinator;
using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Core.Repair;
using Quorate.Node.Repair;
using Quorate.Node.Storage;
using Quorate.Node.Storage.Indexing;
using Quorate.Node.Storage.Reaping;
using Quorate.Tests.Node;
using Quorate.Tests.Storage;
using Xunit;

namespace Quorate.Tests.Repair;

/// <summary>One step down, against another home replica that says what the test wants.</summary>
public sealed class DescentTests
{
    private const byte N = 3;
    private static readonly byte[] Key = "k"u8.ToArray();
    private static readonly ushort Here = (ushort)Partition.Of(Key);
    private static readonly ushort[] Leaves = [.. Enumerable.Range(0, HashTree.Leaves).Select(leaf => (ushort)leaf)];
    private readonly Walker _other = new();
    private readonly WalkLink _link;
    private readonly Descent _descent;

    public DescentTests()
    {
        var loop = new HandLoop();
        var keyspaces = new KeyspaceTable([]);
        ushort[] numbers = [0];
        var trees = new HashTrees(keyspaces, numbers, () => loop.Now);
        var options = new StoreOptions(1, Durability.Memory);
        LogStore store = LogStore.Open(options, trees, new Horizons(keyspaces, numbers, null), new FaultyDisk(), loop, new HandWorker(), new HandWorker(), _ => { });
        store.Join(0, Here, Key, TestStore.Register(100, "own").Entry);
        var server = new TreeServer(trees, store, keyspaces, numbers, (_, _) => throw new NotSupportedException(), _ => { });
        _link = new WalkLink(1, loop);
        _link.Up(_other);
        _descent = new Descent(_link, new NodeId(1), 1, server, new RepairControl(long.MaxValue, loop), new YieldingWindow(1), loop, new Random(1));
    }

    [Fact]
    public async Task What_both_lack_comes_back()
    {
        WalkedKey theirs = new(0, "{k}2"u8.ToArray(), EntryHead.Tombstone(TestStore.VersionAt(1)));

        Differences? found = await Keys(new WalkReply(Verdict.Answered, [], [theirs], Leaves.Length) { Lacking = [0] });

        Assert.Equal(theirs.Name, Assert.Single(found!.Value.Theirs).Name);
        Assert.Equal(Key, Assert.Single(found.Value.Mine).Key);
    }

    [Theory]
    [InlineData(1, "{k}2")] // a keyspace that there is not
    [InlineData(0, "elsewhere")]
    public async Task A_key_that_cannot_be_there_makes_the_answer_none(ushort keyspace, string key)
    {
        WalkedKey theirs = new(keyspace, System.Text.Encoding.UTF8.GetBytes(key), EntryHead.Tombstone(TestStore.VersionAt(1)));

        Assert.Null(await Keys(new WalkReply(Verdict.Answered, [], [theirs], Leaves.Length)));
    }

    [Fact]
    public async Task A_key_that_is_said_to_be_lacking_twice_is_lacking_once()
    {
        Differences? found = await Keys(new WalkReply(Verdict.Answered, [], [], Leaves.Length) { Lacking = [0, 0, 7] });

        Assert.Single(found!.Value.Mine);
    }

    private async Task<Differences?> Keys(WalkReply reply)
    {
        Task<Differences?> keys = _descent.KeysAsync(N, Here, Leaves, salt: 1);
        _link.OnWalked(_other.Asked, reply);
        return await keys;
    }

    private sealed class Walker() : StubPeer("other")
    {
        public OperationId Asked { get; private set; }

        public override bool Walk(WalkRequest request, OperationId operation)
        {
            Asked = operation;
            return true;
        }
    }
}
