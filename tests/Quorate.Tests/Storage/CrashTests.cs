using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Node.Storage;
using Xunit;
using static Quorate.Tests.Storage.TestStore;

namespace Quorate.Tests.Storage;

/// <summary>Random puts and stops beside a model: after each start, what must be there is, and what is there was put.</summary>
public sealed class CrashTests
{
    private const int Seeds = 100;
    private const int Steps = 400;

    [Theory]
    [InlineData(Durability.Fsync)]
    [InlineData(Durability.Periodic)]
    [InlineData(Durability.Memory)]
    public void A_store_is_its_model_while_it_runs_and_after_it_was_closed(Durability durability)
    {
        for (int seed = 0; seed < Seeds / 3; seed++)
        {
            var run = new Run(durability, seed);
            for (int step = 0; step < Steps; step++)
            {
                run.Step();
                if (durability == Durability.Memory || run.Random.Next(100) != 0) continue;
                run.Store.Store.Close();
                run.Continue(run.Store.Reopen());
                run.MustHoldExactly(run.Latest);
            }

            run.MustHoldExactly(run.Latest);
        }
    }

    [Fact]
    public void In_fsync_mode_power_loss_takes_nothing_that_was_confirmed()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new Run(Durability.Fsync, seed);
            for (int step = 0; step < Steps; step++)
            {
                run.Step();
                if (run.Random.Next(40) == 0) run.LosePower();
            }
        }
    }

    [Fact]
    public void In_fsync_mode_power_loss_within_any_call_takes_nothing_that_was_confirmed()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new Run(Durability.Fsync, seed);
            for (int step = 0; step < Steps; step++)
            {
                if (run.Random.Next(30) == 0) run.Store.Disk.CallsUntilPowerLoss = run.Random.Next(1, 12);
                run.StepOrLosePower();
            }
        }
    }

    [Fact]
    public void In_periodic_mode_a_kill_takes_nothing_once_the_turn_has_ended()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new Run(Durability.Periodic, seed);
            for (int step = 0; step < Steps; step++)
            {
                run.Step();
                if (run.Random.Next(40) != 0) continue;
                run.Store.Loop.Turn();
                run.Continue(run.Store.Reopen());
                run.MustHoldExactly(run.Latest);
            }
        }
    }

    [Fact]
    public void In_periodic_mode_power_loss_takes_only_what_was_not_yet_synced()
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            var run = new Run(Durability.Periodic, seed);
            for (int step = 0; step < Steps; step++)
            {
                if (run.Random.Next(30) == 0) run.Store.Disk.CallsUntilPowerLoss = run.Random.Next(1, 12);
                run.StepOrLosePower();
                if (run.Random.Next(20) == 0) run.Settle();
            }
        }
    }

    private sealed class Run(Durability durability, int seed)
    {
        private readonly Dictionary<string, List<TestEntry>> _everPut = [];
        private readonly List<(string Key, TestEntry Entry, long Position)> _unconfirmed = [];
        private readonly Dictionary<string, TestEntry> _confirmed = [];
        private long _clock;

        public Random Random { get; } = new(seed);

        /// <summary>Half of the runs have most values on disk only.</summary>
        public TestStore Store { get; private set; } = new(durability, valueMemoryBytes: seed % 2 == 0 ? 1 << 30 : 500);

        public Dictionary<string, TestEntry> Latest { get; private set; } = [];

        public void Step()
        {
            switch (Random.Next(10))
            {
                case 0:
                    Store.Worker.RunAll();
                    break;
                case 1:
                    Store.Loop.Advance(Random.Next(600));
                    break;
                case 2:
                    Store.Loop.Turn();
                    break;
                default:
                    Put($"key {Random.Next(30)}", NewEntry());
                    break;
            }

            Assert.Empty(Store.Fatal);
            if (durability == Durability.Fsync) Confirm(Store.Store.DurablePosition);
        }

        public void StepOrLosePower()
        {
            try
            {
                Step();
            }
            catch (Exception) when (Store.Disk.HasLostPower)
            {
                // The step ended there, or the store learnt of it on its worker.
            }

            if (Store.Disk.HasLostPower) LosePower();
        }

        /// <summary>Starts again after power loss, which may strike again while the log is recovered.</summary>
        public void LosePower()
        {
            while (true)
            {
                try
                {
                    Store.Disk.LosePower(Random);
                    if (Random.Next(3) == 0) Store.Disk.CallsUntilPowerLoss = Random.Next(1, 20);
                    TestStore reopened = Store.Reopen();
                    Store.Disk.CallsUntilPowerLoss = int.MaxValue;
                    Continue(reopened);
                    break;
                }
                catch (PowerLossException)
                {
                }
            }

            Dictionary<string, TestEntry> found = Found();
            foreach ((string key, TestEntry confirmed) in _confirmed)
            {
                Assert.True(found.TryGetValue(key, out TestEntry? entry), $"seed {seed}: {key} is lost");
                Assert.True(Entry.Compare(entry.Entry, confirmed.Entry) >= 0, $"seed {seed}: {key} went back to {entry}");
            }

            foreach ((string key, TestEntry entry) in found) Assert.Contains(entry, _everPut[key]);
            Latest = found;
            _unconfirmed.Clear();
            foreach ((string key, TestEntry entry) in found) _confirmed[key] = entry; // what is served after a start is durable
        }

        public void Settle()
        {
            try
            {
                Store.Settle();
            }
            catch (Exception) when (Store.Disk.HasLostPower)
            {
            }

            if (Store.Disk.HasLostPower) LosePower();
            else Confirm(long.MaxValue);
        }

        public void Continue(TestStore store)
        {
            Store = store;
            Assert.Equal((0, 0), (store.Store.UnfitPartitions, store.Store.Recovery.Damages));
            Assert.Equal(Found().Count, store.Store.Entries);
        }

        public void MustHoldExactly(Dictionary<string, TestEntry> expected)
        {
            Dictionary<string, TestEntry> found = Found();
            Assert.Equal(expected.Count, found.Count);
            foreach ((string key, TestEntry entry) in expected) Assert.Equal(entry, found[key]);
        }

        private void Put(string key, TestEntry entry)
        {
            JoinResult result = Store.Join(key, entry);
            TestEntry? latest = Latest.GetValueOrDefault(key);
            int order = latest is null ? 1 : Entry.Compare(entry.Entry, latest.Entry);
            if (result.Verdict is not (Verdict.Stored or Verdict.Superseded))
            {
                Assert.Equal(Verdict.Overloaded, result.Verdict);
                return;
            }

            bool isWinner = order >= 0 || entry.Head.Version == latest!.Head.Version;
            Assert.Equal(isWinner ? Verdict.Stored : Verdict.Superseded, result.Verdict);
            if (order < 0) return;
            Latest[key] = entry;
            if (!_everPut.TryGetValue(key, out List<TestEntry>? puts)) _everPut[key] = puts = [];
            puts.Add(entry);
            _unconfirmed.Add((key, entry, result.Position));
        }

        private TestEntry NewEntry()
        {
            long version = Random.Next(3) == 0 ? Random.NextInt64(1, _clock + 2) : ++_clock;
            if (Random.Next(8) == 0) return Tombstone(version);
            int length = Random.Next(12) == 0 ? Random.Next(3000) : Random.Next(120);
            Expiry expiry = Random.Next(5) == 0 ? new Expiry((uint)Random.Next(3), Random.Next(1, 9), VersionAt(version)) : Expiry.Never;
            return Register(version, new string((char)('a' + Random.Next(26)), length), expiry);
        }

        private void Confirm(long durable)
        {
            foreach ((string key, TestEntry entry, _) in _unconfirmed.Where(put => put.Position <= durable))
            {
                if (!_confirmed.TryGetValue(key, out TestEntry? known) || Entry.Compare(entry.Entry, known.Entry) > 0)
                    _confirmed[key] = entry;
            }

            _unconfirmed.RemoveAll(put => put.Position <= durable);
        }

        private Dictionary<string, TestEntry> Found()
        {
            var found = new Dictionary<string, TestEntry>();
            for (int i = 0; i < 30; i++)
            {
                if (Store.Get($"key {i}") is { } entry) found[$"key {i}"] = entry;
            }

            return found;
        }
    }
}
