using System.Text;
using Quorate.Coordinator;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

public sealed class MemoryBudgetTests
{
    private const int Budget = 2000;

    /// <summary>An eviction looks at a bounded number of slots, so the budget may be passed for a moment.</summary>
    private const int BudgetWithDebt = Budget + 500;

    [Theory]
    [InlineData(Durability.Fsync)]
    [InlineData(Durability.Periodic)]
    public void A_store_of_many_times_its_budget_keeps_it_and_answers_every_read(Durability durability)
    {
        var store = new TestStore(durability, valueMemoryBytes: Budget);
        Dictionary<string, TestEntry> written = Write(store, 300);
        foreach (TestStore found in new[] { store, store.Reopen() })
        {
            Assert.InRange(found.Store.Space.ValueMemoryBytes, 1, BudgetWithDebt);
            Assert.Equal(300, found.Store.Entries);
            foreach ((string key, TestEntry entry) in written) Assert.Equal(entry, found.Get(key));
            Assert.InRange(found.Store.Space.ValueMemoryBytes, 1, BudgetWithDebt);
            Assert.True(found.Store.Space.Loads > 200);
        }
    }

    [Fact]
    public void Without_a_disk_nothing_is_let_go_of()
    {
        var store = new TestStore(Durability.Memory, valueMemoryBytes: Budget);
        Dictionary<string, TestEntry> written = Write(store, 300);
        foreach (string key in written.Keys) Assert.True(store.IsInMemory(key));
    }

    [Fact]
    public void What_is_not_on_disk_yet_stays_in_memory()
    {
        var store = new TestStore(valueMemoryBytes: 100);
        for (int i = 0; i < 10; i++) store.Join($"key {i}", ValueAt(i));
        for (int i = 0; i < 10; i++) Assert.True(store.IsInMemory($"key {i}"));
        store.Settle();
        for (int i = 0; i < 30; i++) store.Join("short", Register(i + 1, "x"));
        Assert.True(store.Store.Space.ValueMemoryBytes <= 100);
    }

    [Fact]
    public void Joining_with_an_entry_on_disk_needs_no_read()
    {
        var store = new TestStore(valueMemoryBytes: Budget);
        Dictionary<string, TestEntry> written = Write(store, 300);
        string key = written.Keys.First(key => !store.IsInMemory(key));
        TestEntry held = written[key];
        SpaceFigures before = store.Store.Space with { ScrubbedBytes = 0 };
        Assert.Equal(Verdict.Stored, store.Join(key, held).Verdict);
        Assert.Equal(Verdict.Superseded, store.Join(key, Register(0, "older")).Verdict);
        store.Settle();
        Assert.Equal(before, store.Store.Space with { ScrubbedBytes = 0 });
        Assert.Equal(held, store.Get(key));
        Assert.Equal(Verdict.Stored, store.Join(key, Register(1000, "newer")).Verdict);
        Assert.Equal(Register(1000, "newer"), store.Get(key));
    }

    [Fact]
    public void Keys_whose_values_are_on_disk_are_scanned()
    {
        var store = new TestStore(valueMemoryBytes: Budget);
        Dictionary<string, TestEntry> written = Write(store, 300);
        string key = written.Keys.First(key => !store.IsInMemory(key));
        var from = new ScanPoint(Partition.Of(Encoding.UTF8.GetBytes(key)), 0);
        ScannedKey found = Assert.Single(store.Store.Scan(0, from, 10, out _), found => Encoding.UTF8.GetString(found.Key) == key);
        Assert.Equal(written[key].Head, found.Head);
    }

    [Fact]
    public void A_load_answers_what_was_put_in_the_meantime()
    {
        var store = new TestStore(valueMemoryBytes: Budget);
        string key = Write(store, 300).Keys.First(key => !store.IsInMemory(key));
        var answers = new List<TestEntry>();
        store.Load(key, (_, entry) => answers.Add(entry));
        store.Reader.RunAll();
        TestEntry newer = Register(1000, new string('n', 200));
        store.Join(key, newer);
        store.Loop.Turn();
        Assert.Equal([newer], answers);
    }

