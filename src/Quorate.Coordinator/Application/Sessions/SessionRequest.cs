using Quorate.Coordinator.Facade;
using Quorate.Core.Quorum;
using Quorate.Core.Sessions;

namespace Quorate;

/// <summary>One request of a session, and what it is made again for, all within the one timeout.</summary>
/// <param name="database">The way to the coordinator.</param>
/// <param name="seen">The session's; locked for each use.</param>
/// <param name="request">As the application asked.</param>
/// <param name="cancellationToken">The application's, for all it is made again for.</param>
internal sealed class SessionRequest(QuorateDatabase database, SeenVersions seen, in FacadeRequest request, CancellationToken cancellationToken)
{
    private readonly FacadeRequest _request = request;
    private readonly Keyspace _keyspace = database.SettingsOf(request.Keyspace);
    private readonly ulong _key = SeenVersions.KeyOf(database.SettingsOf(request.Keyspace).Name, request.Key.Span);
    private readonly long _began = database.Time.GetTimestamp();

    private RequestOptions Asked => _request.Options with
    {
        R = _request.Options.R.IsDefault ? _keyspace.R : _request.Options.R,
        W = _request.Options.W.IsDefault ? _keyspace.W : _request.Options.W,
    };

    private RequestOptions AskedAtQuorum => SeenVersions.AtQuorum(Asked, _keyspace.N);

    public async ValueTask<DatabaseAnswer> ReadAsync(bool atQuorum = false)
    {
        RequestOptions options;
        lock (seen) options = seen.AdmitRead(_key, atQuorum ? AskedAtQuorum : Asked, _keyspace.N);
        Version newest = Version.None;
        for (bool isFirst = true; ; isFirst = false)
        {
            // 1. Of what fails at first nothing more is known; of what fails then, that there is something newer.
            DatabaseAnswer answer = await AskAsync(FacadeOperation.Get, options);
            if (isFirst && !answer.Outcome.IsOk) return answer;

            // 2. What is as new as all this session knows is the answer.
            if (answer.Version > newest) newest = answer.Version;
            Version known;
            lock (seen)
            {
                known = seen.Of(_key);
                if (answer.Outcome.IsOk && answer.Version >= known)
                {
                    seen.Note(_key, answer.Version);
                    return answer;
                }
            }

            // 3. Else more replicas are asked.
            if (!answer.Outcome.IsOk || Remaining <= 0) throw new StaleReadException(answer, known, newest);
            options = options with { R = SeenVersions.After(options.R, _keyspace.N) };
            if (!options.R.IsDefault) continue;

            // 4. Unless it was deleted so long ago that not even a tombstone is left.
            lock (seen)
            {
                if (answer.Version == Version.None && seen.TryForget(_key, answer.Horizon)) return answer;
            }

            throw new StaleReadException(answer, known, newest);
        }
    }

    public async ValueTask<DatabaseAnswer> WriteAsync()
    {
        RequestOptions options;
        Version known;
        lock (seen)
        {
            options = seen.AdmitWrite(_key, Asked, _keyspace.N);
            known = seen.Of(_key);
        }

        DatabaseAnswer answer = await AskAsync(_request.Operation, options);
        if (answer.Outcome.IsOk && answer.Version < known) answer = await WriteAboveAsync(options, known, answer);
        if (!answer.Outcome.IsOk) return answer;
        lock (seen) seen.Note(_key, answer.Version);
        return answer;
    }

    /// <summary>An expiry runs on what a quorum knows, so first a quorum must know what this session does.</summary>
    public async ValueTask<DatabaseAnswer> ExpireAsync()
    {
        bool isKnown;
        lock (seen) isKnown = seen.Of(_key) != Version.None;
        if (isKnown && await ReadAsync(atQuorum: true) is { Outcome.IsOk: false } failed) return failed;

        RequestOptions options;
        lock (seen) options = seen.AdmitWrite(_key, AskedAtQuorum, _keyspace.N);
        DatabaseAnswer answer = await AskAsync(FacadeOperation.Expire, options);
        if (!answer.Outcome.IsOk || !answer.Found) return answer;
        lock (seen) seen.NoteExpiry(_key);
        return answer;
    }

    /// <summary>
    /// This coordinator's clock is behind the one that stamped what the session has seen, so what was just written loses to it. A read
    /// tells the clock. Where that does not help nobody knows what becomes of the write: it is stored, and seen where nothing newer is.
    /// </summary>
    private async ValueTask<DatabaseAnswer> WriteAboveAsync(RequestOptions options, Version known, DatabaseAnswer written)
    {
        try
        {
            DatabaseAnswer read = await ReadAsync(atQuorum: true);
            if (read.Outcome.IsOk && Remaining > 0) written = await AskAsync(_request.Operation, options);
        }
        catch (StaleReadException)
        {
            // Who could tell is out of reach.
        }

        bool isAbove = written.Outcome.IsOk && written.Version >= known;
        return isAbove ? written : written with { Outcome = written.Outcome with { Kind = OutcomeKind.TimedOut } };
    }

    private int Remaining => _request.Options.Timeout - (int)database.Time.GetElapsedTime(_began).TotalMilliseconds;

    private ValueTask<DatabaseAnswer> AskAsync(FacadeOperation operation, RequestOptions options) =>
        database.AskAsync(
            _request with { Operation = operation, Options = options with { TimeoutMilliseconds = Math.Max(1, Remaining) } }, cancellationToken);
}
