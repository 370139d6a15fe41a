using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>Pages of a room's log.</summary>
internal sealed class HistoryService(Database database)
{
    private const int DefaultLimit = 50;

    /// <summary>Bytes of the events of a page: what is left of it beside the frame around them.</summary>
    private const int EventBytes = Limits.MaxPage - 512;

    private const int MaxEdits = 100;

    /// <summary>An event that isn't there, or is of another room: which of both isn't told.</summary>
    public static readonly Refusal NoSuchEvent = new(ErrorCodes.NoSuchEvent, "There is no such event in this room.");

    // What every room begins with; retention will move it.
    private const long First = 1;

    /// <summary>A page, or why there is none. The right to read and what is read are of one snapshot.</summary>
    public async Task<Outcome<HistoryFrame>> Page(HistoryRequest request, Guid user, CancellationToken cancel) =>
        Check(request) is { } refusal ? refusal : await database.Answer(user, store => Page(store, request, user), cancel);

    /// <summary>One event and its edits, or why there is none.</summary>
    public Task<Outcome<EventDetails>> Event(Guid room, Guid id, Guid user, CancellationToken cancel) => database.Answer(user, store => Event(store, room, id, user), cancel);

    private static Refusal? Check(HistoryRequest request)
    {
        var directions = (request.After is null ? 0 : 1) + (request.Before is null ? 0 : 1) + (request.Around is null ? 0 : 1) + (request.At is null ? 0 : 1);
        if (directions > 1) return new Refusal(ErrorCodes.Invalid, "Only one of after, before, around and at can be given.");
        return request.Limit is < 1 or > Limits.EventsPerPage ? Refusal.InvalidField("limit", $"limit must be from 1 to {Limits.EventsPerPage}.") : null;
    }

    private static Outcome<HistoryFrame> Page(StoreConnection store, HistoryRequest request, Guid user)
    {
        var room = request.Room;
        if (RoomAccess.MayRead(store, room, user) is { } refusal) return refusal;
        var last = store.First("select last_seq from room_heads where room = $1", static row => row.GetInt64(0), room);
        var limit = request.Limit ?? DefaultLimit;
        List<RoomEvent> page;
        bool more;
        if (request.After is { } after)
        {
            page = Fold(store, request, user, EventRows.After(store, room, after, EventBytes, limit), 0);
            more = page.Count > 0 ? page[^1].Seq < last : after < last;
        }
        else if ((request.Around ?? (request.At is { } time ? FirstAt(store, room, time, last) : null)) is { } around)
        {
            var middle = Math.Clamp(around, First, last);
            page = Around(store, room, middle, last, limit);
            page = Fold(store, request, user, page, (int)(middle - page[0].Seq));
            more = page[0].Seq > First || page[^1].Seq < last;
        }
        else
        {
            var before = request.Before ?? long.MaxValue;
            page = EventRows.Before(store, room, before, EventBytes, limit);
            page = Fold(store, request, user, page, page.Count - 1);
            more = page.Count > 0 ? page[0].Seq > First : before > First && last >= First && before <= last;
        }
        return new HistoryFrame(room, page, First, last, more) { Nonce = request.Nonce };
    }

    /// <summary>The first event of a time or later: times never run backwards within a room, so it is found by halves.</summary>
    private static long FirstAt(StoreConnection store, Guid room, DateTimeOffset time, long last)
    {
        var wanted = time.ToUnixTimeMilliseconds();
        var (low, high) = (First, last);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (store.First("select at from events where room = $1 and seq = $2", static row => row.GetInt64(0), room, middle) >= wanted) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private static Outcome<EventDetails> Event(StoreConnection store, Guid room, Guid id, Guid user)
    {
        if (RoomAccess.MayRead(store, room, user) is { } refusal) return refusal;
        if (EventRows.ById(store, room, id) is not { } found) return NoSuchEvent;
        List<RoomEvent> page = [found];
        PageFold.Apply(store, room, page, user);
        return new EventDetails(page[0], PageFold.Edits(store, room, found.Seq, MaxEdits));
    }

    /// <summary>Adds what became of the messages. Where that makes the page too large, it loses what is farther from the one wanted.</summary>
    private static List<RoomEvent> Fold(StoreConnection store, HistoryRequest request, Guid user, List<RoomEvent> page, int wanted)
    {
        PageFold.Apply(store, request.Room, page, user);
        var (first, end) = (0, page.Count);
        var size = page.Sum(EventRows.Size);
        while (size > EventBytes && end - first > 1)
        {
            var cut = wanted - first > end - 1 - wanted ? first++ : --end;
            size -= EventRows.Size(page[cut]);
        }
        return first == 0 && end == page.Count ? page : page[first..end];
    }

    /// <summary>Half of the page before the middle, the rest from it on; what one side lacks at an end of the log the other makes up for.</summary>
    private static List<RoomEvent> Around(StoreConnection store, Guid room, long middle, long last, int limit)
    {
        var behind = (int)Math.Min(limit, last - middle + 1);
        var ahead = (int)Math.Min(Math.Max(limit / 2, limit - behind), middle - First);
        var page = ahead > 0 ? EventRows.Before(store, room, middle, EventBytes / 2, ahead) : [];
        page.AddRange(EventRows.After(store, room, middle - 1, EventBytes / 2, limit - page.Count));
        return page;
    }
}
