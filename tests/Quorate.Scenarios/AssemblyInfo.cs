using Xunit;
using Xunit.Sdk;

// A simulation computes for a minute without a wait. This algorithm's tests have threads of their own, where the other's keep
// the thread pool's, and what a test plants on the pool (a timer of the real clock) then waits for as long as they compute.
[assembly: CollectionBehavior(ParallelAlgorithm = ParallelAlgorithm.Aggressive)]
