using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Quorate.Core.Membership;
using Quorate.Core.Messages;
using Quorate.Core.Placement;
using Quorate.Node.Storage;

namespace Quorate.Node.Membership;

/// <summary>
/// The members as configured: epoch 1 is made once every address to join was heard, and is fsynced before anything is served
/// under it. From then on members may move, and one address that answers is enough. Decides who may connect, and says why not.
/// </summary>
/// <param name="self">This node as it is configured now.</param>
/// <param name="join">Peer addresses of all other members.</param>
/// <param name="cell">Where the topology is kept; null without a disk.</param>
/// <param name="replaces">Take the place of the member of this name, as long as there is no topology.</param>
internal sealed class StaticMembership(Member self, IReadOnlyList<string> join, DurableCell? cell, bool replaces = false)
{
    /// <summary>Room for hundreds of members with long names.</summary>
    public const int MaxSavedBytes = 256 * 1024;

    private readonly Dictionary<string, Member> _heard = [];

    /// <summary>Null until formed.</summary>
    public Topology? Topology { get; private set; }

    public int SelfIndex => Topology!.IndexOf(self.Id);

    /// <summary>It waits to be given the place of another.</summary>
    public bool WantsToReplace => replaces && Topology is null;

    /// <summary>Addresses of peers not heard yet, while forming.</summary>
    public IEnumerable<string> Awaited => join.Where(address => !_heard.ContainsKey(address));

    /// <summary>Takes up the epoch saved by an earlier start. False where there is none.</summary>
    /// <exception cref="NodeStartException">The saved members do not fit what this node was told.</exception>
    public bool TryRestore()
    {
        if (cell?.Read() is not { } bytes) return false;

        SavedTopology saved = JsonSerializer.Deserialize(bytes, TopologyJson.Default.SavedTopology)!;
        Member known = saved.Members.First(member => member.Id == $"{self.Id}").ToMember();
        Topology = new Topology(saved.Epoch, [.. saved.Members.Select(member => member.Id == $"{self.Id}" ? self with { Seat = known.Seat } : member.ToMember())]);
        if (Difference(known, self) is { } difference) throw new NodeStartException($"The cluster knows this node with {difference}.");
        return true;
    }

    /// <summary>An address answered. True where that made the first epoch.</summary>
    public bool Hear(string address, Hello hello)
    {
        if (Topology is not null) return false;
        if (replaces) return TryTakePlace(hello);
        _heard[address] = hello.Member;
        return TryForm();
    }

    /// <summary>Makes epoch 1 if every address was heard; at once where there is nobody to join.</summary>
    public bool TryForm()
    {
        if (replaces || Awaited.Any()) return false;

        ImmutableArray<Member> members = [self, .. _heard.Values.DistinctBy(member => member.Id)];
        if (members.Length != join.Count + 1 || members.DistinctBy(member => member.Name).Count() != members.Length) return false;

        var topology = new Topology(1, members);
        cell?.Write(Encode(topology));
        Topology = topology;
        return true;
    }

    /// <summary>A member has given this node the place it wants.</summary>
    private bool TryTakePlace(Hello hello)
    {
        if (!hello.Members.Any(member => member.Id == self.Id)) return false;
        Topology topology = Replacement.Make(hello.Members);
        cell?.Write(Encode(topology));
        Topology = topology;
        return true;
    }

    /// <summary>The topology that somebody's hello leads to; null where it is the one that holds.</summary>
    /// <param name="theirs">What that node or member says of itself and of the members.</param>
    /// <param name="isGone">Whether a member can be replaced, by its index.</param>
    public Topology? NewerBy(Hello theirs, Func<int, bool> isGone)
    {
        if (Topology is null) return null;
        if (theirs.ClusterId == Topology.ClusterId.Value) return Replacement.Join(Topology, theirs.Members);
        bool isWelcome = theirs.WantsToReplace && Topology.IndexOf(theirs.Member.Id) < 0 && RefuseReplacing(theirs, isGone) is null;
        return isWelcome ? Replacement.Of(Topology, theirs.Member) : null;
    }

    /// <summary>Takes over a topology that is on disk by now, or will be once the action has run, which blocks.</summary>
    public Action Saving(Topology newer)
    {
        byte[] bytes = Encode(newer);
        return () => cell?.Write(bytes);
    }

    public void Take(Topology newer) => Topology = newer;

    /// <summary>Takes over where a member is now. False where nothing has changed, or it is none.</summary>
    public bool Move(Member member)
    {
        int index = Topology!.IndexOf(member.Id);
        if (index < 0 || Topology.Members[index].Endpoints == member.Endpoints) return false;
        Topology = Topology.WithEndpoints(index, member.Endpoints);
        return true;
    }

    /// <summary>Writes what holds now when it is run, which blocks: a restarted node looks for the others where they were last.</summary>
    public Action Saving() => Saving(Topology!);

