using Quorate.Coordinator;
using Quorate.Coordinator.Requests;
using Quorate.Core.Messages;
using Xunit;

namespace Quorate.Tests.Coordinator;

public sealed class RequestTableTests
{
    private readonly RequestTable<Request> _table = new(capacity: 100);

    [Fact]
    public void Expecting_answers_changes_nothing_however_many_and_to_whatever()
    {
        Request[] requests = [.. Enumerable.Range(0, 2 * IForesight.Window).Select(_ => new Request())];
        foreach (Request request in requests) _table.Add(request);

        for (int round = 0; round < 2; round++)
        {
            foreach (Request request in requests) _table.Expect(IdOf(request));
            _table.Expect(new OperationId(50_000, 1, 0));
            _table.Expect(OperationId.Unanswered);
            _table.FetchExpected();
        }

        Assert.All(requests, request => Assert.Same(request, _table.Find(IdOf(request))));
        Assert.Equal(requests.Length, _table.Count);
    }

    [Fact]
    public void An_answer_that_is_expected_where_nobody_has_a_place_any_more_changes_nothing()
    {
        var request = new Request();
        _table.Add(request);
        _table.Remove(request);
        _table.Vacate(request);

        _table.Expect(IdOf(request));
        _table.FetchExpected();

        Assert.Null(_table.Find(IdOf(request)));
    }

    [Fact]
    public void A_pool_gives_back_the_last_to_end_first_and_makes_one_where_none_waits()
    {
        var pool = new Pool<Request>(() => new Request());
        Request[] ended = [.. Enumerable.Range(0, 20).Select(_ => new Request())];
        Assert.All(ended, request => Assert.True(pool.Return(request)));

        Assert.All(ended.Reverse(), request => Assert.Same(request, pool.Rent()));
        Assert.DoesNotContain(pool.Rent(), ended);
    }

    private static OperationId IdOf(Request request) => new(request.Slot, request.Round, 0);

    private sealed class Request : RequestSlot;
}
