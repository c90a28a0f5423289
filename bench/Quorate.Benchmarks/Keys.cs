using System.Buffers;
using System.Buffers.Text;

namespace Quorate.Benchmarks;

/// <summary>
/// Keys as redis-benchmark draws them, one behind the other in memory: taking the next one costs no miss, so that a benchmark
/// measures those of the code under it.
/// </summary>
internal sealed class Keys
{
    private const int Size = 16;
    private const int Seed = 1;
    private readonly byte[] _bytes;

    private Keys(ReadOnlySpan<int> numbers)
    {
        _bytes = new byte[numbers.Length * Size];
        for (int i = 0; i < numbers.Length; i++)
        {
            Span<byte> key = _bytes.AsSpan(i * Size, Size);
            "key:"u8.CopyTo(key);
            Utf8Formatter.TryFormat(numbers[i], key[4..], out _, new StandardFormat('D', 12));
        }
    }

    public int Count => _bytes.Length / Size;

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(index * Size, Size);

    public static Keys InOrder(int count) => new([.. Enumerable.Range(0, count)]);

    /// <summary>The same keys in an order that whoever stored them in order cannot have been prepared for.</summary>
    public static Keys Shuffled(int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        new Random(Seed).Shuffle(numbers);
        return new Keys(numbers);
    }
}
