using System.Buffers;

namespace Quorate.Resp.Sessions;

/// <summary>Takes replies that the client asked not to get (CLIENT REPLY).</summary>
internal sealed class NoOutput : IBufferWriter<byte>
{
    private byte[] _scratch = new byte[4096];

    public void Advance(int count)
    {
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (sizeHint > _scratch.Length) _scratch = new byte[sizeHint];
        return _scratch;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
