namespace Chatter.App.Tests.Faults.History;

/// <summary>
/// What has to hold of a reader from connection to connection: everything acknowledged reached who stayed connected or resumed (S2), and after a
/// <c>reset</c> nothing was lost to who pages what lies between (S15).
/// </summary>
internal sealed class ReaderLaws(RunHistory history, IReadOnlyDictionary<string, RoomLogIndex> logs, Verdict verdict)
{
    private readonly Dictionary<string, long[]> _acknowledged = history.Sends.Where(static s => s.Outcome == Outcome.Ok).GroupBy(static s => s.Room)
        .ToDictionary(static room => room.Key, static room => room.Select(static s => s.Seq).Distinct().Order().ToArray());

    public void Judge()
    {
        var pages = history.Pages.Where(static p => p.Outcome == Outcome.Ok).ToLookup(static p => p.Reader);
        foreach (var reader in history.Connections.GroupBy(static c => c.Reader)) Follow(reader.Key, [.. reader.OrderBy(static c => c.Opened)], pages[reader.Key]);
    }

    private void Follow(string reader, IReadOnlyList<Connection> connections, IEnumerable<PageRead> pages)
    {
        var got = new Table<string, HashSet<long>>();
        foreach (var item in connections.SelectMany(static c => c.Received))
            if (item.Event is { } e) got[item.Room].Add(e.Seq);
        var open = new Dictionary<string, Span>();
        var spans = new List<Span>();
        var resets = new List<(string Room, long From, long To, long First)>();
        foreach (var connection in connections.Where(static c => c.Epoch is not null))
        {
            // A room that its welcome doesn't name was left meanwhile.
            var entries = connection.Received.Where(static r => r.Kind == ReceivedKind.Entry).Select(static r => r.Room).ToHashSet();
            foreach (var left in open.Keys.Where(room => !entries.Contains(room)).ToArray()) open.Remove(left);
            foreach (var item in connection.Received)
            {
                open.TryGetValue(item.Room, out var span);
                switch (item.Kind)
                {
                    case ReceivedKind.Entry when !connection.Resume.ContainsKey(item.Room) || span is null:
                    case ReceivedKind.Subscribed:
                        Begin(item.Room, connection.Resume.TryGetValue(item.Room, out var from) && item.Kind == ReceivedKind.Entry ? from : item.Last);
                        break;
                    case ReceivedKind.Reset:
                        if (item.Reason == "behind") resets.Add((item.Room, connection.Resume.GetValueOrDefault(item.Room), item.Last, item.First));
                        Begin(item.Room, item.Last);
                        break;
                    case ReceivedKind.Event when span is not null:
                        span.To = Math.Max(span.To, item.Event!.Seq);
                        break;
                    case ReceivedKind.Unsubscribed:
                        open.Remove(item.Room);
                        break;
                }
            }
            if (!connection.LiveAtEnd) continue;
            foreach (var span in open.Values)
                if (logs.TryGetValue(span.Room, out var log)) span.To = log.Last;
        }
        foreach (var span in spans) Reached(reader, span, got[span.Room]);
        foreach (var page in pages)
            foreach (var item in page.Events) got[page.Room].Add(item.Seq);
        foreach (var (room, from, to, first) in resets)
        {
            verdict.Require(first <= from + 1, "S15", () => $"{room} begins with {first} for {reader}, who was at {from}: what lies between is lost");
            // Who left can't have paged it.
            if (!logs.TryGetValue(room, out var log) || !log.IsMemberSince(connections[0].User, to)) continue;
            for (var seq = from + 1; seq <= to; seq++)
                if (!got[room].Contains(seq)) verdict.Breach("S15", $"after a reset {reader} paged {room} from {from} to {to}, and never got {seq}");
        }

        void Begin(string room, long from)
        {
            open[room] = new Span(room, from);
            spans.Add(open[room]);
        }
    }

    private void Reached(string reader, Span span, HashSet<long> got)
    {
        if (!_acknowledged.TryGetValue(span.Room, out var acknowledged)) return;
        var at = Array.BinarySearch(acknowledged, span.From + 1);
        for (var i = at < 0 ? ~at : at; i < acknowledged.Length && acknowledged[i] <= span.To; i++)
            verdict.Require(got.Contains(acknowledged[i]), "S2", () => $"{span.Room} {acknowledged[i]} was acknowledged, but never reached {reader}, who followed it from {span.From} to {span.To}");
    }

    /// <summary>From where a reader followed a room without a break, and to where.</summary>
    private sealed class Span(string room, long from)
    {
        public string Room => room;

        public long From { get; } = from;

        public long To { get; set; } = from;
    }
}
