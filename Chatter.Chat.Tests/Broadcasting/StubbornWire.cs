using System.Buffers.Binary;
using System.Text.Json;
using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Tests.Broadcasting;

/// <summary>What a wire does with what is written to it.</summary>
internal enum WireStep
{
    /// <summary>Takes everything at once, from now on, and what waits.</summary>
    Take,

    /// <summary>From now on makes everybody wait.</summary>
    Hold,

    /// <summary>Takes what waits, and makes wait what comes next.</summary>
    TakeOne,

    /// <summary>Breaks, now and for ever.</summary>
    Break,
}

/// <summary>A wire that takes bytes when it is told to.</summary>
internal sealed class StubbornWire : IWire
{
    private readonly List<byte> _taken = [];
    private TaskCompletionSource? _waiting;
    private bool _holds;
    private bool _broken;

    public ValueTask Write(ReadOnlyMemory<byte> bytes)
    {
        if (_waiting is not null) throw new InvalidOperationException("Two writes at a time.");
        if (_broken) throw new IOException("Broken.");
        _taken.AddRange(bytes.Span);
        if (!_holds) return ValueTask.CompletedTask;
        // Its continuation is run by who completes it.
        _waiting = new TaskCompletionSource();
        return new ValueTask(_waiting.Task);
    }

    public void Do(WireStep step)
    {
        _holds = step is WireStep.Hold or WireStep.TakeOne;
        _broken |= step == WireStep.Break;
        if (step == WireStep.Hold || _waiting is not { } waiting) return;
        _waiting = null;
        if (_broken) waiting.SetException(new IOException("Broken."));
        else waiting.SetResult();
    }

    /// <summary>The frames it took: of a room, the events' seqs and the types of what else was about it; of <c>pong</c>, the nonces; of <c>presence</c>, that it came.</summary>
    public Taken Read()
    {
        var taken = new Taken();
        var bytes = _taken.ToArray().AsSpan();
        while (bytes.Length > 0)
        {
            var (opcode, header) = ((byte)(bytes[0] & 0xF), bytes[1] < 126 ? 2 : 4);
            var length = header == 2 ? bytes[1] : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            // What was cut off when it broke.
            if (bytes.Length < header + length) break;
            if (taken.IsClosed) throw new InvalidOperationException("Something came after the close frame.");
            if (opcode == WireFrame.Close) taken.IsClosed = true;
            else taken.Add(bytes.Slice(header, length));
            bytes = bytes[(header + length)..];
        }
        return taken;
    }

    internal sealed class Taken
    {
        private readonly Dictionary<string, List<string>> _frames = [];

        public bool IsClosed { get; set; }

        public List<string> Of(string subject) => _frames.GetValueOrDefault(subject) ?? [];

        public void Add(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            using var frame = JsonDocument.ParseValue(ref reader);
            var type = frame.RootElement.GetProperty("type").GetString()!;
            var (subject, what) = type switch
            {
                "pong" => (type, frame.RootElement.GetProperty("nonce").GetString()!),
                "presence" => (type, type),
                "event" => (frame.RootElement.GetProperty("room").GetString()!, frame.RootElement.GetProperty("seq").ToString()),
                _ => (frame.RootElement.GetProperty("room").GetString()!, type),
            };
            if (!_frames.TryGetValue(subject, out var list)) _frames.Add(subject, list = []);
            list.Add(what);
        }
    }
}
