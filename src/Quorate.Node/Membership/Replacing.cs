using Quorate.Coordinator.Environment;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Node.Storage;

namespace Quorate.Node.Membership;

/// <summary>
/// A place in the cluster gets another node (docs/mechanisms/replacing.md): this one takes it and is filled, or it hears of who has
/// taken one. What is decided is on disk before it holds.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="membership">Says who may take which place.</param>
/// <param name="filling">Remembers that this node has taken one.</param>
/// <param name="store">Loses all that it holds when it does.</param>
/// <param name="loop">Where it is called, and calls.</param>
/// <param name="worker">Writes.</param>
/// <param name="adopted">A newer topology holds.</param>
/// <param name="log">One line an event.</param>
/// <param name="onFatal">The node cannot go on, for this reason.</param>
internal sealed class Replacing(
    Member self, StaticMembership membership, Filling filling, LogStore store, ILoop loop, IWorker worker, Action adopted, Action<string> log, Action<string> onFatal)
{
    private bool _isTakingOver;
    private bool _isLeaving;

    /// <summary>At the start: whether an earlier one took a place that is not filled yet. What is there is nobody's then.</summary>
    public void Resume()
    {
        if (!filling.TryResume()) return;
        store.LoseAll();
        log("this node took the place of another and is not filled yet");
    }

    /// <summary>
    /// A member's hello: whether it gives this node the place that it wants. What this node had before is nobody's any more, so it has
    /// lost everything, and must not forget that until it is filled. Blocks.
    /// </summary>
    public bool TryTakePlace(string address, Hello hello)
    {
        if (!hello.Members.Any(member => member.Id == self.Id)) return false;
        try
        {
            filling.Begin();
            store.LoseAll();
            return membership.Hear(address, hello);
        }
        catch (IOException exception)
        {
            onFatal($"The place in the cluster could not be taken: {exception.Message}");
            return false;
        }
    }

    /// <summary>
    /// A place has another node in it now: durably, before anybody is told or served under it, so that whoever held it is refused from
    /// then on (law 11).
    /// </summary>
    public void TakeOver(Topology newer)
    {
        if (_isTakingOver) return; // what else was heard is heard again
        _isTakingOver = true;
        Action save = membership.Saving(newer);
        Save(() =>
        {
            save();
            loop.Post(() => Adopt(newer));
        });
    }

    /// <summary>A member is elsewhere. Not over a newer topology that is on its way to the disk: after that, all are heard again.</summary>
    public void SaveMove()
    {
        if (!_isTakingOver) Save(membership.Saving());
    }

    /// <summary>All that was missing is there: once that is durable, a restart need not ask for it again.</summary>
    public void OnWhole()
    {
        if (!filling.IsOver(store)) return;
        Save(() =>
        {
            filling.Note();
            loop.Post(() =>
            {
                filling.End();
                log("filled: this node has all that its place should have");
            });
        });
    }

    public void Leave() => _isLeaving = true;

    private void Adopt(Topology newer)
    {
        _isTakingOver = false;
        if (_isLeaving) return;
        if (newer.IndexOf(self.Id) < 0)
        {
            newer.TryFind(self.Name, out int seat);
            onFatal($"This node was replaced by node {newer.Members[seat].Id} and never comes back: delete its data directory.");
            return;
        }

        foreach (Member member in newer.Members.Where(member => membership.Topology!.IndexOf(member.Id) < 0))
            log($"'{member.Name}' is node {member.Id} now, which has replaced the one before");
        membership.Take(newer);
        adopted();
    }

    private void Save(Action write) => worker.Run(() =>
    {
        try
        {
            write();
        }
        catch (IOException exception)
        {
            loop.Post(() => onFatal($"Where the members are could not be saved: {exception.Message}"));
        }
    });
}
