using System.Text;
using Quorate.Core.Quorum;
using Quorate.Simulation.Histories;

namespace Quorate.Simulation.Cluster;

/// <summary>One user's session: carried on by its token wherever it is asked next.</summary>
/// <param name="number">From 1; no other session of the run has it.</param>
/// <param name="capacity">Keys that it has room for.</param>
public sealed class UserSession(int number, int capacity)
{
    private QuorateSession? _session;
    private QuorateDatabase? _holder;

    /// <summary>Whoever is asked next takes it from its token, as another process would.</summary>
    public void CarryOn() => _holder = null;

    public SimCall Get(ISimHome home, string key, RequestOptions options) =>
        SimCall.InSession(home, number, Verb.Get, key, null, options, async (database, call) =>
            call.AnswerRead(await In(database, call).GetAsync(key, options)));

    /// <param name="expiresIn">From now on the cluster's clocks; zero for never.</param>
    public SimCall Put(ISimHome home, string key, string value, RequestOptions options, TimeSpan expiresIn = default) =>
        SimCall.InSession(home, number, Verb.Put, key, value, options, async (database, call) =>
            call.AnswerWrite(await In(database, call).PutAsync(key, Encoding.UTF8.GetBytes(value), expiresIn, options)), expiresIn);

    public SimCall Delete(ISimHome home, string key, RequestOptions options) =>
        SimCall.InSession(home, number, Verb.Delete, key, null, options, async (database, call) =>
            call.AnswerWrite(await In(database, call).DeleteAsync(key, options)));

    private QuorateKeyspace In(QuorateDatabase database, SimCall call)
    {
        QuorateSession session =
            _session is null ? database.Session(capacity) : _holder != database ? database.Session(_session.ToToken()) : _session;

        // A home that stood still takes up late what the user has given up by now, and has asked elsewhere.
        if (!call.IsEnded) (_session, _holder) = (session, database);
        return session.Keyspace();
    }
}
