using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Quorum;

public sealed class KeyspaceTableTests
{
    [Fact]
    public void What_a_table_says_of_itself_makes_the_same_table()
    {
        var table = new KeyspaceTable(
        [
            new Keyspace("carts: of N=3", 5, ConsistencyLevel.Of(1), ConsistencyLevel.All, Fanout.All, QuorumKind.Sloppy),
            new Keyspace("default", 2, ConsistencyLevel.Quorum, ConsistencyLevel.Any, Fanout.Required),
        ]);

        Assert.True(KeyspaceTable.TryParse(table.Describe(), out KeyspaceTable? read));

        Assert.Equal(table.All, read.All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("default")]
    [InlineData("default: N=3 R=QUORUM W=QUORUM fanout=Required")]
    [InlineData("default: N=0 R=QUORUM W=QUORUM fanout=Required quorum=Strict")]
    [InlineData("default: N=99 R=QUORUM W=QUORUM fanout=Required quorum=Strict")]
    [InlineData("default: N=3 R=MOST W=QUORUM fanout=Required quorum=Strict")]
    [InlineData("default: N=3 R=QUORUM W=QUORUM fanout=Required quorum=Strict\ndefault: N=3 R=1 W=1 fanout=All quorum=Strict")]
    public void Anything_else_is_no_table(string text) => Assert.False(KeyspaceTable.TryParse(text, out _));
}
