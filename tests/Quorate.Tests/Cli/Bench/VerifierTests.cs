using System.Buffers;
using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

public sealed class VerifierTests
{
    private const ulong Run = 7;
    private const int Key = 3;

    private readonly Verifier _verifier = new(Run, keys: 10, new RequestWriter(Run, valueBytes: 64, new Random(1)).KeyOf);

    [Fact]
    public void A_value_that_was_acknowledged_is_right_and_nothing_is_wrong()
    {
        long put = Acknowledged();

        Read(ValueOf(Run, Key, put));
        Assert.Equal((1, 0), (_verifier.Checked, _verifier.Wrong));

        _verifier.Missing(Key, _verifier.BeginGet());
        Assert.Equal((2, 1), (_verifier.Checked, _verifier.Wrong));
        Assert.Contains("bench:000000000003: a read that began at 5 returned nothing although a put had been acknowledged", _verifier.Examples);
    }

    [Fact]
    public void An_overwritten_value_is_wrong_and_its_writer_is_named()
    {
        long put = Acknowledged();
        Acknowledged();

        Read(ValueOf(Run, Key, put));

        Assert.Equal(1, _verifier.Wrong);
        Assert.Contains("connection 2, put 1, which had been overwritten or refused", _verifier.Examples.Single());
    }

    [Fact]
    public void A_refused_value_is_wrong_although_nothing_was_acknowledged()
    {
        long put = _verifier.BeginPut(Key);
        _verifier.Refuse(Key, put);

        Read(ValueOf(Run, Key, put));

        Assert.Equal(1, _verifier.Wrong);
    }

    [Fact]
    public void The_value_of_another_key_is_wrong()
    {
        long put = _verifier.BeginPut(Key + 1);

        Read(ValueOf(Run, Key + 1, put));

        Assert.Contains("the value of bench:000000000004", _verifier.Examples.Single());
    }

    [Fact]
    public void Damaged_values_and_those_of_other_runs_are_right_only_until_a_put_is_acknowledged()
    {
        byte[] damaged = ValueOf(Run, Key, 1);
        damaged[^1] ^= 1;
        Read(damaged);
        Read(ValueOf(Run + 1, Key, 1));
        Read("short"u8.ToArray());
        Assert.Equal((3, 0), (_verifier.Checked, _verifier.Wrong));

        Acknowledged();
        Read(damaged);
        Read(ValueOf(Run + 1, Key, 1));
        Read("short"u8.ToArray());
        Assert.Equal((6, 3), (_verifier.Checked, _verifier.Wrong));
    }

    [Fact]
    public void A_read_that_is_long_in_flight_is_still_judged_by_when_it_began()
    {
        long first = Acknowledged();
        long slow = _verifier.BeginGet();
        for (int i = 0; i < 100; i++)
        {
            long put = Acknowledged();
            Read(ValueOf(Run, Key, put));
        }

        _verifier.Value(Key, slow, ValueOf(Run, Key, first));

        Assert.Equal((101, 0), (_verifier.Checked, _verifier.Wrong));
    }

    [Fact]
    public void A_key_is_named_as_it_is_in_the_database()
    {
        var verifier = new Verifier(Run, keys: 10, new RequestWriter(Run, valueBytes: 64, new Random(1), tag: "a").KeyOf);
        verifier.Acknowledge(Key, verifier.BeginPut(Key));

        verifier.Missing(Key, verifier.BeginGet());

        Assert.StartsWith("bench:{a}:000000000003: a read", verifier.Examples.Single());
    }

    [Fact]
    public void Only_the_first_examples_are_kept()
    {
        Acknowledged();
        for (int i = 0; i < 100; i++) _verifier.Missing(Key, _verifier.BeginGet());

        Assert.Equal((100, 10), (_verifier.Wrong, _verifier.Examples.Count));
    }

    private long Acknowledged()
    {
        long put = _verifier.BeginPut(Key);
        _verifier.Acknowledge(Key, put);
        return put;
    }

    private void Read(byte[] value) => _verifier.Value(Key, _verifier.BeginGet(), value);

    /// <summary>As it goes over the wire.</summary>
    private static byte[] ValueOf(ulong run, int key, long put)
    {
        var output = new ArrayBufferWriter<byte>();
        new RequestWriter(run, valueBytes: 64, new Random(1)).Put(output, key, writer: 2, put);
        return output.WrittenSpan[^66..^2].ToArray();
    }
}
