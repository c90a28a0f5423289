using Quorate.Coordinator.Environment;
using Quorate.Core.Quorum;

namespace Quorate.Coordinator;

/// <summary>
/// Between front ends and the database. A connection is closed for an exception of its own session; one that comes out of
/// an operation or the store means that the node can no longer be trusted, and stops it, whoever's request met it.
/// </summary>
/// <param name="database">What is behind it.</param>
/// <param name="loop">Ended by what stops the node.</param>
/// <param name="foresight">The replica in this process; null where there is none.</param>
public sealed class FaultBarrier(IDatabase database, ILoop loop, IForesight? foresight = null) : IDatabase
{
    /// <inheritdoc/>
    public KeyspaceTable Keyspaces => database.Keyspaces;

    /// <inheritdoc/>
    public long WallClock => database.WallClock;

    /// <inheritdoc/>
    public double Load => database.Load;

    /// <inheritdoc/>
    public IForesight? Foresight => foresight;

    /// <inheritdoc/>
    public void Read(in ReadCommand command, IDatabaseSink sink, ulong token)
    {
        try
        {
            database.Read(command, sink, token);
        }
        catch (Exception failure) when (StopsNode(failure))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public void Write(in WriteCommand command, IDatabaseSink sink, ulong token)
    {
        try
        {
            database.Write(command, sink, token);
        }
        catch (Exception failure) when (StopsNode(failure))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public void Edit(in EditCommand command, IDatabaseSink sink, ulong token)
    {
        try
        {
            database.Edit(command, sink, token);
        }
        catch (Exception failure) when (StopsNode(failure))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public void Count(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        try
        {
            database.Count(keyspace, options, sink, token);
        }
        catch (Exception failure) when (StopsNode(failure))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public void Scan(in ScanCommand command, IDatabaseSink sink, ulong token)
    {
        try
        {
            database.Scan(command, sink, token);
        }
        catch (Exception failure) when (StopsNode(failure))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public void Clear(int keyspace, RequestOptions options, IDatabaseSink sink, ulong token)
    {
        try
        {
            database.Clear(keyspace, options, sink, token);
        }
        catch (Exception failure) when (StopsNode(failure))
        {
            throw;
        }
    }

    /// <summary>The caller's own handler would take the exception for its own: the loop is told besides.</summary>
    private bool StopsNode(Exception failure)
    {
        loop.Post(() => throw new InvalidOperationException($"The node failed on a client's request: {failure.Message}", failure));
        return true;
    }
}
