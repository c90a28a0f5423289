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
/// <param name="cell">Where the topology is kept; null without a disk.</param>
internal sealed class StaticMembership(Member self, IReadOnlyList<string> join, DurableCell? cell)
{
    /// <summary>Room for hundreds of members with long names.</summary>
    public const int MaxSavedBytes = 256 * 1024;

    private readonly Dictionary<string, Member> _heard = [];

    /// <summary>Null until formed.</summary>
    public Topology? Topology { get; private set; }

    public int SelfIndex => Topology!.IndexOf(self.Id);

    /// <summary>Addresses of peers not heard yet, while forming.</summary>
    public IEnumerable<string> Awaited => join.Where(address => !_heard.ContainsKey(address));

    /// <summary>Takes up the epoch saved by an earlier start. False where there is none.</summary>
    /// <exception cref="NodeStartException">The saved members do not fit what this node was told.</exception>
    public bool TryRestore()
    {
        if (cell?.Read() is not { } bytes) return false;

        SavedTopology saved = JsonSerializer.Deserialize(bytes, TopologyJson.Default.SavedTopology)!;
        Topology = new Topology(saved.Epoch, [.. saved.Members.Select(member => member.Id == $"{self.Id}" ? self : member.ToMember())]);
        Member known = saved.Members.First(member => member.Id == $"{self.Id}").ToMember();
        if (Difference(known, self) is { } difference) throw new NodeStartException($"The cluster knows this node with {difference}.");
        return true;
    }

    /// <summary>An address answered. True where that made the first epoch.</summary>
    public bool Hear(string address, Member member)
    {
        if (Topology is not null) return false;
        _heard[address] = member;
        return TryForm();
    }

    /// <summary>Makes epoch 1 if every address was heard; at once where there is nobody to join.</summary>
    public bool TryForm()
    {
        if (Awaited.Any()) return false;

        ImmutableArray<Member> members = [self, .. _heard.Values.DistinctBy(member => member.Id)];
        if (members.Length != join.Count + 1 || members.DistinctBy(member => member.Name).Count() != members.Length) return false;

        var topology = new Topology(1, members);
        cell?.Write(Encode(topology));
        Topology = topology;
        return true;
    }

    /// <summary>Takes over where a member is now. False where nothing has changed, or it is none.</summary>
    public bool Move(Member member)
    {
        int index = Topology!.IndexOf(member.Id);
        if (index < 0 || Topology.Members[index].Endpoints == member.Endpoints) return false;
        Topology = Topology.WithEndpoints(index, member.Endpoints);
        return true;
    }

    /// <summary>Writes what holds now when it is run, which blocks: a restarted node looks for the others where they were last.</summary>
    public Action Saving()
    {
        byte[] bytes = Encode(Topology!);
        return () => cell?.Write(bytes);
    }

    /// <summary>Why a node may not connect, or null.</summary>
    public string? Refuse(Hello theirs, string keyspaces)
    {
        Member member = theirs.Member;
        if (theirs.Keyspaces != keyspaces)
            return $"'{member.Name}' and '{self.Name}' have different keyspaces: {FirstDifference(keyspaces, theirs.Keyspaces)}";
        if (member.Id == self.Id) return $"'{self.Name}' was told to join itself: leave its own address out of the peers to join";
        if (KnownByName(member.Name) is { } namesake && namesake.Id != member.Id)
            return $"the name '{member.Name}' belongs to node {namesake.Id}, not {member.Id}: a node with an empty disk is a new node and needs a new name";
        if (Topology is null) return null;

        if (theirs.ClusterId != 0 && theirs.ClusterId != Topology.ClusterId.Value)
            return $"'{member.Name}' belongs to cluster {new ClusterId(theirs.ClusterId)}, '{self.Name}' to {Topology.ClusterId} ({MemberNames})";
        int index = Topology.IndexOf(member.Id);
        if (index < 0) return $"'{member.Name}' is not a member of cluster {Topology.ClusterId} ({MemberNames})";
        return Difference(Topology.Members[index], member) is { } difference ? $"the cluster knows '{member.Name}' with {difference}" : null;
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

internal sealed record SavedMember(string Id, string Name, string Zone, int Weight, Endpoints Endpoints)
{
    public static SavedMember Of(Member member) => new($"{member.Id}", member.Name, member.Zone, member.Weight, member.Endpoints);

    public Member ToMember() => new(NodeId.Parse(Id), Name, Zone, Weight, Endpoints);
}

[JsonSerializable(typeof(SavedTopology))]
internal sealed partial class TopologyJson : JsonSerializerContext;
