namespace Quorate.Transport.Frames;

/// <summary>The other side sent what the protocol does not allow: its connection is closed, and nothing else happens.</summary>
public sealed class ProtocolException(string message) : Exception(message);
