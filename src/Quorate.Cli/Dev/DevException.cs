namespace Quorate.Cli.Dev;

/// <summary>A dev cluster cannot start; the message says what to do.</summary>
internal sealed class DevException(string message) : Exception(message);
