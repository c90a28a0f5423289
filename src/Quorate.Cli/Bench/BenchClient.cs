using System.Collections.Immutable;
using Quorate.Coordinator.Environment;
using Quorate.Transport.Loop;

namespace Quorate.Cli.Bench;

/// <summary>
/// One connection, and what is in flight on it. When it breaks, what was in flight has failed and the next node of the list
/// is tried. Loop-side.
/// </summary>
/// <param name="index">Tells it apart as a writer, and chooses its first node.</param>
/// <param name="isIdle">Called when nothing is in flight here any more.</param>
internal sealed class BenchClient(
    EventLoop loop, ImmutableArray<string> nodes, int index, int pipeline, RequestWriter writer, Action isIdle) : ISession, IBenchClient
{
    private static readonly TimeSpan RedialPause = TimeSpan.FromMilliseconds(100);

    private readonly BenchRequest[] _inFlight = new BenchRequest[pipeline];
    private IConnection? _connection;
    private Phase? _phase;
    private byte[] _why = ErrorCounts.Disconnected;
    private int _node = index % nodes.Length;
    private int _first;
    private int _count;

    /// <summary>One that has begun to connect to its node.</summary>
    public static BenchClient Dialled(EventLoop loop, BenchOptions options, int index, RequestWriter writer, Action isIdle)
    {
        ImmutableArray<string> nodes = [.. options.Nodes.Select(node => node.ToString())];
        var client = new BenchClient(loop, nodes, index, options.Pipeline, writer, isIdle);
        client.Dial();
        return client;
    }

    private void Dial() => loop.Network.Connect(nodes[_node], Connected, NotConnected);

    public void Start(Phase phase)
    {
        if (_count > 0) throw new InvalidOperationException("A phase begins before the one before has ended.");
        _phase = phase;
        Fill(loop.Time.GetTimestamp());
    }

    public bool TrySend(long now)
    {
        if (_connection is null || _count == pipeline || _phase is null || !_phase.TryBegin(now, out BenchRequest request)) return false;
        _inFlight[(_first + _count) % pipeline] = request;
        _count++;
        if (request.IsPut) writer.Put(_connection.Output, request.Key, index, request.Begun);
        else writer.Get(_connection.Output, request.Key);
        return true;
    }

    /// <summary>Breaks the connection where the oldest request has been waiting for too long.</summary>
    public void GiveUp(long now, TimeSpan patience)
    {
        if (_count > 0 && loop.Time.GetElapsedTime(_inFlight[_first].Sent, now) > patience) Break(ErrorCounts.NoReply);
    }

    public int OnBytes(ReadOnlySpan<byte> bytes, out int wanted)
    {
        long now = loop.Time.GetTimestamp();
        int taken = 0;
        wanted = 1;
        while (taken < bytes.Length)
        {
            ReplyKind reply = ReplyReader.Read(bytes[taken..], out ReadOnlySpan<byte> content, out int length);
            if (reply == ReplyKind.Incomplete)
            {
                wanted = length;
                break;
            }

            if (_count == 0 || !IsReplyTo(_inFlight[_first], reply))
            {
                Break(ErrorCounts.Protocol);
                return bytes.Length;
            }

            taken += length;
            BenchRequest request = TakeFirst();
            if (reply == ReplyKind.Error) _phase!.Fail(request, content);
            else _phase!.Succeed(request, reply, content, now);
        }

        Fill(now);
        if (_count == 0) isIdle();
        return taken;
    }

    public void OnDrained()
    {
    }

    public void OnClosed(string reason)
    {
        _connection = null;
        while (_count > 0) _phase!.Fail(TakeFirst(), _why);
        isIdle();
        TryNextNode();
    }

    private ISession Connected(IConnection connection)
    {
        _connection = connection;
        _why = ErrorCounts.Disconnected;
        Fill(loop.Time.GetTimestamp());
        return this;
    }

    private void NotConnected(string reason)
    {
        _phase?.Tally.Errors.Add(ErrorCounts.Unreachable);
        TryNextNode();
    }

    private void TryNextNode()
    {
        _node = (_node + 1) % nodes.Length;
        loop.Time.CreateTimer(static client => ((BenchClient)client!).Dial(), this, RedialPause, Timeout.InfiniteTimeSpan);
    }

    private void Fill(long now)
    {
        while (TrySend(now))
        {
        }
    }

    private void Break(byte[] why)
    {
        _why = why;
        _connection?.Abort();
        _connection = null;
    }

    private BenchRequest TakeFirst()
    {
        BenchRequest first = _inFlight[_first];
        _first = (_first + 1) % pipeline;
        _count--;
        return first;
    }

    private static bool IsReplyTo(in BenchRequest request, ReplyKind reply) =>
        reply == ReplyKind.Error || (request.IsPut ? reply == ReplyKind.Ok : reply is ReplyKind.Value or ReplyKind.Missing);
}
