using Quorate.SystemTests;
using Xunit;

// Each test is several processes: side by side they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(SharedCluster))]
