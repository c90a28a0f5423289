using Quorate.Core.Membership;
using Quorate.Core.Quorum;
using Quorate.Core.Versions;
using Xunit;

namespace Quorate.Tests.Quorum;

public class WriteOperationTests
{
    [Fact]
    public void A_put_is_confirmed_by_the_replica_that_makes_W() => Play(
        3, 2,
        "0 stored -> wait",
        "2 stored -> Ok 2/2: Stored Pending Stored");

    [Fact]
    public void Two_refusals_of_three_are_a_certain_failure_once_the_third_refuses_too() => Play(
        3, 2,
        "0 unfit -> wait",
        "1 notconnected -> wait",
        "2 unfit -> Unavailable 0/2: Unfit NotConnected Unfit");

    [Fact]
    public void A_put_that_one_replica_stored_and_the_others_refused_is_unknown_at_once() => Play(
        3, 2,
        "0 stored -> wait",
        "1 unfit -> wait",
        "2 overloaded -> TimedOut 1/2: Stored Unfit Overloaded");

    [Fact]
    public void A_full_replica_is_named_before_one_that_is_away_and_a_size_before_both()
    {
        Play(2, 2, "0 overloaded -> wait", "1 notconnected -> Overloaded 0/2: Overloaded NotConnected");
        Play(2, 2, "0 overloaded -> wait", "1 toolarge -> TooLarge 0/2: Overloaded TooLarge");
    }

    [Fact]
    public void A_replica_whose_connection_broke_may_have_stored_the_put() => Play(
        3, 2,
        "0 lost -> wait",
        "1 unfit -> TimedOut 0/2: Lost Unfit Pending");

    [Fact]
    public void Silence_until_the_deadline_is_unknown_and_names_the_silent() => Play(
        3, 2,
        "0 stored -> wait",
        "expire -> TimedOut 1/2: Stored Pending Pending");

    [Fact]
    public void A_put_that_can_still_reach_W_does_not_stamp_again() => Play(
        3, 2,
        "0 superseded 9 -> wait",
        "1 stored -> wait",
        "2 stored -> Ok 2/2: Superseded Stored Stored");

    [Fact]
    public void A_put_that_cannot_reach_W_for_being_superseded_stamps_above_the_highest_it_saw() => Play(
        3, 2,
        "0 superseded 9 -> wait",
        "2 superseded 7 -> restamp above 9; ask 0,1,2",
        "1 stored -> wait",
        "0 stored -> Ok 2/2: Stored Stored Pending");

    [Fact]
    public void What_a_replica_stored_of_an_earlier_stamp_does_not_count() => Play(
        3, 2,
        "0 stored -> wait",
        "1 superseded 9 -> wait",
        "2 superseded 9 -> restamp above 9; ask 0,1,2",
        "1 stored -> wait",
        "expire -> TimedOut 1/2: Pending Stored Pending");

    [Fact]
    public void Once_an_earlier_stamp_may_be_stored_refusals_of_the_next_are_unknown() => Play(
        3, 2,
        "1 superseded 9 -> wait",
        "2 superseded 9 -> restamp above 9; ask 0,1,2",
        "0 unfit -> wait",
        "1 unfit -> TimedOut 0/2: Unfit Unfit Pending");

    [Fact]
    public void Where_every_replica_answered_the_earlier_stamp_refusals_of_the_next_are_certain()
    {
        Play(2, 2, "0 unfit -> wait", "1 superseded 9 -> Unavailable 0/2: Unfit Superseded");
        Play(1, 1, "0 superseded 9 -> restamp above 9; ask 0", "0 overloaded -> Overloaded 0/1: Overloaded");
    }

    [Fact]
    public void What_overtakes_a_put_after_W_replicas_were_heard_is_concurrent_and_holds_it_too() => Play(
        3, 2,
        "0 superseded 9 -> wait",
        "2 superseded 7 -> restamp above 9; ask 0,1,2",
        "0 superseded 19 -> wait",
        "2 superseded 29 -> Ok 2/2: Superseded Pending Superseded");

    [Fact]
    public void A_put_that_heard_fewer_than_W_replicas_must_win() => Play(
        3, 2,
        "0 superseded 9 -> wait",
        "1 unfit -> restamp above 9; ask 0,1,2",
        "0 superseded 19 -> wait",
        "1 stored -> wait",
        "2 superseded 19 -> restamp above 19; ask 0,1,2",
        "0 superseded 29 -> wait",
        "2 superseded 29 -> Ok 2/2: Superseded Pending Superseded");

    [Fact]
    public void A_put_stamps_again_four_times_and_then_gives_up() => Play(
        3, 2,
        "0 superseded 9, 1 unfit -> restamp above 9; ask 0,1,2",
        "0 superseded 19, 1 unfit -> restamp above 19; ask 0,1,2",
        "0 superseded 29, 1 unfit -> restamp above 29; ask 0,1,2",
        "0 superseded 39, 1 unfit -> restamp above 39; ask 0,1,2",
        "0 superseded 49, 1 unfit -> TimedOut 0/2: Superseded Unfit Pending");

