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
        "2 superseded 7 -> restamp above 9",
        "again -> wait",
        "1 stored -> wait",
        "0 stored -> Ok 2/2: Stored Stored Pending");

    [Fact]
    public void What_a_replica_stored_of_an_earlier_stamp_does_not_count() => Play(
        3, 2,
        "0 stored -> wait",
        "1 superseded 9 -> wait",
        "2 superseded 9 -> restamp above 9",
        "again -> wait",
        "1 stored -> wait",
        "expire -> TimedOut 1/2: Pending Stored Pending");

    [Fact]
    public void Once_an_earlier_stamp_may_be_stored_refusals_of_the_next_are_unknown() => Play(
        3, 2,
        "1 superseded 9 -> wait",
        "2 superseded 9 -> restamp above 9",
        "again -> wait",
        "0 unfit -> wait",
        "1 unfit -> TimedOut 0/2: Unfit Unfit Pending");

    [Fact]
    public void Where_every_replica_answered_the_earlier_stamp_refusals_of_the_next_are_certain()
    {
        Play(2, 2, "0 unfit -> wait", "1 superseded 9 -> Unavailable 0/2: Unfit Superseded");
        Play(1, 1, "0 superseded 9 -> restamp above 9", "again -> wait", "0 overloaded -> Overloaded 0/1: Overloaded");
    }

    [Fact]
    public void What_overtakes_a_put_after_W_replicas_were_heard_is_concurrent_and_holds_it_too() => Play(
        3, 2,
        "0 superseded 9 -> wait",
        "2 superseded 7 -> restamp above 9",
        "again -> wait",
        "0 superseded 19 -> wait",
        "2 superseded 29 -> Ok 2/2: Superseded Pending Superseded");

    [Fact]
    public void A_put_that_heard_fewer_than_W_replicas_must_win() => Play(
        3, 2,
        "0 superseded 9 -> wait",
        "1 unfit -> restamp above 9",
        "again -> wait",
        "0 superseded 19 -> wait",
        "1 stored -> wait",
        "2 superseded 19 -> restamp above 19",
        "again -> wait",
        "0 superseded 29 -> wait",
        "2 superseded 29 -> Ok 2/2: Superseded Pending Superseded");

    [Fact]
    public void A_put_stamps_again_four_times_and_then_gives_up() => Play(
        3, 2,
        "0 superseded 9, 1 unfit -> restamp above 9",
        "again, 0 superseded 19, 1 unfit -> restamp above 19",
        "again, 0 superseded 29, 1 unfit -> restamp above 29",
        "again, 0 superseded 39, 1 unfit -> restamp above 39",
        "again, 0 superseded 49, 1 unfit -> TimedOut 0/2: Superseded Unfit Pending");

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
        "abandon, expire -> Unavailable 0/2: None None None");

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
        Assert.True(step == WriteStep.Done, what);
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
        Assert.Equal(WriteStep.Wait, operation.Next());
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
            case "again":
                operation.BeginRound();
                break;
            default:
                operation.Record(int.Parse(words[0]), Enum.Parse<Verdict>(words[1], ignoreCase: true), words.Length > 2 ? At(ulong.Parse(words[2])) : default);
                break;
        }
    }

    private static string Describe(WriteOperation operation) => operation.Next() switch
    {
        WriteStep.Wait => "wait",
        WriteStep.Restamp => $"restamp above {operation.Superseding.Timestamp.Value}",
        _ => Describe(operation.Outcome),
    };

    private static string Describe(Outcome outcome)
    {
        IEnumerable<Verdict> verdicts = Enumerable.Range(0, outcome.Replicas).Select(rank => outcome.Verdicts[rank]);
        return $"{outcome.Kind} {outcome.Confirmed}/{outcome.Needed}: {string.Join(' ', verdicts)}";
    }

    private static Version At(ulong time) => new(new HybridTimestamp(time), new WriterId(new NodeId(1), 1));
}
