namespace Quorate.Cli.Bench;

/// <summary>There is nothing to report; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
