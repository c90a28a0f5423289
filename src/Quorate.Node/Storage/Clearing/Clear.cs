namespace Quorate.Node.Storage.Clearing;

/// <summary>A keyspace's newest clear: a tombstone for every key of it at once.</summary>
/// <param name="Version">What is not above it is dead; <see cref="Version.None"/> where the keyspace was never cleared.</param>
/// <param name="Position">Where it is in the log.</param>
internal readonly record struct Clear(Version Version, long Position);
