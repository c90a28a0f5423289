namespace Quorate.Cli.Client;

/// <summary>A node could not be asked, or did not answer; the message says what to try.</summary>
/// <param name="wasSent">Whether it may have heard the request.</param>
internal sealed class NodeException(string message, bool wasSent) : Exception(message)
{
    public bool WasSent => wasSent;
}
