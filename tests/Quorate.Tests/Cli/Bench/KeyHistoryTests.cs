using Quorate.Cli.Bench;
using Xunit;

namespace Quorate.Tests.Cli.Bench;

/// <summary>Times are places in one order of events; a put is named by when it began.</summary>
public sealed class KeyHistoryTests
{
    private const long Before = KeyHistory.Before;

    private readonly KeyHistory _history = new();

    [Fact]
    public void What_was_there_before_may_be_read_until_a_put_is_acknowledged()
    {
        _history.Begin(put: 1);
        Assert.True(_history.TryRead(Before, begun: 2, now: 3));

        _history.Acknowledge(put: 1, now: 4);

        Assert.False(_history.TryRead(Before, begun: 5, now: 6));
        Assert.True(_history.TryRead(1, begun: 7, now: 8));
    }

    [Fact]
    public void A_read_that_began_before_the_acknowledgement_may_return_what_was_there_before()
    {
        _history.Begin(put: 1);
        _history.Acknowledge(put: 1, now: 3);

        Assert.True(_history.TryRead(Before, begun: 2, now: 4));
    }

    [Fact]
    public void A_put_in_flight_may_be_read_and_not_be_read()
    {
        Acknowledged(put: 1, now: 2);
        _history.Begin(put: 3);

        Assert.True(_history.TryRead(3, begun: 4, now: 5));
        Assert.True(_history.TryRead(3, begun: 6, now: 7));
    }

    [Fact]
    public void Of_two_puts_at_once_either_may_win()
    {
        _history.Begin(put: 1);
        _history.Begin(put: 2);
        _history.Acknowledge(put: 1, now: 3);
        _history.Acknowledge(put: 2, now: 4);

        // Both reads began before either ended, so they say nothing about each other.
        Assert.True(_history.TryRead(1, begun: 5, now: 7));
        Assert.True(_history.TryRead(2, begun: 6, now: 8));
    }

    [Fact]
    public void When_a_read_has_shown_which_of_two_won_the_other_is_not_seen_again()
    {
        _history.Begin(put: 1);
        _history.Begin(put: 2);
        _history.Acknowledge(put: 1, now: 3);
        _history.Acknowledge(put: 2, now: 4);
        Assert.True(_history.TryRead(1, begun: 5, now: 6));

        Assert.False(_history.TryRead(2, begun: 7, now: 8));
        Assert.True(_history.TryRead(1, begun: 9, now: 10));
    }

    [Fact]
    public void A_put_that_began_after_another_was_acknowledged_wins()
    {
        Acknowledged(put: 1, now: 2);
        Acknowledged(put: 3, now: 4);

        Assert.False(_history.TryRead(1, begun: 5, now: 6));
        Assert.True(_history.TryRead(3, begun: 5, now: 7));
    }

    [Fact]
    public void A_put_that_was_refused_is_never_read()
    {
        _history.Begin(put: 1);
        _history.Refuse(put: 1);

        Assert.False(_history.TryRead(1, begun: 2, now: 3));
    }

    [Fact]
    public void A_put_whose_outcome_is_unknown_may_win_at_any_time()
    {
        _history.Begin(put: 1);
        _history.Lose(put: 1);
        Acknowledged(put: 2, now: 3);
        Acknowledged(put: 4, now: 5);
        Assert.True(_history.TryRead(4, begun: 6, now: 7));

        Assert.True(_history.TryRead(1, begun: 8, now: 9));
        Assert.False(_history.TryRead(2, begun: 10, now: 11));
    }

    [Fact]
    public void What_was_acknowledged_before_a_read_began_that_returned_something_newer_is_not_seen_again()
    {
        Acknowledged(put: 1, now: 2);
        _history.Begin(put: 3);
        Assert.True(_history.TryRead(3, begun: 4, now: 6));

        Assert.True(_history.TryRead(1, begun: 5, now: 7));
        Assert.False(_history.TryRead(1, begun: 8, now: 9));
    }

    /// <summary>concepts.md: not linearizable while it is not acknowledged.</summary>
    [Fact]
    public void A_put_in_flight_may_be_seen_be_overwritten_by_another_and_be_seen_again()
    {
        _history.Begin(put: 1);
        Assert.True(_history.TryRead(1, begun: 2, now: 3));
        Acknowledged(put: 4, now: 5);
        Assert.True(_history.TryRead(4, begun: 6, now: 7));

        Assert.True(_history.TryRead(1, begun: 8, now: 9));
    }

    [Fact]
    public void Only_what_no_read_in_flight_may_return_is_forgotten()
    {
        Acknowledged(put: 1, now: 2);
        Acknowledged(put: 4, now: 5);

        _history.Forget(oldestRead: 3);
        Assert.True(_history.TryRead(1, begun: 3, now: 6));

        _history.Forget(oldestRead: 6);
        Assert.Equal(1, _history.Count);
        Assert.False(_history.TryRead(1, begun: 7, now: 8));
        Assert.True(_history.TryRead(4, begun: 7, now: 9));
    }

    private void Acknowledged(long put, long now)
    {
        _history.Begin(put);
        _history.Acknowledge(put, now);
    }
}
