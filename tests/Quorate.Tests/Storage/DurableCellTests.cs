using Quorate.Node.Storage;
using Xunit;

namespace Quorate.Tests.Storage;

public sealed class DurableCellTests : IDisposable
{
    private const string Name = "identity";
    private readonly FaultyDisk _disk = new();

    [Fact]
    public void A_new_cell_holds_nothing_and_then_what_was_written_last()
    {
        Assert.Null(Open().Read());
        for (byte value = 1; value < 5; value++)
        {
            Open().Write([value, value]);
            Assert.Equal(new[] { value, value }, Open().Read());
            Assert.False(Open().MayBeStale);
        }

        Open().Write([]);
        Assert.Equal(Array.Empty<byte>(), Open().Read());
    }

    [Fact]
    public void Power_lost_within_a_write_leaves_the_value_or_the_one_before()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var disk = new FaultyDisk();
            var random = new Random(seed);
            byte[]? durable = null;
            for (byte value = 1; value < 20; value++)
            {
                byte[] next = [.. Enumerable.Repeat(value, random.Next(1, 1500))];
                disk.CallsUntilPowerLoss = random.Next(4) == 0 ? random.Next(1, 8) : int.MaxValue;
                try
                {
                    DurableCell.Open(disk, Name, 2000).Write(next);
                    durable = next;
                }
                catch (PowerLossException)
                {
                    disk.LosePower(random);
                    byte[]? found = DurableCell.Open(disk, Name, 2000).Read();
                    Assert.True(Same(found, durable) || Same(found, next), $"seed {seed}, value {value}");
                    durable = found;
                }
            }
        }
    }

    [Fact]
    public void A_bit_flipped_anywhere_leaves_the_newest_value_or_says_that_it_may_be_stale()
    {
        Open().Write([1, 2, 3]);
        Open().Write([4, 5, 6]);
        byte[] sound = _disk.Read(Name);
        for (int at = 0; at < sound.Length; at++)
        {
            byte[] damaged = [.. sound];
            damaged[at] ^= (byte)(1 << at % 8);
            _disk.Replace(Name, damaged);
            DurableCell cell = Open();
            byte[]? found = cell.Read();
            Assert.True(Same(found, [4, 5, 6]) || (cell.MayBeStale && Same(found, [1, 2, 3])), $"at {at}");
        }
    }

    [Fact]
    public void With_both_slots_damaged_it_names_the_file_and_says_what_to_do()
    {
        Open().Write([1]);
        Open().Write([2]);
        byte[] bytes = _disk.Read(Name);
        bytes[10] ^= 1;
        bytes[4096 + 10] ^= 1;
        _disk.Replace(Name, bytes);
        Assert.Contains("/faulty/identity is damaged: restore it", Assert.Throws<StoreDamagedException>(Open).Message);
    }

    [Fact]
    public void A_file_that_was_renamed_is_not_taken_for_another_cell()
    {
        Open().Write([1]);
        _disk.Replace("topology", _disk.Read(Name));
        Assert.Throws<StoreDamagedException>(() => DurableCell.Open(_disk, "topology", 100));
    }

    [Fact]
    public void A_value_above_the_capacity_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => Open().Write(new byte[5000]));

    [Fact]
    public void Each_write_after_the_first_is_synced_once()
    {
        DurableCell cell = Open();
        cell.Write([1]);
        int syncs = _disk.Syncs;
        cell.Write([2]);
        Assert.Equal(syncs + 1, _disk.Syncs);
    }

    public void Dispose() => _disk.Dispose();

    private static bool Same(byte[]? left, byte[]? right) =>
        left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);

    private DurableCell Open() => DurableCell.Open(_disk, Name, 100);
}
