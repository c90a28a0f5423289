using System.Net;
using System.Net.Sockets;
using Quorate.Coordinator.Environment;
using Quorate.Transport.Loop;

namespace Quorate.Tests.Transport.Loop;

/// <summary>An event loop on a thread of its own, with what it logged and why it failed.</summary>
internal sealed class RunningLoop : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Thread _thread;
    private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunningLoop(string driver = "epoll", NetworkLimits? limits = null)
        : this(DriverOf(driver), limits)
    {
    }

    public RunningLoop(ISocketDriver driver, NetworkLimits? limits = null)
    {
        Loop = new EventLoop(TimeProvider.System, driver, limits ?? new NetworkLimits(), Log.Add, _failure.SetResult);
        _thread = new Thread(Loop.Run) { IsBackground = true };
        _thread.Start();
    }

    public EventLoop Loop { get; }

    /// <summary>Written on the loop.</summary>
    public List<string> Log { get; } = [];

    public int ThreadId => _thread.ManagedThreadId;

    public Task<Exception> Failure => _failure.Task.WaitAsync(Patience);

    public static ISocketDriver DriverOf(string name) =>
        name == "epoll" && OperatingSystem.IsLinux() ? new EpollDriver() : new SelectDriver();

    public Task<T> On<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task.WaitAsync(Patience);
    }

    public Task On(Action work) => On(() =>
    {
        work();
        return true;
    });

    /// <summary>Looks each turn until the condition holds.</summary>
    public async Task Until(Func<bool> condition)
    {
        DateTime end = DateTime.UtcNow + Patience;
        while (!await On(condition))
        {
            if (DateTime.UtcNow > end) throw new TimeoutException("The condition did not come to hold.");
            await Task.Yield();
        }
    }

    /// <summary>Listens on a free port of the loopback interface.</summary>
    public Task<string> Listen(Func<IConnection, ISession> accept) => On(() => Loop.Network.Listen("127.0.0.1:0", accept).Address);

    /// <summary>A blocking client socket, as another program would have.</summary>
    public static Socket Dial(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
            NoDelay = true,
        };
        socket.Connect(IPEndPoint.Parse(address));
        return socket;
    }

    public void Dispose()
    {
        Loop.Stop();
        if (!_thread.Join(Patience)) throw new TimeoutException("The loop does not end.");
    }
}

internal static class SocketExtensions
{
    public static byte[] ReceiveExactly(this Socket socket, int count)
    {
        var bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int more = socket.Receive(bytes, received, count - received, SocketFlags.None);
            if (more == 0) throw new EndOfStreamException($"{received} of {count} bytes came.");
            received += more;
        }

        return bytes;
    }

    /// <summary>True once the other side has closed, with or without a reset.</summary>
    public static bool IsClosedByOther(this Socket socket)
    {
        try
        {
            var rest = new byte[64 * 1024];
            while (socket.Receive(rest) > 0)
            {
            }

            return true;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }
}
