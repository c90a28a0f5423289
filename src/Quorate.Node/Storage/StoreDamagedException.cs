namespace Quorate.Node.Storage;

/// <summary>What is on disk cannot be used at all; the message names the file and says what to do.</summary>
public sealed class StoreDamagedException(string message) : IOException(message);
