using System.Runtime.CompilerServices;

namespace Quorate.Simulation.World;

/// <summary>
/// Law 10 while it runs: all that a node reaches of its world it reaches on the one thread that simulates, and from a turn of
/// its own. Whatever runs elsewhere (a thread, a thread-pool continuation, a timer of the real clock) is named by what it
/// calls first, and fails the run. What it does not see is a real clock that is only read: the build bans those by name.
/// </summary>
public sealed class ThreadGuard
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private string? _breach;

    /// <summary>Whether something was called that may not be.</summary>
    public bool IsBroken => Volatile.Read(ref _breach) is not null;

    /// <summary>Notes a call from another thread, and says so.</summary>
    /// <param name="host">Whose world was reached.</param>
    /// <param name="call">What was called.</param>
    public bool IsForeign(string host, [CallerMemberName] string call = "")
    {
        if (Environment.CurrentManagedThreadId == _thread) return false;
        Thread thread = Thread.CurrentThread;
        string kind = thread.IsThreadPoolThread ? "a thread-pool thread" : $"thread {thread.ManagedThreadId}";
        Note($"{host}: {call} was called on {kind} '{thread.Name}' and not on the simulation's.");
        return true;
    }

    /// <summary>Refuses a call from another thread.</summary>
    /// <exception cref="ForeignCallException">It was one.</exception>
    public void Check(string host, [CallerMemberName] string call = "")
    {
        if (IsForeign(host, call)) throw new ForeignCallException(_breach!);
    }

    /// <summary>Refuses a call from another thread, or from somebody else's turn: another node's, or the node's own worker.</summary>
    /// <exception cref="ForeignCallException">It was one.</exception>
    public void Check(SimContext own, [CallerMemberName] string call = "")
    {
        Check(own.Name, call);
        if (SynchronizationContext.Current is not SimContext other || other == own) return;
        Note($"{own.Name}: {call} was called by {other.Name} and not in a turn of its own.");
        throw new ForeignCallException(_breach!);
    }

    /// <exception cref="ForeignCallException">A forbidden call was noted; its message names the first.</exception>
    public void ThrowIfBroken()
    {
        if (Volatile.Read(ref _breach) is { } breach) throw new ForeignCallException(breach);
    }

    private void Note(string what) => Interlocked.CompareExchange(ref _breach, $"{what}\n{Environment.StackTrace}", null);
}

/// <summary>A node's world was reached by what the simulation does not run; the message says whose, by which call, and from where.</summary>
public sealed class ForeignCallException(string what) : Exception(what);