    /// <summary>Why a node may not connect, or null.</summary>
    /// <param name="theirs">What it says of itself.</param>
    /// <param name="keyspaces">Ours, as <see cref="Core.Quorum.KeyspaceTable.Describe"/> puts them: the other's must be equal.</param>
    /// <param name="isGone">Whether a member can be replaced, by its index.</param>
    public string? Refuse(Hello theirs, string keyspaces, Func<int, bool> isGone)
    {
        Member member = theirs.Member;
        if (theirs.Keyspaces != keyspaces)
            return $"'{member.Name}' and '{self.Name}' have different keyspaces: {FirstDifference(keyspaces, theirs.Keyspaces)}";
        if (theirs.Fault is { } fault) return fault;
        if (member.Id == self.Id) return $"'{self.Name}' was told to join itself: leave its own address out of the peers to join";
        if (theirs.WantsToReplace && Topology?.IndexOf(member.Id) is null or < 0)
            return RefuseReplacing(theirs, isGone) ?? $"'{self.Name}' gives node {member.Id} the place of '{member.Name}': it is welcome in a moment";
        if (KnownByName(member.Name) is { } namesake && namesake.Id != member.Id)
        {
            return Topology is not null && theirs.ClusterId == Topology.ClusterId.Value
                ? $"'{member.Name}' was replaced: its place belongs to node {namesake.Id} now, and {member.Id} never comes back. Delete its data"
                : $"the name '{member.Name}' belongs to node {namesake.Id}, not {member.Id}: a node with an empty disk is a new node. "
                    + "Where that one is gone for good, start this one with --replace to take its place; else give it a new name";
        }

        if (Topology is null) return null;

        if (theirs.ClusterId != 0 && theirs.ClusterId != Topology.ClusterId.Value)
            return $"'{member.Name}' belongs to cluster {new ClusterId(theirs.ClusterId)}, '{self.Name}' to {Topology.ClusterId} ({MemberNames})";
        int index = Topology.IndexOf(member.Id);
        if (index < 0) return $"'{member.Name}' is not a member of cluster {Topology.ClusterId} ({MemberNames})";
        return Difference(Topology.Members[index], member) is { } difference ? $"the cluster knows '{member.Name}' with {difference}" : null;
    }

    /// <summary>
    /// Why a client may not connect, or null. It need not know what nodes must agree on, because it takes that from here; but one that
    /// knows a cluster must not write into another.
    /// </summary>
    public string? RefuseClient(Hello theirs)
    {
        if (Topology is null) return $"'{self.Name}' is in no cluster yet: it has not heard all of its peers";
        if (Topology.IndexOf(theirs.Member.Id) >= 0) return $"the client writes as node {theirs.Member.Id}, which is a member";
        return theirs.ClusterId == 0 || theirs.ClusterId == Topology.ClusterId.Value
            ? null
            : $"the client belongs to cluster {new ClusterId(theirs.ClusterId)}, '{self.Name}' to {Topology.ClusterId} ({MemberNames})";
    }

    private string? RefuseReplacing(Hello theirs, Func<int, bool> isGone)
    {
        Member newcomer = theirs.Member;
        if (Topology is null) return $"'{self.Name}' is in no cluster yet: there is nobody to replace. Leave --replace out";
        if (!Topology.TryFind(newcomer.Name, out int index))
            return $"cluster {Topology.ClusterId} ({MemberNames}) has no '{newcomer.Name}' to replace: leave --replace out, or give the name of a member";
        if (Difference(Topology.Members[index], newcomer) is { } difference) return $"the cluster knows '{newcomer.Name}' with {difference}";
        return isGone(index)
            ? null
            : $"'{newcomer.Name}' is node {Topology.Members[index].Id} and not known to be dead: stop it, and it counts as dead within about 10 s. This node goes on asking";
    }

    private string MemberNames => string.Join(", ", Topology!.Members.Select(member => member.Name));

    private Member? KnownByName(string name) =>
        name == self.Name ? self : (Topology?.Members ?? _heard.Values.AsEnumerable()).FirstOrDefault(member => member.Name == name);

    /// <summary>What placement is made from must be the same everywhere; where a node listens may change.</summary>
    private static string? Difference(Member known, Member told) =>
        known.Zone != told.Zone ? $"zone '{known.Zone}', not '{told.Zone}'"
        : known.Weight != told.Weight ? $"weight {known.Weight}, not {told.Weight}"
        : null;

    private static byte[] Encode(Topology topology) =>
        JsonSerializer.SerializeToUtf8Bytes(SavedTopology.Of(topology), TopologyJson.Default.SavedTopology);

    private static string FirstDifference(string ours, string theirs)
    {
        string[] left = ours.Split('\n');
        string[] right = theirs.Split('\n');
        int line = Enumerable.Range(0, Math.Max(left.Length, right.Length)).First(i => left.ElementAtOrDefault(i) != right.ElementAtOrDefault(i));
        return $"here '{left.ElementAtOrDefault(line) ?? "none"}', there '{right.ElementAtOrDefault(line) ?? "none"}'";
    }
}

internal sealed record SavedTopology(uint Epoch, IReadOnlyList<SavedMember> Members)
{
    public static SavedTopology Of(Topology topology) => new(topology.Epoch, [.. topology.Members.Select(SavedMember.Of)]);
}

/// <summary>A member as it stands in the file.</summary>
/// <param name="Id">Of <see cref="NodeId"/>: 16 hex digits.</param>
/// <param name="Name">Unique in the topology.</param>
/// <param name="Zone">As it was configured when the epoch was made, as is the weight.</param>
/// <param name="Weight">At least 1.</param>
/// <param name="Endpoints">Where it was last.</param>
/// <param name="First">Of <see cref="Seat"/>; null for a member that has replaced nobody.</param>
/// <param name="Generation">Of <see cref="Seat"/>; 0 for a member that has replaced nobody.</param>
internal sealed record SavedMember(string Id, string Name, string Zone, int Weight, Endpoints Endpoints, string? First = null, uint Generation = 0)
{
    public static SavedMember Of(Member member) => new(
        $"{member.Id}", member.Name, member.Zone, member.Weight, member.Endpoints, member.Seat.Generation == 0 ? null : $"{member.Seat.First}", member.Seat.Generation);

    public Member ToMember() =>
        new(NodeId.Parse(Id), Name, Zone, Weight, Endpoints, First is null ? default : new Seat(NodeId.Parse(First), Generation));
}

[JsonSerializable(typeof(SavedTopology))]
internal sealed partial class TopologyJson : JsonSerializerContext;
