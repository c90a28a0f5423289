namespace Quorate.Resp.Protocol;

/// <summary>
/// Reads a session's commands one after the other, and those behind the current one where somebody wants to know what comes; each is
/// read once.
/// </summary>
internal sealed class RespPipeline(RespLimits limits)
{
    private readonly List<RespReader> _readers = [new(limits)];
    private int _current;

    /// <summary>Where the command is read that runs next.</summary>
    public RespReader Current => _readers[_current];

    /// <summary>How many commands behind the current one were read.</summary>
    public int Ahead { get; private set; }

    /// <summary>Reads one more command, if it is all there, from the bytes behind the last that was read.</summary>
    public bool TryReadAhead(ReadOnlySpan<byte> bytes, out RespReader command)
    {
        int next = _current + Ahead + 1;
        if (next == _readers.Count) _readers.Add(new RespReader(limits));
        command = _readers[next];
        if (!bytes.IsEmpty && command.Read(bytes) == ParseStep.Command)
        {
            Ahead++;
            return true;
        }

        command.Take();
        return false;
    }

    /// <summary>The current command was taken: the one behind it is next, read or not.</summary>
    public void Take()
    {
        Current.Take();
        _current = Ahead > 0 ? _current + 1 : 0;
        Ahead = Math.Max(0, Ahead - 1);
    }
}
