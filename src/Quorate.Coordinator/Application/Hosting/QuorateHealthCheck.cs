using Microsoft.Extensions.Diagnostics.HealthChecks;
using Quorate.Core.Quorum;

namespace Quorate;

/// <summary>
/// Whether requests find their quorum: reads one key of <c>default</c>, which need not be there. <c>AddHealthChecks().AddCheck&lt;QuorateHealthCheck&gt;("quorate")</c>
/// is all it takes. Other keys live on other nodes, so with many nodes it says that the cluster is there, not that all of it is.
/// </summary>
/// <param name="database">Which one.</param>
public sealed class QuorateHealthCheck(QuorateDatabase database) : IHealthCheck
{
    /// <summary>Half of a request's own timeout: probes come often, and who calls them does not wait long.</summary>
    private const int TimeoutMilliseconds = 1_000;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var options = new RequestOptions { TimeoutMilliseconds = TimeoutMilliseconds };
            GetResult read = await database.Keyspace().GetAsync("quorate:health", options, cancellationToken);
            return HealthCheckResult.Healthy($"{read.Answered} replicas answered");
        }
        catch (QuorateException failure)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, failure.Message, failure);
        }
    }
}
