using BenchmarkDotNet.Attributes;
using Chatter.Chat.Broadcasting;

namespace Chatter.Micro;

/// <summary>The newest events of a room: it is filled, and then a quarter of it is dropped again and again.</summary>
[MemoryDiagnoser]
public class TailBenchmarks
{
    private const int Events = 4_096;
    private const int Capacity = 128;
    private const int Loops = 2;

    private readonly TailEvent[] _events = new TailEvent[Events];

    /// <summary>Makes what is offered.</summary>
    [GlobalSetup]
    public void MakeEvents()
    {
        var sample = Samples.Event(Guid.CreateVersion7());
        for (var i = 0; i < Events; i++) _events[i] = new TailEvent(sample with { Seq = i + 1 });
    }

    /// <summary>An event that a loop hears of, which has just looked.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long Offer()
    {
        var tail = new RoomTail(Guid.Empty, 0, Capacity, Loops, static (loop, it) => it.Noticed(loop));
        tail.Watch(0, true);
        foreach (var item in _events) tail.Offer(item);
        return tail.View.Last == Events ? tail.View.First : throw new InvalidOperationException("The tail lacks events.");
    }
}
