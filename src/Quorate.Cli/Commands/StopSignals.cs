using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Quorate.Cli.Commands;

/// <summary>While it lives, Ctrl-C and its like cancel a source instead of ending the process.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly ImmutableArray<PosixSignalRegistration> _registrations;

    public StopSignals(CancellationTokenSource stopping) =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stopping.Cancel();
        }))];

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }
}
