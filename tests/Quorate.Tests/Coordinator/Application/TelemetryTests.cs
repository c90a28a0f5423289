using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Tests.Server;
using Xunit;

// Requests of this database are answered at once.
#pragma warning disable xUnit1051

namespace Quorate.Tests.Coordinator.Application;

/// <summary>Listens to everything in this process, so it looks at a keyspace that nobody else uses.</summary>
public sealed class TelemetryTests : IDisposable
{
    private const string Own = "13";
    private readonly FakeDatabase _fake = new();
    private readonly QuorateKeyspace _keys;
    private readonly ConcurrentQueue<Activity> _activities = new();
    private readonly ConcurrentQueue<(double Seconds, Dictionary<string, object?> Tags)> _durations = new();
    private readonly ActivityListener _activityListener;
    private readonly MeterListener _meterListener = new();

    public TelemetryTests()
    {
        _keys = new QuorateDatabase(new DatabaseFacade(new InlineLoop(), _fake), TimeProvider.System).Keyspace(Own);
        _activityListener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Quorate.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("db.namespace"), Own)) _activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_activityListener);
        _meterListener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Quorate.Client", Name: "db.client.operation.duration", Unit: "s" }) listener.EnableMeasurementEvents(instrument);
        };
        _meterListener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            Dictionary<string, object?> named = tags.ToArray().ToDictionary();
            if (Equals(named["db.namespace"], Own)) _durations.Enqueue((seconds, named));
        });
        _meterListener.Start();
    }

    [Fact]
    public async Task A_request_is_an_activity_and_a_duration_by_the_conventions_for_databases()
    {
        await _keys.PutAsync("k", 1);

        Activity activity = Assert.Single(_activities);
        Assert.Equal(("PUT 13", ActivityKind.Client, ActivityStatusCode.Unset), (activity.DisplayName, activity.Kind, activity.Status));
        Assert.Equal(("quorate", "PUT"), (activity.GetTagItem("db.system.name"), activity.GetTagItem("db.operation.name")));
        (double seconds, Dictionary<string, object?> tags) = Assert.Single(_durations);
        Assert.True(seconds >= 0);
        Assert.Equal(("quorate", "PUT", 3), (tags["db.system.name"], tags["db.operation.name"], tags.Count));
    }

    [Fact]
    public async Task A_failure_says_of_what_kind_it_is()
    {
        _fake.Next = OutcomeKind.TimedOut;
        await Assert.ThrowsAsync<ReadTimedOutException>(async () => await _keys.GetAsync("k"));

        Activity activity = Assert.Single(_activities);
        Assert.Equal((ActivityStatusCode.Error, "TimedOut"), (activity.Status, activity.GetTagItem("error.type")));
        Assert.Equal("TimedOut", Assert.Single(_durations).Tags["error.type"]);
    }

    [Fact]
    public async Task An_activity_is_the_child_of_the_callers()
    {
        using var parent = new Activity("request");
        parent.Start();
        await _keys.DeleteAsync("k");
        Assert.Equal(parent.SpanId, Assert.Single(_activities).ParentSpanId);
    }

    public void Dispose()
    {
        _activityListener.Dispose();
        _meterListener.Dispose();
    }
}