    [Fact]
    public void After_the_deadline_a_put_does_not_stamp_again() => Play(
        3, 3,
        "0 stored -> wait",
        "expire, 1 superseded 9 -> TimedOut 1/3: Stored Superseded Pending");

    [Fact]
    public void A_second_answer_of_one_replica_does_not_count() => Play(
        3, 2,
        "0 stored -> wait",
        "0 stored -> wait",
        "0 unfit -> wait",
        "1 stored -> Ok 2/2: Stored Stored Pending");

    [Fact]
    public void A_put_that_was_never_sent_fails_for_certain() => Play(
        3, 2,
        "abandon -> Unavailable 0/2: None None None");

    [Fact]
    public void Home_replicas_that_have_not_taken_an_acknowledged_put_get_a_hint_the_silent_ones_once_they_are_late()
    {
        Play(3, 2, "0 lost -> wait", "1 stored -> wait", "2 stored -> Ok 2/2: Lost Stored Stored; hint for 0");
        Play(3, 2, "1 stored -> wait", "2 stored -> Ok 2/2: Pending Stored Stored", "late -> hint for 0", "late -> wait");
        Play(3, 2, "1 stored -> wait", "2 stored -> Ok 2/2: Pending Stored Stored", "0 stored -> wait", "late -> wait");
        Play(3, 1, "1 stored -> Ok 1/1: Pending Stored Pending", "0 overloaded -> hint for 0", "expire -> hint for 2");
    }

    [Fact]
    public void What_refused_the_put_for_good_gets_no_hint() =>
        Play(3, 1, "0 unfit -> wait", "1 wrongepoch -> wait", "2 stored -> Ok 1/1: Unfit WrongEpoch Stored", "late -> wait");

    [Fact]
    public void A_put_that_failed_leaves_no_hints() =>
        Play(3, 3, "0 stored -> wait", "1 lost -> TimedOut 1/3: Stored Lost Pending", "late -> wait");

    [Fact]
    public void A_suspected_home_replica_is_not_asked_and_gets_a_hint_at_once() => PlaySpread(
        ReplicaSet.Of(1), isSloppy: false,
        "0 stored -> wait",
        "2 stored -> Ok 2/2: Stored None Stored; hint for 1");

    [Fact]
    public void A_suspected_home_replica_is_asked_where_W_needs_it() => PlaySpread(
        ReplicaSet.Of(1), isSloppy: false,
        "0 stored -> wait",
        "2 lost -> ask 1",
        "1 stored -> Ok 2/2: Stored Stored Lost; hint for 2");

    [Fact]
    public void A_suspected_home_replica_is_asked_when_another_is_late() => PlaySpread(
        ReplicaSet.Of(1), isSloppy: false,
        "0 stored -> wait",
        "late -> ask 1",
        "1 stored -> Ok 2/2: Stored Stored Pending; hint for 2");

    [Fact]
    public void Two_suspected_home_replicas_are_asked_as_W_needs_them() => PlaySpread(
        ReplicaSet.Of(1).With(2), isSloppy: false,
        "0 stored -> ask 1",
        "1 stored -> Ok 2/2: Stored Stored None; hint for 2");

    [Fact]
    public void In_a_sloppy_quorum_a_fallback_keeps_the_put_for_a_home_replica_and_counts() => PlaySpread(
        ReplicaSet.Empty, isSloppy: true,
        "0 lost -> wait",
        "1 lost -> ask 3",
        "2 stored -> wait",
        "3 stored -> Ok 2/2: Lost Lost Stored, 3 Stored; hint for 1");

    [Fact]
    public void A_fallback_and_the_home_replica_it_stands_in_for_are_one_because_the_hint_goes_when_both_have_the_put() => PlaySpread(
        ReplicaSet.Empty, isSloppy: true,
        "late -> ask 3; ask 4",
        "0 stored -> wait",
        "3 stored -> wait",
        "2 stored -> Ok 2/2: Stored Pending Stored, 3 Stored, 4 Pending; hint for 1");

    [Fact]
    public void A_fallback_without_room_is_replaced_by_the_next() => PlaySpread(
        ReplicaSet.Of(0).With(1), isSloppy: true,
        "begin -> ask 3",
        "3 overloaded -> ask 4",
        "4 stored -> wait",
        "2 stored -> Ok 2/2: None None Stored, 3 Overloaded, 4 Stored; hint for 1");

    [Fact]
    public void Where_fallbacks_are_used_up_suspected_home_replicas_are_asked() => PlaySpread(
        ReplicaSet.Of(0).With(1), isSloppy: true,
        "begin -> ask 3",
        "3 overloaded -> ask 4",
        "4 notconnected -> ask 0",
        "0 stored -> wait",
        "2 stored -> Ok 2/2: Stored None Stored, 3 Overloaded, 4 NotConnected; hint for 1");

    [Fact]
    public void For_every_N_W_and_answers_the_outcome_is_what_law_7_promises()
    {
        for (int n = 1; n <= 7; n++)
        {
            for (int w = 1; w <= n; w++)
            {
                foreach (Verdict[] answers in Answers(n)) CheckOutcome(n, w, answers);
            }
        }
    }

