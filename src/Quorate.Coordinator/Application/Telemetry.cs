using System.Diagnostics;
using System.Diagnostics.Metrics;
using Quorate.Coordinator.Facade;

namespace Quorate;

/// <summary>
/// Activities and metrics under the name <c>Quorate.Client</c>, by OpenTelemetry's semantic conventions for databases
/// (opentelemetry.io/docs/specs/semconv/database). They cost nothing while nobody listens.
/// </summary>
internal static class Telemetry
{
    private const string Name = "Quorate.Client";

    /// <summary>As the conventions advise, in seconds.</summary>
    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] };

    public static ActivitySource Activities { get; } = new(Name);

    public static Histogram<double> Durations { get; } =
        new Meter(Name).CreateHistogram("db.client.operation.duration", "s", "Duration of database client operations.", tags: null, Buckets);

    public static bool IsOn => Durations.Enabled || Activities.HasListeners();
}

/// <summary>One request of the application, with all it is made again for.</summary>
internal sealed class Observation : IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly string _operation;
    private readonly string _keyspace;
    private readonly Activity? _activity;
    private string? _error;

    public Observation(FacadeOperation operation, string keyspace, TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
        _keyspace = keyspace;
        _operation = operation switch
        {
            FacadeOperation.Get => "GET",
            FacadeOperation.Put => "PUT",
            FacadeOperation.Delete => "DELETE",
            _ => "EXPIRE",
        };
        if (Telemetry.Activities.HasListeners())
            _activity = Telemetry.Activities.StartActivity(ActivityKind.Client, tags: Tags(error: null), name: $"{_operation} {keyspace}");
    }

    /// <param name="error">Few different ones: an outcome's kind, or an exception's type.</param>
    public void Fail(string error)
    {
        _error = error;
        _activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        _activity?.Dispose();
        if (Telemetry.Durations.Enabled) Telemetry.Durations.Record(_time.GetElapsedTime(_began).TotalSeconds, Tags(_error));
    }

    private TagList Tags(string? error)
    {
        TagList tags = new() { { "db.system.name", "quorate" }, { "db.namespace", _keyspace }, { "db.operation.name", _operation } };
        if (error is not null) tags.Add("error.type", error);
        return tags;
    }
}
