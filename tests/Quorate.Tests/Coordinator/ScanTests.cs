using System.Text;
using Quorate.Core.DataTypes;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Core.Quorum;
using Xunit;

namespace Quorate.Tests.Coordinator;

/// <summary>All keys carry the tag of <see cref="TestCoordinator.Key"/>, so they lie in one partition, the one the ranks are of.</summary>
public class ScanTests
{
    private static readonly ScanPoint Here = new(Partition.Of(Encoding.UTF8.GetBytes(TestCoordinator.Key)), 0);
    private readonly TestCoordinator _cluster = new();

    [Fact]
    public void Keys_of_different_replicas_are_joined_and_none_comes_twice()
    {
        Hold(0, "{k}a", "{k}b");
        Hold(1, "{k}b", "{k}c");

        Scan(count: 3);
        Answer(0, 1);

        Assert.Equal("{k}a {k}b {k}c", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void A_tombstone_at_one_replica_hides_an_older_value_at_another()
    {
        Hold(0, "{k}a", "{k}b");
        _cluster[1].Hold("{k}a", EntryHead.Tombstone(_cluster.Foreign(10).Version), "");
        _cluster[1].Hold("{k}b", EntryHead.Tombstone(_cluster.Foreign(-10).Version), "");

        Scan();
        Answer(0, 1);

        Assert.Equal("{k}b", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void An_answer_in_the_name_of_a_rank_that_there_is_not_is_passed_over()
    {
        Hold(0, "{k}a");
        Scan();

        OperationId asked = _cluster[0].Waiting[0].Operation;
        foreach (ushort rank in (ushort[])[3, 16, 32, 4095]) _cluster.Database.OnScan(asked with { Rank = rank }, ScanReply.Refused(Verdict.Unfit));
        Answer(0, 1);

        Assert.Equal("{k}a", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void What_has_expired_is_not_there()
    {
        _cluster.AllPrompt();
        _cluster[0].Hold("{k}a", _cluster.Foreign(0) with { Expiry = Expiry.At(_cluster.Loop.WallClock) }, "x");
        Scan();

        Assert.Equal("", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void As_far_as_one_replica_has_not_looked_no_key_is_taken()
    {
        string[] keys = [.. InOrder(6)];
        Hold(0, keys);
        Hold(1, [.. keys[..2], .. keys[4..]]);
        _cluster[0].PageKeys = 3;
        _cluster[1].PageKeys = 4;

        Scan(count: 3);
        Answer(0, 1);

        Assert.Equal(keys[..3].Order(), _cluster.Sink.Only.Value!.Split(' '));
        Assert.Equal(Here.After(HashOf(keys[2])), _cluster.Sink.ScanNext);
    }

    [Fact]
    public void A_scan_goes_on_from_where_it_was_until_all_has_been_seen()
    {
        string[] keys = [.. InOrder(25)];
        _cluster.AllPrompt();
        foreach (int rank in (int[])[0, 1, 2]) Hold(rank, keys);

        var seen = new List<string>();
        ScanPoint at = ScanPoint.Start;
        do
        {
            _cluster.Database.Scan(new Quorate.Coordinator.ScanCommand(0, at, 4, default), _cluster.Sink, 1);
            seen.AddRange(_cluster.Sink.Results[^1].Value!.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            at = _cluster.Sink.ScanNext;
        }
        while (at != ScanPoint.Start);

        Assert.Equal(keys.Order(), seen.Order());
    }

    [Fact]
    public void A_replica_that_refuses_or_is_late_or_lost_is_replaced_by_another()
    {
        Hold(2, "{k}a");
        Scan();
        _cluster[0].Answer();
        _cluster[1].Refuse(Verdict.Unfit);
        _cluster[2].Answer();
        Assert.Equal("{k}a", _cluster.Sink.Only.Value);

        _cluster.Sink.Results.Clear();
        ClearWaiting();
        Scan();
        _cluster[0].Answer();
        Assert.Empty(_cluster[2].Waiting);
        _cluster.Loop.Pass(40);
        _cluster[2].Answer();
        Assert.Equal("{k}a", _cluster.Sink.Only.Value);

        _cluster.Sink.Results.Clear();
        ClearWaiting();
        Scan();
        _cluster[0].Answer();
        _cluster.Disconnect(1);
        _cluster[2].Answer();
        Assert.Equal("{k}a", _cluster.Sink.Only.Value);
    }

    [Fact]
    public void Without_R_replicas_a_scan_fails_and_says_whose_are_missing()
    {
        _cluster.Disconnect(1, 2);
        Scan();

        Assert.Equal(OutcomeKind.Unavailable, _cluster.Sink.Only.Kind);
        Assert.Contains($"{_cluster.NameOf(1)} not connected", _cluster.Sink.Only.Failure);
        Assert.Equal(Here, _cluster.Sink.ScanNext);
    }

    [Fact]
    public void A_scan_that_nobody_answers_ends_at_its_timeout()
    {
        Scan();
        _cluster.Loop.Pass(RequestOptions.DefaultTimeout + 4);

        Assert.Equal(OutcomeKind.TimedOut, _cluster.Sink.Only.Kind);
        Assert.Equal(0, _cluster.Database.Load);
    }

    [Fact]
    public void Answers_that_come_for_an_earlier_page_change_nothing()
    {
        Hold(0, "{k}a");
        Scan();
        FakeReplica.Question late = _cluster[1].Take();
        _cluster.Disconnect(1);
        Answer(0, 2);
        _cluster.Sink.Results.Clear();
        late.Answer();
        late.Answer();

        Assert.Empty(_cluster.Sink.Results);
    }

    /// <param name="count">As many as there are, so that one page is all it asks for.</param>
    private void Scan(int count = 1) => _cluster.Database.Scan(new Quorate.Coordinator.ScanCommand(0, Here, count, default), _cluster.Sink, 1);

    private void Hold(int rank, params string[] keys)
    {
        foreach (string key in keys) _cluster[rank].Hold(key, _cluster.Foreign(0), "x");
    }

    private void Answer(params int[] ranks)
    {
        foreach (int rank in ranks) _cluster[rank].Answer();
    }

    private void ClearWaiting()
    {
        foreach (FakeReplica replica in _cluster.Replicas) replica.Waiting.Clear();
    }

    private static IEnumerable<string> InOrder(int count) => Enumerable.Range(0, count).Select(number => $"{{k}}{number}").OrderBy(HashOf);

    private static ulong HashOf(string key) => ScanPoint.HashOf(Encoding.UTF8.GetBytes(key));
}