    private static void CheckOutcome(int n, int w, Verdict[] answers)
    {
        var operation = new WriteOperation();
        operation.Begin(n, w);
        operation.Next();
        WriteStep step = operation.Next();
        for (int rank = 0; rank < n && step == WriteStep.Wait; rank++)
        {
            // Nobody's silence is an answer: the deadline comes last.
            if (answers[rank] == Verdict.Pending) continue;
            operation.Record(rank, answers[rank]);
            step = operation.Next();
        }

        if (step == WriteStep.Wait)
        {
            operation.Expire();
            step = operation.Next();
        }

        int stored = answers.Count(answer => answer == Verdict.Stored);
        bool anyMayHaveStored = stored > 0 || answers.Any(answer => answer is Verdict.Lost or Verdict.Pending);
        OutcomeKind promised = stored >= w ? OutcomeKind.Ok : anyMayHaveStored ? OutcomeKind.TimedOut : OutcomeKind.Unavailable;
        string what = $"N={n} W={w}: {string.Join(' ', answers)}";
        Assert.True(step == WriteStep.Answer, what);
        Assert.True(promised == operation.Outcome.Kind, $"{what} gave {operation.Outcome.Kind}, not {promised}");
        Assert.True(operation.Outcome.Needed == w && operation.Outcome.Replicas == n && operation.Outcome.Confirmed <= stored, what);
    }

    private static IEnumerable<Verdict[]> Answers(int n)
    {
        Verdict[] possible = [Verdict.Stored, Verdict.Unfit, Verdict.Lost, Verdict.Pending];
        int count = (int)Math.Pow(possible.Length, n);
        for (int number = 0; number < count; number++)
        {
            yield return [.. Enumerable.Range(0, n).Select(rank => possible[number / (int)Math.Pow(possible.Length, rank) % possible.Length])];
        }
    }

    /// <summary>Each line is what happens, and after the arrow what the operation then says.</summary>
    private static void Play(int replicas, int needed, params string[] script)
    {
        var operation = new WriteOperation();
        operation.Begin(replicas, needed);
        Play(operation, script);
    }

    /// <summary>A put of two of three, with the home replicas to avoid and the fallbacks 3 and 4 where the quorum is sloppy.</summary>
    private static void PlaySpread(ReplicaSet avoided, bool isSloppy, params string[] script)
    {
        var operation = new WriteOperation();
        operation.Begin(3, 2, avoided, isSloppy ? ReplicaSet.Of(3).With(4) : ReplicaSet.Empty);
        Play(operation, script);
    }

    private static void Play(WriteOperation operation, string[] script)
    {
        operation.Next();
        foreach (string line in script)
        {
            string[] halves = line.Split(" -> ");
            foreach (string action in halves[0].Split(", ")) Do(operation, action.Split(' '));
            Assert.Equal(line, $"{halves[0]} -> {Describe(operation)}");
        }
    }

    private static void Do(WriteOperation operation, string[] words)
    {
        switch (words[0])
        {
            case "expire":
                operation.Expire();
                break;
            case "abandon":
                operation.Abandon();
                break;
            case "late":
                operation.NoticeLate();
                break;
            case "begin":
                break;
            default:
                operation.Record(int.Parse(words[0]), Enum.Parse<Verdict>(words[1], ignoreCase: true), words.Length > 2 ? At(ulong.Parse(words[2])) : default);
                break;
        }
    }

    /// <summary>All it says until it waits.</summary>
    private static string Describe(WriteOperation operation)
    {
        List<string> steps = [];
        for (WriteStep step = operation.Next(); step is not (WriteStep.Wait or WriteStep.Release); step = operation.Next())
        {
            steps.Add(step switch
            {
                WriteStep.Restamp => $"restamp above {operation.Superseding.Timestamp.Value}",
                WriteStep.Ask => $"ask {Ranks(operation.Targets)}",
                WriteStep.Hint => $"hint for {Ranks(operation.Targets)}",
                _ => Describe(operation.Outcome),
            });
        }

        return steps.Count == 0 ? "wait" : string.Join("; ", steps);
    }

    private static string Ranks(ReplicaSet set) => string.Join(',', Enumerable.Range(0, ReplicaSet.MaxReplicas).Where(set.Contains));

    private static string Describe(Outcome outcome)
    {
        IEnumerable<Verdict> verdicts = Enumerable.Range(0, outcome.Replicas).Select(rank => outcome.Verdicts[rank]);
        string fallbacks = string.Concat(Enumerable.Range(outcome.Replicas, ReplicaSet.MaxReplicas - outcome.Replicas)
            .Where(rank => outcome.Verdicts[rank] != Verdict.None).Select(rank => $", {rank} {outcome.Verdicts[rank]}"));
        return $"{outcome.Kind} {outcome.Confirmed}/{outcome.Needed}: {string.Join(' ', verdicts)}{fallbacks}";
    }

    private static Version At(ulong time) => new(new HybridTimestamp(time), new WriterId(new NodeId(1), 1));
}
