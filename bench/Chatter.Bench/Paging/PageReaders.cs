using System.Diagnostics;
using System.Text;
using Chatter.Bench.Comparing;

namespace Chatter.Bench.Paging;

/// <summary>Asks for pages over HTTP, one at a time.</summary>
internal sealed class HttpPages(Poller poller, PreparedRoom room, PageRun run) : HttpConnection(poller, room.Token)
{
    private readonly string _path = $"/api/rooms/{room.Id}/events?{run.Place.Query}";
    private long _askedAt;

    protected override void Opened() => Ask();

    protected override void Answered(int status, ReadOnlySpan<byte> body, long now)
    {
        if (status == 200) run.Take(body, now - _askedAt);
        else run.Violations.Add($"{status} {Encoding.UTF8.GetString(body)}");
        if (run.Stops) Reset();
        else Ask();
    }

    protected override void Ended(string why) => run.Violations.Add(why);

    private void Ask()
    {
        _askedAt = Stopwatch.GetTimestamp();
        Get(_path);
    }
}

/// <summary>Asks for pages by the socket's <c>history</c>, one at a time.</summary>
internal sealed class SocketPages(Poller poller, PreparedRoom room, PageRun run) : WebSocketConnection(poller)
{
    private readonly string _frame = $$"""{"type":"history","room":"{{room.Id}}",{{run.Place.Fields}}}""";
    private long _askedAt;

    protected override void Upgraded() => Send($$"""{"type":"hello","token":"{{room.Token}}"}""");

    protected override void Received(ReadOnlySpan<byte> payload, long now)
    {
        if (payload.StartsWith("{\"type\":\"history\""u8)) run.Take(payload, now - _askedAt);
        else if (!payload.StartsWith("{\"type\":\"welcome\""u8)) run.Violations.Add(Encoding.UTF8.GetString(payload));
        if (run.Stops) Reset();
        else Ask();
    }

    protected override void Ended(string why) => run.Violations.Add(why);

    private void Ask()
    {
        _askedAt = Stopwatch.GetTimestamp();
        Send(_frame);
    }
}
