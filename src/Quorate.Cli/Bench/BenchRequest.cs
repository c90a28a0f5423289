namespace Quorate.Cli.Bench;

/// <summary>A request in flight.</summary>
/// <param name="Due">From when its latency counts, in ticks of the clock.</param>
/// <param name="Sent">In ticks of the clock; later than <paramref name="Due"/> where no connection was free.</param>
/// <param name="Begun">Its place in the order of events that <see cref="Verifier"/> keeps; of a put also its number.</param>
internal readonly record struct BenchRequest(bool IsPut, int Key, long Due, long Sent, long Begun);
