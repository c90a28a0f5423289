using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Quorum;

public class ConsistencyLevelTests
{
    [Theory]
    [InlineData("ONE", 1, 1)]
    [InlineData("one", 3, 1)]
    [InlineData("TWO", 3, 2)]
    [InlineData("Three", 3, 3)]
    [InlineData("4", 3, 4)]
    [InlineData("16", 16, 16)]
    [InlineData("QUORUM", 1, 1)]
    [InlineData("QUORUM", 2, 2)]
    [InlineData("QUORUM", 3, 2)]
    [InlineData("QUORUM", 4, 3)]
    [InlineData("QUORUM", 5, 3)]
    [InlineData("QUORUM", 7, 4)]
    [InlineData("ALL", 1, 1)]
    [InlineData("all", 5, 5)]
    public void A_level_becomes_a_number_when_N_is_known(string text, int n, int required)
    {
        Assert.True(ConsistencyLevel.TryParse(text, out ConsistencyLevel level));
        Assert.Equal(required, level.Required(n));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("17")]
    [InlineData("254")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("MOST")]
    [InlineData("DEFAULT")]
    [InlineData("QUORUMQUORUM")]
    public void Anything_else_is_no_level(string text) => Assert.False(ConsistencyLevel.TryParse(text, out _));

    [Fact]
    public void A_level_survives_the_wire_and_a_byte_that_is_none_is_refused()
    {
        ConsistencyLevel[] levels = [ConsistencyLevel.Default, ConsistencyLevel.Of(1), ConsistencyLevel.Of(16), ConsistencyLevel.Any, ConsistencyLevel.Quorum, ConsistencyLevel.All];
        foreach (ConsistencyLevel level in levels)
        {
            Assert.True(ConsistencyLevel.TryFromCode(level.Code, out ConsistencyLevel read));
            Assert.Equal(level, read);
        }

        Assert.All(Enumerable.Range(17, 253 - 17), code => Assert.False(ConsistencyLevel.TryFromCode((byte)code, out _)));
    }

    [Fact]
    public void An_unset_level_has_no_number() =>
        Assert.Throws<InvalidOperationException>(() => ConsistencyLevel.Default.Required(3));

    [Fact]
    public void Any_two_quorums_of_N_meet()
    {
        for (int n = 1; n <= ReplicaSet.MaxReplicas; n++) Assert.True(2 * ConsistencyLevel.Quorum.Required(n) > n);
    }
}
