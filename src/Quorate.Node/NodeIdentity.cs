using System.Text.Json;
using System.Text.Json.Serialization;
using Quorate.Core.Membership;
using Quorate.Core.Versions;
using Quorate.Node.Storage;

namespace Quorate.Node;

/// <summary>Who this node is: drawn once when its disk was empty, with a start number that is on disk before it is used.</summary>
internal sealed record NodeIdentity(NodeId Id, string Name, uint Start)
{
    public WriterId Writer => new(Id, Start);

    /// <summary>Reads the identity and raises its start number, or makes a new one on an empty disk.</summary>
    /// <exception cref="NodeStartException">The disk belongs to a node of another name.</exception>
    public static NodeIdentity TakeNextStart(DurableCell cell, string name, Random random)
    {
        byte[]? saved = cell.Read();
        NodeIdentity identity = saved is null ? Draw(name, random) : Decode(saved);
        if (identity.Name != name)
        {
            throw new NodeStartException(
                $"The data directory belongs to node '{identity.Name}', not '{name}': start it under its name, or give another directory.");
        }

        // Where the last write was torn, what is read may be one start old, and no start number is used twice.
        identity = identity with { Start = identity.Start + (cell.MayBeStale ? 2u : 1u) };
        cell.Write(identity.Encode());
        return identity;
    }

    /// <summary>An identity that lasts as long as the process: without a disk every start is a new node.</summary>
    public static NodeIdentity Draw(string name, Random random) => new(DrawId(random), name, 0);

    /// <summary>64 random bits: an id that nobody has had, of a node or of a client.</summary>
    public static NodeId DrawId(Random random)
    {
        ulong id;
        do id = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        while (id == 0);
        return new NodeId(id);
    }

    private byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(new Saved($"{Id}", Name, Start), SavedJson.Default.Saved);

    private static NodeIdentity Decode(byte[] bytes)
    {
        Saved saved = JsonSerializer.Deserialize(bytes, SavedJson.Default.Saved)!;
        return new NodeIdentity(NodeId.Parse(saved.Id), saved.Name, saved.Start);
    }

    internal sealed record Saved(string Id, string Name, uint Start);
}

[JsonSerializable(typeof(NodeIdentity.Saved))]
internal sealed partial class SavedJson : JsonSerializerContext;
