using Quorate.Core.DataTypes;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Repair;
using Quorate.Core.Versions;
using Quorate.Node.Repair;
using Xunit;

namespace Quorate.Tests.Repair;

public sealed class MendTests
{
    [Theory]
    [InlineData(3, 2, 2)]
    [InlineData(3, 3, 1)]
    [InlineData(3, 1, 2)] // all others: what only the own log held is lost
    [InlineData(5, 3, 3)]
    [InlineData(5, 1, 4)]
    [InlineData(2, 2, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 3, 1)] // W is more than there are nodes
    [InlineData(1, 1, 1)] // nobody: it can never be reached
    public void So_many_others_are_walked_that_one_of_them_has_what_was_acknowledged(int n, int w, int needed) =>
        Assert.Equal(needed, Mend.Needed(n, w));

    /// <summary>For every set of W logs that holds the lost one, and every choice of others to walk.</summary>
    [Fact]
    public void Whoever_is_walked_one_of_them_has_what_was_acknowledged_at_W()
    {
        for (int n = 2; n <= 7; n++)
        {
            for (int w = 2; w <= n; w++)
            {
                for (int logs = 0; logs < 1 << n; logs++)
                {
                    if ((logs & 1) == 0 || int.PopCount(logs) != w) continue;
                    for (int walked = 0; walked < 1 << n; walked += 2)
                    {
                        if (int.PopCount(walked) == Mend.Needed(n, w)) Assert.True((logs & walked) != 0, $"N={n} W={w}: {logs:b} {walked:b}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Only_what_none_of_those_walked_holds_was_deleted_everywhere()
    {
        var progress = new MendProgress(losses: 1, began: 0);
        progress.Suspect(KeyOf("held by one"), member: 1);
        progress.Suspect(KeyOf("held by one"), member: 1); // in the second pass
        progress.Suspect(KeyOf("gone"), member: 1);
        progress.Suspect(KeyOf("gone"), member: 2);

        WalkedKey gone = Assert.Single(progress.TakeLackedByAll(walked: 2));
        Assert.Equal(KeyOf("gone").Name, gone.Name);
        Assert.Empty(progress.TakeLackedByAll(walked: 1));
    }

    [Fact]
    public void Suspects_are_bounded()
    {
        var progress = new MendProgress(losses: 1, began: 0);
        for (int i = 0; i <= MendProgress.MaxSuspects; i++) progress.Suspect(KeyOf($"{i}"), member: 1);

        Assert.False(progress.HasRoom);
        Assert.Equal(MendProgress.MaxSuspects, progress.TakeLackedByAll(walked: 1).Length);
        Assert.True(progress.HasRoom);
    }

    private static WalkedKey KeyOf(string key) => new(0, System.Text.Encoding.UTF8.GetBytes(key), EntryHead.Tombstone(VersionAt(1)));

    private static Core.Versions.Version VersionAt(long milliseconds) => new(HybridTimestamp.FromMilliseconds(milliseconds), new WriterId(new NodeId(1), 1));
}
