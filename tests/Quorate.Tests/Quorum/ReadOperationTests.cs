using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Quorum;

public class ReadOperationTests
{
    [Fact]
    public void A_read_asks_as_many_as_must_answer_its_own_replica_first() =>
        Play(Read(5, 3, local: 4), "begin -> ask 0,1,4");

    [Fact]
    public void A_read_whose_replicas_agree_is_answered() => Play(
        Read(3, 2, local: 1),
        "begin -> ask 0,1",
        "1 has 5 -> wait",
        "0 digest 5 -> Ok 2/2 v5; release");

    [Fact]
    public void Nothing_anywhere_is_an_answer_too() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 nothing -> wait",
        "1 nothing -> Ok 2/2 nothing; release");

    [Fact]
    public void A_deletion_is_written_back_like_a_value_and_needs_no_bytes() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 deleted 7 -> write back to 0",
        "0 stored -> Ok 2/2 v7 repaired 1; release");

    [Fact]
    public void A_replica_that_refuses_or_is_away_is_replaced_at_once() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 unfit -> ask 2",
        "2 has 5 -> wait",
        "1 has 5 -> Ok 2/2 v5; release");

    [Fact]
    public void A_late_replica_is_joined_by_one_more_and_whoever_answers_first_counts() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "late -> ask 2",
        "late -> wait",
        "2 has 5 -> Ok 2/2 v5; release");

    [Fact]
    public void When_R_cannot_answer_the_read_is_unavailable_and_says_who() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 unfit -> ask 2",
        "2 lost -> Unavailable 0/2: Unfit Pending Lost; release");

    [Fact]
    public void When_R_stay_silent_the_read_times_out() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "1 has 5 -> wait",
        "expire -> TimedOut 1/2: Pending Answered None; release");

    [Fact]
    public void At_a_quorum_the_answer_waits_until_R_hold_it() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 has 7 -> write back to 0",
        "0 stored -> Ok 2/2 v7 repaired 1; release");

    [Fact]
    public void Below_a_quorum_it_does_not_wait() => Play(
        Read(4, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 has 7 -> Ok 2/2 v7 repaired 1; write back to 0; release");

    [Fact]
    public void A_replica_that_holds_something_newer_than_the_write_back_holds_that_too() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 has 7 -> write back to 0",
        "0 superseded -> Ok 2/2 v7 repaired 1; release");

    [Fact]
    public void What_held_something_newer_than_one_winner_need_not_hold_the_next() => Play(
        Read(5, 3, Fanout.All),
        "begin -> ask 0,1,2,3,4",
        "0 has 5 -> wait",
        "1 has 5 -> wait",
        "2 has 7 -> write back to 0,1",
        "0 superseded -> wait",
        "3 has 9 -> write back to 0,1,2",
        "1 stored -> wait",
        "0 stored -> Ok 4/3 v9 repaired 3");

    [Fact]
    public void Where_a_write_back_is_refused_a_further_replica_may_hold_the_winner() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 has 7 -> write back to 0",
        "0 overloaded -> ask 2",
        "2 has 7 -> Ok 3/2 v7 repaired 1; release");

    [Fact]
    public void A_write_back_that_may_have_stored_something_leaves_no_certain_failure() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 has 7 -> write back to 0",
        "0 lost -> ask 2",
        "2 unfit -> TimedOut 1/2: Lost Answered Unfit; release");

    [Fact]
    public void A_read_that_fails_as_its_winner_cannot_be_stored_says_who_did_not_take_it() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 has 7 -> write back to 0",
        "0 overloaded -> ask 2",
        "2 has 5 -> write back to 2",
        "2 overloaded -> TimedOut 1/2: Overloaded Answered Overloaded; release");

    [Fact]
    public void A_replica_that_does_not_confirm_the_winner_in_time_gave_no_answer() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 has 7 -> write back to 0",
        "expire -> TimedOut 1/2: Pending Answered None; release");

    [Fact]
    public void An_acknowledgement_of_an_earlier_winner_does_not_count_for_the_next()
    {
        ReadOperation operation = Read(5, 3, Fanout.All);
        Play(operation, "begin -> ask 0,1,2,3,4", "0 has 5 -> wait", "1 has 5 -> wait", "2 has 7 -> write back to 0,1");
        byte earlier = operation.Phase;
        Play(operation, "3 has 9 -> write back to 0,1,2");

        operation.RecordWriteBack(0, earlier, Verdict.Stored);
        operation.RecordWriteBack(1, earlier, Verdict.Stored);

        Assert.Equal(ReadStep.Wait, operation.Next());
        Play(operation, "0 stored -> wait", "2 stored -> Ok 4/3 v9 repaired 3");
    }

    [Fact]
    public void Bytes_of_which_only_the_digest_came_are_fetched() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 digest 7 -> fetch from 1",
        "1 has 7 -> write back to 0",
        "0 stored -> Ok 2/2 v7 repaired 1; release");

    [Fact]
    public void A_late_fetch_is_tried_from_another_holder_too() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 digest 7 -> wait",
        "1 digest 7 -> fetch from 0",
        "late -> fetch from 1",
        "1 has 7 -> Ok 2/2 v7; release");

    [Fact]
    public void A_replica_that_breaks_before_giving_its_bytes_counts_as_if_it_had_not_answered() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 digest 7 -> fetch from 1",
        "1 lost -> ask 2",
        "2 digest 7 -> fetch from 2",
        "2 has 7 -> write back to 0",
        "0 stored -> Ok 2/2 v7 repaired 1; release");

    [Fact]
    public void The_bytes_of_an_earlier_winner_are_fetched_again_when_the_later_one_breaks() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 digest 7 -> fetch from 1",
        "1 lost -> ask 2",
        "2 nothing -> fetch from 0",
        "0 has 5 -> write back to 2",
        "2 stored -> Ok 2/2 v5 repaired 1; release");

    [Fact]
    public void A_replica_that_answers_a_fetch_without_bytes_is_not_asked_for_ever() => Play(
        Read(2, 1),
        "begin -> ask 0",
        "0 digest 7 -> fetch from 0",
        "0 digest 7 -> ask 1",
        "1 has 7 -> Ok 1/1 v7; release");

    [Fact]
    public void When_nobody_is_left_to_give_the_bytes_the_read_is_unavailable() => Play(
        Read(2, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "1 digest 7 -> fetch from 1",
        "1 lost -> Unavailable 1/2: Answered Lost; release");

    [Fact]
    public void Fanout_all_asks_all_and_repairs_late_answers_after_the_reply() => Play(
        Read(3, 2, Fanout.All),
        "begin -> ask 0,1,2",
        "0 has 5 -> wait",
        "1 has 5 -> Ok 2/2 v5",
        "2 has 3 -> write back to 2; release");

    [Fact]
    public void A_late_answer_that_is_newer_is_fetched_and_repairs_the_others() => Play(
        Read(3, 2, Fanout.All),
        "begin -> ask 0,1,2",
        "0 has 5 -> wait",
        "1 has 5 -> Ok 2/2 v5",
        "2 digest 7 -> fetch from 2",
        "2 has 7 -> write back to 0,1; release");

    [Fact]
    public void A_late_answer_that_never_comes_is_not_waited_for_beyond_the_deadline() => Play(
        Read(3, 2, Fanout.All),
        "begin -> ask 0,1,2",
        "0 has 5 -> wait",
        "1 has 5 -> Ok 2/2 v5",
        "expire -> release");

    [Fact]
    public void A_second_answer_of_one_replica_does_not_count() => Play(
        Read(3, 2),
        "begin -> ask 0,1",
        "0 has 5 -> wait",
        "0 has 7 -> wait",
        "2 has 9 -> wait",
        "1 has 5 -> Ok 2/2 v5; release");

    [Fact]
    public void Only_before_the_answer_is_there_anything_to_hurry()
    {
        ReadOperation operation = Read(3, 2);
        Assert.True(operation.CanAskFurther);
        Play(operation, "begin -> ask 0,1", "late -> ask 2");
        Assert.False(operation.CanAskFurther);
        Play(operation, "0 digest 5 -> wait", "1 digest 5 -> fetch from 0");
        Assert.True(operation.CanAskFurther);
        Play(operation, "0 has 5 -> Ok 2/2 v5; release");
        Assert.False(operation.CanAskFurther);
    }

    [Fact]
    public void For_every_N_R_and_answers_a_read_is_answered_exactly_when_R_answer()
    {
        for (int n = 1; n <= 7; n++)
        {
            for (int r = 1; r <= n; r++)
            {
                for (int number = 0; number < (int)Math.Pow(3, n); number++) CheckOutcome(n, r, number);
            }
        }
    }

    /// <summary>Each replica, by a digit of the number, holds the same, refuses, or stays silent.</summary>
    private static void CheckOutcome(int n, int r, int number)
    {
        ReadOperation operation = Read(n, r);
        int DigitOf(int rank) => number / (int)Math.Pow(3, rank) % 3;
        ReadStep step;
        int late = 0;
        while ((step = operation.Next()) != ReadStep.Answer)
        {
            if (step == ReadStep.Ask)
            {
                foreach (int rank in RanksOf(operation.Targets))
                {
                    if (DigitOf(rank) == 0) operation.RecordAnswer(rank, Value(5).Digest, true);
                    if (DigitOf(rank) == 1) operation.RecordFailure(rank, Verdict.Unfit);
                }
            }
            else if (late++ < n)
            {
                operation.AllowFurther();
            }
            else
            {
                operation.Expire();
            }
        }

        int answering = Enumerable.Range(0, n).Count(rank => DigitOf(rank) == 0);
        int silent = Enumerable.Range(0, n).Count(rank => DigitOf(rank) == 2);
        OutcomeKind promised = answering >= r ? OutcomeKind.Ok : answering + silent >= r ? OutcomeKind.TimedOut : OutcomeKind.Unavailable;
        Assert.True(promised == operation.Outcome.Kind, $"N={n} R={r} answers {number}: {operation.Outcome.Kind}, not {promised}");
        Assert.InRange(operation.Outcome.Confirmed, promised == OutcomeKind.Ok ? r : 0, answering);
        Assert.Equal(ReadStep.Release, operation.Next());
    }

    private static ReadOperation Read(int replicas, int needed, Fanout fanout = Fanout.Required, int local = -1)
    {
        var operation = new ReadOperation();
        var order = new AskOrder();
        if (local >= 0) order.Add(local);
        order.AddQuickestFirst(ReplicaSet.FirstOf(replicas) - order.Ranks, new int[replicas]);
        operation.Begin(replicas, needed, fanout, order);
        return operation;
    }

    /// <summary>Each line is what happens, and after the arrow every step the operation then asks for.</summary>
    private static void Play(ReadOperation operation, params string[] script)
    {
        foreach (string line in script)
        {
            string happening = line.Split(" -> ")[0];
            Do(operation, happening.Split(' '));
            Assert.Equal(line, $"{happening} -> {string.Join("; ", StepsOf(operation))}");
        }
    }

    private static void Do(ReadOperation operation, string[] words)
    {
        if (words[0] == "begin") return;
        if (words[0] == "late") operation.AllowFurther();
        else if (words[0] == "expire") operation.Expire();
        else DoAt(operation, int.Parse(words[0]), words[1], words.Length > 2 ? ulong.Parse(words[2]) : 0);
    }

    private static void DoAt(ReadOperation operation, int rank, string what, ulong time)
    {
        switch (what)
        {
            case "has":
                operation.RecordAnswer(rank, Value(time).Digest, hasPayload: true);
                break;
            case "digest":
                operation.RecordAnswer(rank, Value(time).Digest, hasPayload: false);
                break;
            case "deleted":
                operation.RecordAnswer(rank, new Entry(EntryHead.Tombstone(At(time)), default).Digest, hasPayload: false);
                break;
            case "nothing":
                operation.RecordAnswer(rank, default, hasPayload: false);
                break;
            case "stored" or "superseded" or "overloaded":
                operation.RecordWriteBack(rank, operation.Phase, Enum.Parse<Verdict>(what, ignoreCase: true));
                break;
            case "lost":
                operation.RecordLoss(rank);
                break;
            default:
                operation.RecordFailure(rank, Enum.Parse<Verdict>(what, ignoreCase: true));
                break;
        }
    }

    private static List<string> StepsOf(ReadOperation operation)
    {
        var steps = new List<string>();
        ReadStep step;
        while ((step = operation.Next()) is not (ReadStep.Wait or ReadStep.Release))
        {
            steps.Add(step switch
            {
                ReadStep.Ask => $"ask {Ranks(operation)}",
                ReadStep.FetchPayload => $"fetch from {Ranks(operation)}",
                ReadStep.WriteBack => $"write back to {Ranks(operation)}",
                _ => Describe(operation),
            });
        }

        if (step == ReadStep.Release) steps.Add("release");
        return steps.Count > 0 ? steps : ["wait"];
    }

    private static string Describe(ReadOperation operation)
    {
        Outcome outcome = operation.Outcome;
        string counted = $"{outcome.Kind} {outcome.Confirmed}/{outcome.Needed}";
        if (!outcome.IsOk) return $"{counted}: {string.Join(' ', Enumerable.Range(0, outcome.Replicas).Select(rank => outcome.Verdicts[rank]))}";
        string found = operation.Winner.Head.Kind == EntryKind.Absent ? "nothing" : $"v{operation.Winner.Head.Version.Timestamp.Value}";
        return $"{counted} {found}{(operation.Repaired > 0 ? $" repaired {operation.Repaired}" : "")}";
    }

    private static string Ranks(ReadOperation operation) => string.Join(',', RanksOf(operation.Targets));

    private static IEnumerable<int> RanksOf(ReplicaSet set) => Enumerable.Range(0, ReplicaSet.MaxReplicas).Where(set.Contains);

    private static Entry Value(ulong time) => new(new EntryHead(EntryKind.Register, At(time), Expiry.Never, 0), "value"u8);

    private static Version At(ulong time) => new(new HybridTimestamp(time), default);
}
