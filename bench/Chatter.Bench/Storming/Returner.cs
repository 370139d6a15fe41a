using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Chatter.Bench.Comparing;

namespace Chatter.Bench.Storming;

/// <summary>Somebody who loses his socket and comes back: keeps his cursor, resumes, and checks that he gets all that he missed, in order, and nothing else.</summary>
internal sealed class Returner(PreparedRoom room, string token, int number, Crowd crowd) : IDisposable
{
    // As clients do first.
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(0.5);

    private readonly HashSet<string> _online = [];
    private readonly byte[] _roomId = Encoding.ASCII.GetBytes(room.Id);
    private Socket? _socket;
    private string? _epoch;
    private long _seq = -1;
    private long _end;
    private long _mark;
    private long _since;
    private bool _live;

    /// <summary>Opens a socket for the next <see cref="Connect"/>, which is then quicker.</summary>
    /// <param name="missed">How many events he will be given.</param>
    /// <param name="mark">What the first of them is known by; the others follow.</param>
    public void Prepare(int missed, long mark)
    {
        (_end, _mark, _since, _live) = (_seq < 0 ? -1 : _seq + missed, mark, 0, false);
        _online.Clear();
        _socket = new Socket(this, crowd.Poller);
    }

    public void Connect(int port)
    {
        if (_since == 0) _since = Stopwatch.GetTimestamp();
        _socket!.Connect(port);
    }

    /// <summary>Loses the socket, as by a network that is gone.</summary>
    public void Lose() => _socket?.Reset();

    public void Dispose() => _socket?.Dispose();

    private string Hello() => _seq < 0
        ? $$"""{"type":"hello","token":"{{token}}"}"""
        : string.Create(CultureInfo.InvariantCulture, $$$"""{"type":"hello","token":"{{{token}}}","epoch":"{{{_epoch}}}","resume":{"{{{room.Id}}}":{{{_seq}}}}}""");

    private void Handle(ReadOnlySpan<byte> payload, long now)
    {
        if (payload.StartsWith("{\"type\":\"event\""u8)) Take(payload, now);
        else if (payload.StartsWith("{\"type\":\"welcome\""u8)) Greet(payload, now);
        else if (payload.StartsWith("{\"type\":\"presence\""u8)) Hear(payload, now);
        else crowd.Violation($"{number} got {Encoding.UTF8.GetString(payload)}");
    }

    private void Take(ReadOnlySpan<byte> payload, long now)
    {
        var rest = payload[(payload.IndexOf("\"seq\":"u8) + 6)..];
        if (!Utf8Parser.TryParse(rest, out long seq, out _) || seq != _seq + 1 || seq > _end || payload.IndexOf(_roomId) < 0)
            crowd.Violation($"{number} stood at {_seq} of {_end} and got {Encoding.UTF8.GetString(payload)}");
        if (!Mark.TryFind(ref rest, out var mark) || mark != _mark++) crowd.Violation($"{number} expected message {_mark - 1} and got {mark}");
        _seq = seq;
        if (seq == _end) crowd.HasAll(now - _since, now);
    }

    private void Greet(ReadOnlySpan<byte> payload, long now)
    {
        if (_live) crowd.Violation($"{number} was welcomed twice");
        if (_seq < 0)
        {
            using var welcome = JsonDocument.Parse(payload.ToArray());
            _epoch = welcome.RootElement.GetProperty("epoch").GetString();
            _seq = welcome.RootElement.GetProperty("rooms")[0].GetProperty("last").GetInt64();
        }
        _live = true;
        crowd.IsLive(now - _since, now);
    }

    private void Hear(ReadOnlySpan<byte> payload, long now)
    {
        using var presence = JsonDocument.Parse(payload.ToArray());
        foreach (var user in presence.RootElement.GetProperty("users").EnumerateArray())
            if (user.GetProperty("status").ValueEquals("online") && _online.Add(user.GetProperty("id").GetString()!) && _online.Count == crowd.Others) crowd.HasHeard(now);
    }

    /// <summary>Who isn't let in comes again; who was live is to be left alone.</summary>
    private void Again(string why)
    {
        if (_live) crowd.Violation($"{number} was live and lost its socket: {why}");
        crowd.Reconnects++;
        _live = false;
        _socket!.Dispose();
        _socket = new Socket(this, crowd.Poller);
        _ = crowd.Poller.Every(BackOff * Random.Shared.NextDouble(), BackOff, 1, () => Connect(crowd.Port));
    }

    private sealed class Socket(Returner owner, Poller poller) : WebSocketConnection(poller)
    {
        protected override void Upgraded() => Send(owner.Hello());

        protected override void Received(ReadOnlySpan<byte> payload, long now) => owner.Handle(payload, now);

        protected override void Ended(string why) => owner.Again(why);
    }
}
