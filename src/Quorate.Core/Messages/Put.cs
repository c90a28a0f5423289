using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;

namespace Quorate.Core.Messages;

/// <summary>"Join this entry into yours": a client's write, a read's write-back, later a hint or a repair.</summary>
public readonly ref struct PutRequest(ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, Entry entry)
{
    public ushort Keyspace { get; } = keyspace;

    public Epochs Epochs { get; } = epochs;

    public ReadOnlySpan<byte> Key { get; } = key;

    public Entry Entry { get; } = entry;
}

/// <param name="Verdict"><see cref="Verdict.Stored"/>, <see cref="Verdict.Superseded"/> or a refusal.</param>
/// <param name="By">The winner there, where superseded.</param>
/// <param name="Start">The replica's start number: an answer from a start known to be over does not count (law 11).</param>
public readonly record struct PutReply(Verdict Verdict, Version By, uint Start);
