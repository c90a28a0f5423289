using Quorate.Core.DataTypes;
using Quorate.Core.Quorum;

namespace Quorate.Core.Messages;

/// <summary>"Run this read-modify-write": sent to the first live home replica, which runs them one at a time per key.</summary>
public readonly ref struct EditRequest(
    ushort keyspace, Epochs epochs, ReadOnlySpan<byte> key, RegisterEdit edit, RequestOptions options)
{
    /// <summary>Its number in the cluster's table.</summary>
    public ushort Keyspace { get; } = keyspace;

    /// <summary>The topology it is sent under.</summary>
    public Epochs Epochs { get; } = epochs;

    /// <summary>Valid during the call only.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    /// <summary>What to run.</summary>
    public RegisterEdit Edit { get; } = edit;

    /// <summary>R and W of its read and its put, and its timeout.</summary>
    public RequestOptions Options { get; } = options;
}

/// <summary>How a read-modify-write ended.</summary>
public readonly ref struct EditReply(Outcome outcome, bool applied, Entry previous, Version version, long number = 0)
{
    /// <summary>Of its put; of its read, where that failed or nothing had to be put.</summary>
    public Outcome Outcome { get; } = outcome;

    /// <summary>False where the condition did not hold, and nothing was put.</summary>
    public bool Applied { get; } = applied;

    /// <summary>What was live before; absent where nothing was, or where the edit did not ask. Valid during the call only.</summary>
    public Entry Previous { get; } = previous;

    /// <summary>The version put, where applied.</summary>
    public Version Version { get; } = version;

    /// <summary>What <see cref="RegisterEdit.NumberOf"/> says.</summary>
    public long Number { get; } = number;
}
