namespace Quorate.Node;

/// <summary>The node must not start as it was asked to; the message says why and what to do.</summary>
public sealed class NodeStartException(string message) : Exception(message);
