using System.Buffers;

namespace Quorate.Resp.Sessions;

/// <summary>
/// Keeps replies in the order of their commands, although the commands end in any order. The oldest pending reply is
/// written straight to the connection; a later one into a buffer, until all before it have left.
/// </summary>
internal sealed class ReplyRing(IBufferWriter<byte> output, ReplyBufferPool buffers)
{
    private const int UsualSize = 16;

    private PendingReply[] _replies = new PendingReply[UsualSize];
    private uint _head;
    private uint _tail;

    public int Count => (int)(_tail - _head);

    public bool IsEmpty => _head == _tail;

    /// <summary>Bytes of replies that wait for an earlier one.</summary>
    public long BufferedBytes { get; internal set; }

    /// <summary>Valid until the next <see cref="Add"/> or <see cref="Complete"/>.</summary>
    public ref PendingReply this[uint sequence]
    {
        get
        {
            if (sequence - _head >= (uint)Count) throw new InvalidOperationException($"Reply {sequence} is not pending.");
            return ref Place(sequence);
        }
    }

    /// <summary>A place at the end for a command that runs.</summary>
    public uint Add()
    {
        if (Count == _replies.Length) Resize(_replies.Length * 2);
        Place(_tail) = default;
        return _tail++;
    }

    /// <summary>Where to write a reply before <see cref="Complete"/>.</summary>
    public IBufferWriter<byte> Begin(uint sequence)
    {
        if (sequence == _head) return output;
        return this[sequence].Buffer ??= buffers.Rent(this);
    }

    /// <summary>Where to write what is there at once: a reply that takes no time, or a message pushed.</summary>
    public IBufferWriter<byte> BeginAtEnd()
    {
        if (IsEmpty) return output;
        // What stands ready behind the last running command takes one place, however many replies it is.
        if (!Place(_tail - 1).IsComplete) Place(Add()).IsComplete = true;
        return Place(_tail - 1).Buffer ??= buffers.Rent(this);
    }

    /// <summary>The reply is written: it leaves, with those that waited for it.</summary>
    public void Complete(uint sequence)
    {
        ref PendingReply reply = ref this[sequence];
        if (reply.IsComplete) throw new InvalidOperationException($"Reply {sequence} was given twice.");
        reply.IsComplete = true;
        if (sequence != _head) return;

        do Leave(ref Place(_head++));
        while (!IsEmpty && Place(_head).IsComplete);

        if (IsEmpty && _replies.Length > UsualSize * 16) _replies = new PendingReply[UsualSize];
    }

    /// <summary>The connection is gone.</summary>
    public void Clear()
    {
        for (; !IsEmpty; _head++)
        {
            if (Place(_head).Buffer is { } buffer) buffers.Return(buffer);
            Place(_head) = default;
        }
    }

    private void Leave(ref PendingReply reply)
    {
        if (reply.Buffer is { } buffer)
        {
            output.Write(buffer.Written);
            buffers.Return(buffer);
        }

        reply = default;
    }

    private ref PendingReply Place(uint sequence) => ref _replies[sequence & (uint)(_replies.Length - 1)];

    private void Resize(int size)
    {
        var larger = new PendingReply[size];
        for (uint sequence = _head; sequence != _tail; sequence++) larger[sequence & (uint)(size - 1)] = Place(sequence);
        _replies = larger;
    }
}
