using System.Text;
using BenchmarkDotNet.Attributes;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Gateway;
using Chatter.Chat.Protocol;

namespace Chatter.Micro;

/// <summary>A frame that comes in, and one that goes out.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private readonly ReadOnlyMemory<byte> _send = Encoding.UTF8.GetBytes($$"""{"type":"send","room":"{{Guid.CreateVersion7()}}","text":"{{Samples.Text}}","nonce":"{{Samples.Nonce()}}"}""");
    private readonly RoomEvent _event = Samples.Event(Guid.CreateVersion7());

    /// <summary>A <c>send</c>, strictly.</summary>
    [Benchmark]
    public object? ParseSend() => FrameParser.Parse(_send).Frame;

    /// <summary>An event, once for all who get it.</summary>
    [Benchmark]
    public object SerialiseEvent() => new TailEvent(_event);
}
