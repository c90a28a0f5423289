using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Quorate.Coordinator.Environment;
using Quorate.Transport.Loop;
using Xunit;

namespace Quorate.Tests.Transport.Loop;

public sealed class SocketNetworkTests
{
    public static TheoryData<string> Drivers => ["epoll", "select"];

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task What_is_sent_comes_back(string driver)
    {
        using var running = new RunningLoop(driver);
        using Socket client = RunningLoop.Dial(await running.Listen(connection => new ScriptedSession(connection)));
        for (int i = 0; i < 50; i++)
        {
            client.Send("hello"u8);
            Assert.Equal("hello"u8, client.ReceiveExactly(5));
        }
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_message_of_16_MiB_arrives_whole_and_comes_back_through_both_ends_of_the_loop(string driver)
    {
        using var running = new RunningLoop(driver);
        const int Size = 16 * 1024 * 1024;
        byte[] message = new byte[Size];
        new Random(1).NextBytes(message);
        int calls = 0;
        string address = await running.Listen(connection => new ScriptedSession(connection)
        {
            Bytes = (ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted) =>
            {
                calls++;
                wanted = Size;
                if (bytes.Length < Size) return 0;
                session.Connection.Output.Write(bytes[..Size]);
                return Size;
            },
        });

        var received = new MemoryStream();
        await running.On(() => running.Loop.Network.Connect(
            address,
            connection =>
            {
                connection.Output.Write(message);
                return new ScriptedSession(connection)
                {
                    Bytes = (ScriptedSession _, ReadOnlySpan<byte> bytes, out int wanted) =>
                    {
                        received.Write(bytes);
                        wanted = 1;
                        return bytes.Length;
                    },
                };
            },
            reason => throw new InvalidOperationException(reason)));
        await running.Until(() => received.Length == Size);
        Assert.True(message.AsSpan().SequenceEqual(received.ToArray()));
        Assert.InRange(calls, 2, 2);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Many_connections_are_served_side_by_side(string driver)
    {
        using var running = new RunningLoop(driver);
        string address = await running.Listen(connection => new ScriptedSession(connection));
        Socket[] clients = [.. Enumerable.Range(0, 300).Select(_ => RunningLoop.Dial(address))];
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < clients.Length; i++) clients[i].Send(Encoding.ASCII.GetBytes($"{i:d8}"));
            for (int i = 0; i < clients.Length; i++) Assert.Equal(Encoding.ASCII.GetBytes($"{i:d8}"), clients[i].ReceiveExactly(8));
        }

        foreach (Socket client in clients) client.Dispose();
        await running.Until(() => running.Loop.Network.ConnectionCount == 0);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Replies_still_leave_after_the_other_side_said_that_it_sends_no_more(string driver)
    {
        using var running = new RunningLoop(driver);
        bool isReady = false;
        ScriptedSession? session = null;
        string address = await running.Listen(connection => session = new ScriptedSession(connection)
        {
            Bytes = (ScriptedSession _, ReadOnlySpan<byte> bytes, out int wanted) =>
            {
                wanted = 1;
                return bytes.Length;
            },
            Awaits = () => !isReady,
        });
        using Socket client = RunningLoop.Dial(address);
        client.Send("question"u8);
        client.Shutdown(SocketShutdown.Send);
        await running.Until(() => session is not null);
        await running.On(() =>
        {
            session!.Connection.Output.Write("answer"u8);
            isReady = true;
        });
        Assert.Equal("answer"u8, client.ReceiveExactly(6));
        Assert.True(client.IsClosedByOther());
        await running.Until(() => session!.ClosedBecause == "closed by the other side");
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task What_was_written_before_a_close_arrives_also_when_the_other_had_more_to_say(string driver)
    {
        using var running = new RunningLoop(driver);
        string address = await running.Listen(connection => new ScriptedSession(connection)
        {
            Bytes = (ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted) =>
            {
                wanted = 1;
                session.Connection.Output.Write("no"u8);
                session.Connection.Close();
                return 1;
            },
        });
        using Socket client = RunningLoop.Dial(address);
        client.Send(new byte[300_000]);
        Assert.Equal("no"u8, client.ReceiveExactly(2));
        Assert.True(client.IsClosedByOther());
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task An_exception_in_a_session_closes_its_connection_and_no_other(string driver)
    {
        using var running = new RunningLoop(driver);
        string address = await running.Listen(connection => new ScriptedSession(connection)
        {
            Bytes = (ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted) =>
                bytes[0] == '!' ? throw new InvalidOperationException("boom") : ScriptedSession.Echo(session, bytes, out wanted),
        });
        using Socket good = RunningLoop.Dial(address);
        using Socket bad = RunningLoop.Dial(address);
        bad.Send("!"u8);
        Assert.True(bad.IsClosedByOther());
        good.Send("still here"u8);
        Assert.Equal("still here"u8, good.ReceiveExactly(10));
        Assert.Contains("boom", Assert.Single(await running.On(running.Log.ToArray)));
    }

    [Fact]
    public async Task A_turn_sends_once_to_each_connection_however_often_it_was_written_to()
    {
        var driver = new CountingDriver(RunningLoop.DriverOf("epoll"));
        using var running = new RunningLoop(driver);
        var sessions = new List<ScriptedSession>();
        string address = await running.Listen(connection =>
        {
            var session = new ScriptedSession(connection);
            sessions.Add(session);
            return session;
        });
        using Socket first = RunningLoop.Dial(address);
        using Socket second = RunningLoop.Dial(address);
        await running.Until(() => sessions.Count == 2);

        await running.On(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                foreach (ScriptedSession session in sessions) session.Connection.Output.Write("0123456789"u8);
            }

            Assert.Equal(1000, sessions[0].Connection.PendingOutput);
        });
        first.ReceiveExactly(1000);
        second.ReceiveExactly(1000);
        Assert.Equal(2, await running.On(() => driver.Sends));
        Assert.Equal(0, await running.On(() => sessions[0].Connection.PendingOutput));
    }

    [Fact]
    public async Task A_session_that_pauses_gets_the_rest_when_it_resumes_and_what_follows()
    {
        using var running = new RunningLoop();
        ScriptedSession? session = null;
        var taken = new List<byte>();
        string address = await running.Listen(connection => session = new ScriptedSession(connection)
        {
            Bytes = (ScriptedSession self, ReadOnlySpan<byte> bytes, out int wanted) =>
            {
                taken.Add(bytes[0]);
                self.Connection.PauseReading();
                wanted = 1;
                return 1;
            },
        });
        using Socket client = RunningLoop.Dial(address);
        client.Send("abc"u8);
        await running.Until(() => taken.Count == 1);
        client.Send("de"u8);
        for (int i = 2; i <= 5; i++)
        {
            Assert.Equal(i - 1, await running.On(() => taken.Count));
            await running.On(session!.Connection.ResumeReading);
            await running.Until(() => taken.Count == i);
        }

        Assert.Equal("abcde"u8, taken.ToArray());
    }

    [Fact]
    public async Task A_session_is_not_called_before_the_bytes_it_wants_are_there()
    {
        using var running = new RunningLoop();
        var lengths = new List<int>();
        string address = await running.Listen(connection => new ScriptedSession(connection)
        {
            Bytes = (ScriptedSession _, ReadOnlySpan<byte> bytes, out int wanted) =>
            {
                lengths.Add(bytes.Length);
                wanted = 100_000;
                return bytes.Length >= 100_000 ? bytes.Length : 0;
            },
        });
        using Socket client = RunningLoop.Dial(address);
        client.Send(new byte[10]);
        await running.Until(() => lengths.Count == 1);
        for (int i = 0; i < 9; i++) client.Send(new byte[10_000]);
        client.Send(new byte[9_990]);
        await running.Until(() => lengths.Count == 2);
        Assert.Equal([10, 100_000], lengths);
    }

    [Fact]
    public async Task A_session_that_takes_nothing_is_closed_before_it_holds_too_much()
    {
        using var running = new RunningLoop(limits: new NetworkLimits(MaxInputBytes: 1024 * 1024));
        ScriptedSession? session = null;
        string address = await running.Listen(connection => session = new ScriptedSession(connection) { Bytes = TakeNothing });
        using Socket client = RunningLoop.Dial(address);
        Assert.Throws<SocketException>(() =>
        {
            for (int i = 0; i < 100; i++) client.Send(new byte[1024 * 1024]);
        });
        await running.Until(() => session!.ClosedBecause == "too much unread input");
    }

    [Fact]
    public async Task All_sessions_together_hold_no_more_than_the_node_may()
    {
        using var running = new RunningLoop(limits: new NetworkLimits(MaxTotalInputBytes: 1024 * 1024));
        var sessions = new List<ScriptedSession>();
        string address = await running.Listen(connection =>
        {
            var session = new ScriptedSession(connection) { Bytes = TakeNothing };
            sessions.Add(session);
            return session;
        });
        Socket[] clients = [.. Enumerable.Range(0, 5).Select(_ => RunningLoop.Dial(address))];
        foreach (Socket client in clients) client.Send(new byte[400_000]);
        await running.Until(() => sessions.Any(session => session.ClosedBecause == "too much unread input on this node"));
        foreach (Socket client in clients) client.Dispose();
        await running.Until(() => running.Loop.Network.ConnectionCount == 0);

        using Socket next = RunningLoop.Dial(address);
        next.Send(new byte[400_000]);
        await running.Until(() => sessions.Count == 6);
        await running.On(() => { });
        Assert.Null(sessions[5].ClosedBecause);
    }

    [Fact]
    public async Task A_connection_above_the_limit_is_closed_at_once_and_the_others_go_on()
    {
        using var running = new RunningLoop(limits: new NetworkLimits(MaxConnections: 1));
        string address = await running.Listen(connection => new ScriptedSession(connection));
        using Socket first = RunningLoop.Dial(address);
        first.Send("a"u8);
        first.ReceiveExactly(1);
        using Socket second = RunningLoop.Dial(address);
        Assert.True(second.IsClosedByOther());
        first.Send("b"u8);
        Assert.Equal("b"u8, first.ReceiveExactly(1));
    }

    [Fact]
    public async Task A_closed_connection_is_given_up_when_the_other_does_not_read()
    {
        using var running = new RunningLoop();
        ScriptedSession? session = null;
        string address = await running.Listen(connection =>
        {
            connection.Output.Write(new byte[64 * 1024 * 1024]);
            connection.Close();
            return session = new ScriptedSession(connection);
        });
        using Socket client = RunningLoop.Dial(address);
        await running.Until(() => session?.ClosedBecause is not null);
        Assert.Equal(0, await running.On(() => session!.Connection.PendingOutput));
    }

    [Fact]
    public async Task A_session_hears_when_its_output_has_left_and_may_write_more()
    {
        using var running = new RunningLoop();
        int left = 100;
        string address = await running.Listen(connection =>
        {
            connection.Output.Write(new byte[100_000]);
            return new ScriptedSession(connection)
            {
                Drained = session =>
                {
                    if (--left > 0) session.Connection.Output.Write(new byte[100_000]);
                },
            };
        });
        using Socket client = RunningLoop.Dial(address);
        client.ReceiveExactly(100 * 100_000);
        await running.Until(() => left == 0);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_dial_to_nobody_fails_with_the_reason(string driver)
    {
        using var running = new RunningLoop(driver);
        string address = (await running.On(() =>
        {
            SocketListener listener = running.Loop.Network.Listen("127.0.0.1:0", connection => new ScriptedSession(connection));
            listener.Dispose();
            return listener;
        })).Address;
        Assert.Contains("refused", await ReasonOf(address));
        Assert.Contains("host:port", await ReasonOf("nonsense"));

        async Task<string> ReasonOf(string target)
        {
            string? reason = null;
            await running.On(() => running.Loop.Network.Connect(target, _ => throw new InvalidOperationException(), failure => reason = failure));
            await running.Until(() => reason is not null);
            return reason!;
        }
    }

    [Fact]
    public async Task A_name_is_dialled_as_well_as_a_number()
    {
        using var running = new RunningLoop();
        string address = await running.Listen(connection => new ScriptedSession(connection));
        bool connected = false;
        await running.On(() => running.Loop.Network.Connect(
            address.Replace("127.0.0.1", "localhost"),
            connection =>
            {
                connected = true;
                return new ScriptedSession(connection);
            },
            reason => throw new InvalidOperationException(reason)));
        await running.Until(() => connected);
    }

    [Fact]
    public async Task A_busy_port_is_named_and_a_port_that_was_just_left_is_free()
    {
        using var running = new RunningLoop();
        string address = await running.Listen(connection => new ScriptedSession(connection));
        IOException failure = await Assert.ThrowsAsync<IOException>(() => running.On(() => running.Loop.Network.Listen(address, _ => null!)));
        Assert.Contains(address, failure.Message);

        using (Socket client = RunningLoop.Dial(address))
        {
            client.Send("a"u8);
            client.ReceiveExactly(1);
        }

        running.Dispose();
        using var next = new RunningLoop();
        await next.On(() => next.Loop.Network.Listen(address, connection => new ScriptedSession(connection)));
        RunningLoop.Dial(address).Dispose();
    }

    [Fact]
    public async Task The_end_of_the_loop_sends_what_is_pending_and_tells_the_sessions()
    {
        var running = new RunningLoop();
        ScriptedSession? session = null;
        using Socket client = RunningLoop.Dial(await running.Listen(connection => session = new ScriptedSession(connection)));
        await running.Until(() => session is not null);
        await running.On(() =>
        {
            session!.Connection.Output.Write("bye"u8);
            running.Loop.Stop();
        });
        Assert.Equal("bye"u8, client.ReceiveExactly(3));
        running.Dispose();
        Assert.Equal("the loop has ended", session!.ClosedBecause);
    }

    [Fact]
    public async Task An_address_that_cannot_be_bound_leaves_no_socket_behind()
    {
        const string Descriptors = "/proc/self/fd";
        const int Attempts = 500;
        if (!Directory.Exists(Descriptors)) Assert.Skip("This system does not list a process' descriptors.");
        using var running = new RunningLoop();
        string busy = await running.Listen(connection => new ScriptedSession(connection));
        string taken = await running.On(() => running.Loop.Network.Bind("127.0.0.1:0", _ => { }).Address);
        int before = Directory.GetFileSystemEntries(Descriptors).Length;

        for (int i = 0; i < Attempts; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => running.On(() => running.Loop.Network.Listen(busy, _ => null!)));
            await Assert.ThrowsAsync<IOException>(() => running.On(() => running.Loop.Network.Bind(taken, _ => { })));
        }

        // Other tests open some of their own at the same time.
        Assert.InRange(Directory.GetFileSystemEntries(Descriptors).Length - before, int.MinValue, Attempts);
    }

    private static int TakeNothing(ScriptedSession session, ReadOnlySpan<byte> bytes, out int wanted)
    {
        wanted = 1;
        return 0;
    }
}