    [Fact]
    public void A_load_of_what_is_forgotten_meanwhile_answers_that_nothing_is_there()
    {
        var store = new TestStore(valueMemoryBytes: Budget);
        (string key, TestEntry entry) = Write(store, 300).First(written => !store.IsInMemory(written.Key));
        var answers = new List<(Verdict, TestEntry)>();
        store.Load(key, (verdict, found) => answers.Add((verdict, found)));
        Assert.True(store.Forget(key, entry));
        store.Reader.RunAll();
        store.Loop.Turn();
        Assert.Equal([(Verdict.Answered, TestEntry.Of(default))], answers);
    }

    [Fact]
    public void A_load_of_what_was_overwritten_and_let_go_of_again_reads_again()
    {
        var store = new TestStore(valueMemoryBytes: Budget);
        string key = Write(store, 300).Keys.First(key => !store.IsInMemory(key));
        var answers = new List<TestEntry>();
        store.Load(key, (_, entry) => answers.Add(entry));
        TestEntry newer = Register(1000, new string('n', 200));
        store.Join(key, newer);
        store.Settle();
        for (int i = 0; i < 300 && store.Store.Space.ValueMemoryBytes > 0; i++)
        {
            store.Join($"other {i}", ValueAt(i));
            store.Settle();
        }

        Assert.False(store.IsInMemory(key));
        for (int i = 0; i < 3; i++)
        {
            store.Reader.RunAll();
            store.Loop.Turn();
        }

        Assert.Equal([newer], answers);
    }

    [Fact]
    public void A_segment_stays_until_what_is_loaded_from_it_was_read()
    {
        var store = new TestStore(valueMemoryBytes: 300);
        TestEntry kept = Register(1, new string('k', 150));
        store.Join("kept", kept);
        for (int i = 0; i < 10; i++)
        {
            store.Join($"other {i}", ValueAt(i));
            store.Settle();
        }

        Assert.False(store.IsInMemory("kept"));
        var answers = new List<TestEntry>();
        store.Load("kept", (_, entry) => answers.Add(entry));
        for (int i = 0; i < 300; i++)
        {
            store.Join($"other {i % 10}", ValueAt(1000 + i));
            store.Settle();
        }

        Assert.Contains("0000000001.log", store.Disk.List());
        store.Reader.RunAll();
        for (int i = 0; i < 5; i++) store.Settle();
        Assert.Equal([kept], answers);
        Assert.DoesNotContain("0000000001.log", store.Disk.List());
        Assert.Equal(kept, store.Reopen().Get("kept"));
    }

    [Fact]
    public void A_value_that_reads_wrong_is_never_served_and_makes_its_partition_unfit()
    {
        var store = new TestStore(valueMemoryBytes: Budget);
        string key = Write(store, 300).Keys.First(key => !store.IsInMemory(key));
        foreach (string name in store.Disk.List())
        {
            byte[] bytes = store.Disk.Read(name);
            int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(key + "v"));
            if (at < 0) continue;
            bytes[at + 20] ^= 1;
            store.Disk.Replace(name, bytes);
        }

        var findings = new List<string>();
        store.Store.Damaged += findings.Add;
        Assert.Null(store.Get(key));
        Assert.Single(findings);
        Assert.False(store.IsFit(key));
        Assert.Equal(1, store.Store.UnfitPartitions);
        store.Settle();
        Assert.False(store.Reopen().IsFit(key));
    }

    [Fact]
    public void More_loads_than_a_disk_serves_are_refused()
    {
        var store = new TestStore(valueMemoryBytes: Budget);
        string key = Write(store, 300).Keys.First(key => !store.IsInMemory(key));
        int answers = 0;
        int taken = 0;
        while (store.Load(key, (_, _) => answers++)) taken++;
        Assert.InRange(taken, 4096, 10_000);
        for (int i = 0; answers < taken && i < 1000; i++)
        {
            store.Reader.RunAll();
            store.Loop.Turn();
        }

        Assert.Equal(taken, answers);
        Assert.True(store.Load(key, (_, _) => { }) || store.IsInMemory(key));
    }

    private static TestEntry ValueAt(int number) => Register(number + 1, $"value {number} {new string('x', 100 + number % 7)}");

    private static Dictionary<string, TestEntry> Write(TestStore store, int count)
    {
        var written = new Dictionary<string, TestEntry>();
        for (int i = 0; i < count; i++)
        {
            string key = $"key {i:d4}";
            written[key] = ValueAt(i);
            Assert.Equal(Verdict.Stored, store.Join(key, written[key]).Verdict);
            store.Settle();
        }

        return written;
    }
}
