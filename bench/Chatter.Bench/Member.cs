using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;

namespace Chatter.Bench;

/// <summary>One socket of a room: sends, repeats what wasn't acknowledged, resumes, and checks that its seq rises by exactly 1 (S8).</summary>
internal sealed class Member(Room room, int number, Histogram latency, Poller poller, int? receiveBuffer = null)
{
    private readonly LinkedList<(string Nonce, string Text)> _unacked = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource _welcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BenchSocket? _socket;
    private string? _epoch;
    private int _sent;

    /// <summary>The last seq received, or -1 before the first welcome.</summary>
    public long Seq { get; private set; } = -1;

    /// <summary>How often it had to connect again.</summary>
    public int Lost { get; private set; }

    /// <summary>Events received.</summary>
    public long Received { get; private set; }

    public int Unacked
    {
        get
        {
            lock (_lock) return _unacked.Count;
        }
    }

    public Task Welcomed => _welcome.Task;

    /// <summary>Keeps a connection until cancelled: when it breaks, connects again and resumes.</summary>
    public async Task Run(int port, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            using var socket = new BenchSocket(poller);
            try
            {
                await Task.Run(() => socket.Connect(port, receiveBuffer), CancellationToken.None);
                socket.Send(Hello());
                _socket = socket;
                await socket.Read(Handle, cancel);
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                // The server is being killed or started.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            _socket = null;
            Lost++;
            if (_welcome.Task.IsCompleted) _welcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await Task.Delay(Random.Shared.Next(20, 200), CancellationToken.None);
        }
    }

    /// <summary>Stops reading until <see cref="Resume"/>.</summary>
    public void StopReading() => _socket?.Listen(false);

    public void Resume() => _socket?.Listen(true);

    /// <summary>Sends a message; where the connection is down it waits for the next one.</summary>
    public void Send(int pad)
    {
        // The nonce says when it was sent, so that whoever gets the event knows how long it took. It begins with that, as the version 7 ids of ChatClient do.
        var nonce = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp():D19}.{number}.{_sent++}");
        var text = new string('x', Math.Max(1, pad));
        lock (_lock) _unacked.AddLast((nonce, text));
        if (_welcome.Task.IsCompleted && _socket is { } socket) Transmit(socket, nonce, text);
    }

    private void Transmit(BenchSocket socket, string nonce, string text)
    {
        try
        {
            socket.Send($$"""{"type":"send","room":"{{room.Id}}","text":"{{text}}","nonce":"{{nonce}}"}""");
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It stays unacknowledged, and is repeated after the next welcome.
        }
    }

    private string Hello() => Seq < 0
        ? $$"""{"type":"hello","token":"{{room.Token}}"}"""
        : string.Create(CultureInfo.InvariantCulture, $$$"""{"type":"hello","token":"{{{room.Token}}}","epoch":"{{{_epoch}}}","resume":{"{{{room.Id}}}":{{{Seq}}}}}""");

    private void Handle(ReadOnlySpan<byte> payload)
    {
        var frame = Frame.Read(payload);
        switch (frame.Type)
        {
            case "event":
                if (frame.Seq != Seq + 1) room.Violation($"socket {number}: {frame.Seq} came after {Seq}");
                Seq = frame.Seq;
                Received++;
                if (frame.Nonce is null) break;
                latency.Since(long.Parse(frame.Nonce.AsSpan(0, frame.Nonce.IndexOf('.')), CultureInfo.InvariantCulture));
                room.Seen(frame.Seq, frame.Nonce);
                break;
            case "sent":
                room.Ack(frame.Nonce!, frame.Seq);
                lock (_lock)
                {
                    for (var node = _unacked.First; node is not null; node = node.Next)
                    {
                        if (node.Value.Nonce != frame.Nonce) continue;
                        _unacked.Remove(node);
                        break;
                    }
                }
                break;
            case "welcome":
                Greet(payload);
                break;
            case "reset" or "error":
                room.Violation($"socket {number}: {System.Text.Encoding.UTF8.GetString(payload)}");
                break;
        }
    }

    private void Greet(ReadOnlySpan<byte> payload)
    {
        using var welcome = JsonDocument.Parse(payload.ToArray());
        _epoch = welcome.RootElement.GetProperty("epoch").GetString();
        if (Seq < 0) Seq = welcome.RootElement.GetProperty("rooms").EnumerateArray().First(r => r.GetProperty("room").GetProperty("id").GetString() == room.Id).GetProperty("last").GetInt64();
        (string Nonce, string Text)[] again;
        lock (_lock) again = [.. _unacked];
        _welcome.TrySetResult();
        if (_socket is not { } socket) return;
        foreach (var (nonce, text) in again) Transmit(socket, nonce, text);
    }
}

/// <summary>What of a server's frame is looked at.</summary>
internal readonly record struct Frame(string Type, long Seq, string? Nonce)
{
    public static Frame Read(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        var (type, seq, nonce) = ("", 0L, (string?)null);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.ValueTextEquals("event"u8) ? "event" : reader.ValueTextEquals("sent"u8) ? "sent" : reader.GetString()!;
            }
            else if (reader.ValueTextEquals("seq"u8))
            {
                reader.Read();
                seq = reader.GetInt64();
            }
            else if (reader.ValueTextEquals("nonce"u8))
            {
                reader.Read();
                nonce = reader.GetString();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return new Frame(type, seq, nonce);
    }
}
