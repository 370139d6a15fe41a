using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatter.Micro;

/// <summary>
/// From a committed event to the wires of a room's members, all that is done for it included: its frame, its place in the tail, a turn of the loop. The loop's
/// thread is the benchmark's, and the wires take everything, so what is left is the engine's own.
/// </summary>
[MemoryDiagnoser]
public class DispatchBenchmarks
{
    private const int Events = 2_048;
    private const int Members = 1_000;
    private const int AnswerLimit = 65_536;
    private const int TailEvents = 128;

    private readonly RoomEvent[] _events = new RoomEvent[Events];
    private readonly List<OutboundSocket> _sockets = [];
    private ServiceProvider? _services;
    private DispatchLoop? _loop;
    private RoomTail? _tail;
    private RoomEvent? _last;

    /// <summary>A room of 1,000.</summary>
    [GlobalSetup]
    public void OpenSockets()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new ChatterMetrics(_services.GetRequiredService<IMeterFactory>());
        var loop = new DispatchLoop(0, new SocketSettings(), 100, static (_, _, _, _) => throw new InvalidOperationException("Nobody is behind."), static _ => { }, static e => throw e, metrics, NullLogger.Instance);
        _last = Samples.Event(Guid.CreateVersion7()) with { Seq = 0 };
        _tail = new RoomTail(_last.Room, 0, TailEvents, 1, (_, tail) => loop.RoomChanged(tail));
        for (var i = 0; i < Members; i++)
        {
            var socket = new OutboundSocket(new ReadyWire(), null, static () => { }, AnswerLimit) { Loop = loop };
            socket.Identify(Guid.CreateVersion7(), Guid.CreateVersion7());
            _tail.Pin();
            _sockets.Add(socket);
            loop.Do(() => loop.Add(socket));
            loop.Do(() => loop.Welcome(socket, [new Subscription(_tail, 0, 0)]));
        }
        loop.Turn();
        _loop = loop;
    }

    /// <summary>Everybody has everything.</summary>
    [GlobalCleanup]
    public void Check()
    {
        if (_sockets.Exists(socket => socket.State.Rooms[_last!.Room].Seq != _last.Seq)) throw new InvalidOperationException("Somebody lacks events.");
        _loop!.Dispose();
        _services!.Dispose();
    }

    /// <summary>What the writer has committed: its own, and not counted here.</summary>
    [IterationSetup]
    public void Commit()
    {
        for (var i = 0; i < Events; i++) _events[i] = _last = _last! with { Seq = _last.Seq + 1 };
    }

    /// <summary>An event to all of the room: the thousandth part of what is allocated is what a delivery allocates. (By the delivery, less than a byte would be shown as one.)</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public void EventToAll()
    {
        foreach (var item in _events)
        {
            _tail!.Offer(new TailEvent(item));
            _loop!.Turn();
        }
    }

    private sealed class ReadyWire : IWire
    {
        public ValueTask Write(ReadOnlyMemory<byte> bytes) => ValueTask.CompletedTask;
    }
}
