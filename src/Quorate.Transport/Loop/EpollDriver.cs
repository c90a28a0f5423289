using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static Quorate.Transport.Loop.Libc;

namespace Quorate.Transport.Loop;

/// <summary>epoll, level-triggered: what a turn left unread is reported again, so nobody needs to read to the end.</summary>
public sealed unsafe class EpollDriver : ISocketDriver
{
    private const int EventsAtOnce = 512;

    // The kernel packs epoll_event on x86 only.
    private static readonly int DataOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private static readonly int EventSize = DataOffset + sizeof(ulong);

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte[] _events = new byte[EventsAtOnce * EventSize];
    private bool _sleepsExactly = true;
    private WatchedSocket?[] _byDescriptor = new WatchedSocket?[256];

    /// <summary>Opens the kernel's list, and what wakes it.</summary>
    /// <exception cref="IOException">The kernel has no descriptors left; the message names the call.</exception>
    public EpollDriver()
    {
        _epoll = Check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
        _wake = Check(eventfd(0, EFD_NONBLOCK_CLOEXEC), "eventfd");
        Control(EPOLL_CTL_ADD, _wake, EPOLLIN);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The kernel refuses; the message names the call.</exception>
    public void Watch(WatchedSocket socket, Readiness interest)
    {
        if (socket.Interest == interest) return;

        if (socket.Descriptor >= _byDescriptor.Length)
        {
            Array.Resize(ref _byDescriptor, Math.Max(socket.Descriptor + 1, _byDescriptor.Length * 2));
        }

        uint events = ((interest & Readiness.Readable) != 0 ? EPOLLIN : 0) | ((interest & Readiness.Writable) != 0 ? EPOLLOUT : 0);
        Control(socket.Interest is null ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket.Descriptor, events);
        _byDescriptor[socket.Descriptor] = socket;
        socket.Interest = interest;
    }

    /// <inheritdoc/>
    public void Forget(WatchedSocket socket)
    {
        if (socket.Interest is null) return;

        Control(EPOLL_CTL_DEL, socket.Descriptor, 0);
        _byDescriptor[socket.Descriptor] = null;
        socket.Interest = null;
    }

    /// <inheritdoc/>
    public void Wait(int timeoutMicroseconds, List<ReadySocket> ready)
    {
        int count;
        fixed (byte* events = _events)
        {
            count = timeoutMicroseconds > 0 && _sleepsExactly
                ? WaitExactly(events, timeoutMicroseconds)
                : epoll_wait(_epoll, events, EventsAtOnce, timeoutMicroseconds < 0 ? -1 : (int)((timeoutMicroseconds + 999L) / 1000));
        }

        if (count < 0 && Marshal.GetLastPInvokeError() != EINTR) throw Error("epoll_wait");

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> occurred = _events.AsSpan(i * EventSize, EventSize);
            int descriptor = BinaryPrimitives.ReadInt32LittleEndian(occurred[DataOffset..]);
            if (descriptor == _wake) ClearWake();
            else if (_byDescriptor[descriptor] is { } socket) ready.Add(new ReadySocket(socket, ReadinessOf(occurred)));
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        ulong one = 1;
        write(_wake, (byte*)&one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public int Receive(WatchedSocket socket, Span<byte> buffer, out string? error)
    {
        fixed (byte* start = buffer)
        {
            return Result(recv(socket.Descriptor, start, buffer.Length, 0), out error);
        }
    }

    /// <inheritdoc/>
    public int Send(WatchedSocket socket, ReadOnlySpan<byte> bytes, out string? error)
    {
        fixed (byte* start = bytes)
        {
            return Result(send(socket.Descriptor, start, bytes.Length, MSG_NOSIGNAL), out error);
        }
    }

    /// <summary>Closes the kernel's list. The sockets on it stay open.</summary>
    public void Dispose()
    {
        close(_wake);
        close(_epoll);
    }

    /// <summary>epoll_wait rounds up to whole ms, and who wants to wake within one would have to stay awake.</summary>
    private int WaitExactly(byte* events, int timeoutMicroseconds)
    {
        try
        {
            nint* timeout = stackalloc nint[2]; // struct timespec: seconds, nanoseconds
            (timeout[0], timeout[1]) = (timeoutMicroseconds / 1_000_000, timeoutMicroseconds % 1_000_000 * 1000);
            int count = epoll_pwait2(_epoll, events, EventsAtOnce, timeout, null);
            if (count >= 0 || Marshal.GetLastPInvokeError() != ENOSYS) return count;
        }
        catch (EntryPointNotFoundException)
        {
            // Before glibc 2.35.
        }

        _sleepsExactly = false;
        return 0;
    }

    private static int Result(nint result, out string? error)
    {
        error = null;
        if (result >= 0) return (int)result;
        if (Marshal.GetLastPInvokeError() is EAGAIN or EINTR) return ISocketDriver.WouldBlock;

        error = LastErrorText();
        return ISocketDriver.Failed;
    }

    private static Readiness ReadinessOf(ReadOnlySpan<byte> occurred)
    {
        uint events = BinaryPrimitives.ReadUInt32LittleEndian(occurred);
        return ((events & EPOLLIN) != 0 ? Readiness.Readable : 0)
            | ((events & EPOLLOUT) != 0 ? Readiness.Writable : 0)
            | ((events & (EPOLLERR | EPOLLHUP)) != 0 ? Readiness.Broken : 0);
    }

    private void ClearWake()
    {
        ulong count;
        read(_wake, (byte*)&count, sizeof(ulong));
    }

    private void Control(int operation, int descriptor, uint events)
    {
        byte* epollEvent = stackalloc byte[16];
        *(uint*)epollEvent = events;
        *(ulong*)(epollEvent + DataOffset) = (uint)descriptor;
        Check(epoll_ctl(_epoll, operation, descriptor, epollEvent), "epoll_ctl");
    }

    private static int Check(int result, string call) => result >= 0 ? result : throw Error(call);

    private static IOException Error(string call) => new($"{call} failed: {LastErrorText()}");
}
