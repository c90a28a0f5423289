using FsCheck;
using FsCheck.Fluent;
using Quorate.Core;
using Quorate.Resp.Sessions;
using Xunit;

namespace Quorate.Tests.Resp;

public class PendingKeysTests
{
    [Fact]
    public void A_write_waits_for_both_and_a_read_for_writes()
    {
        var keys = new PendingKeys();
        keys.Add(1, KeyAccess.Read);
        keys.Add(2, KeyAccess.Write);

        Assert.False(keys.Conflicts(1, KeyAccess.Read));
        Assert.True(keys.Conflicts(1, KeyAccess.Write));
        Assert.True(keys.Conflicts(2, KeyAccess.Read));
        Assert.True(keys.Conflicts(2, KeyAccess.Write));
        Assert.False(keys.Conflicts(3, KeyAccess.Write));
    }

    [Fact]
    public void A_key_that_is_let_go_twice_is_a_bug()
    {
        var keys = new PendingKeys();
        keys.Add(1, KeyAccess.Read);
        keys.Remove(1, KeyAccess.Read);

        Assert.Throws<InvalidOperationException>(() => keys.Remove(1, KeyAccess.Read));
    }

    [Fact]
    public void It_agrees_with_a_list_whatever_is_added_and_removed()
    {
        // Few different low bits, so that places collide.
        Gen<(ulong, KeyAccess)> holds = Gen.Choose(0, 3).SelectMany(low => Gen.Choose(0, 60).SelectMany(high =>
            Gen.Elements(KeyAccess.Read, KeyAccess.Write).Select(access => ((ulong)high << 32 | (uint)low | 0xFFFFFFF0U, access))));
        Prop.ForAll(Gen.ListOf(holds).ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (added, seed) =>
        {
            var keys = new PendingKeys();
            var model = new List<(ulong Hash, KeyAccess Access)>();
            foreach ((ulong hash, KeyAccess access) in added)
            {
                keys.Add(hash, access);
                model.Add((hash, access));
                if ((hash + (ulong)seed) % 3 == 0)
                {
                    (ulong Hash, KeyAccess Access) gone = model[seed % model.Count];
                    model.Remove(gone);
                    keys.Remove(gone.Hash, gone.Access);
                }

                foreach ((ulong asked, _) in added)
                {
                    Assert.Equal(model.Any(held => held.Hash == asked), keys.Conflicts(asked, KeyAccess.Write));
                    Assert.Equal(model.Contains((asked, KeyAccess.Write)), keys.Conflicts(asked, KeyAccess.Read));
                }
            }

            foreach ((ulong hash, KeyAccess access) in model) keys.Remove(hash, access);
            Assert.True(keys.IsEmpty);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Hashes_of_keys_differ_by_keyspace_length_and_every_byte()
    {
        var seen = new HashSet<ulong>();
        for (int keyspace = 0; keyspace < 3; keyspace++)
        {
            for (int length = 0; length < 40; length++)
            {
                var key = new byte[length];
                Assert.True(seen.Add(KeyHash.Of((ulong)keyspace, key)));
                for (int i = 0; i < length; i++)
                {
                    key[i] = 1;
                    Assert.True(seen.Add(KeyHash.Of((ulong)keyspace, key)));
                    key[i] = 0;
                }
            }
        }
    }
}
