using System.Globalization;
using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Messages;

/// <summary>A page of the messages that mention somebody; <paramref name="Next"/> is what to ask for the next one with, or null at the end.</summary>
internal sealed record MentionPage(IReadOnlyList<MentionInfo> Mentions, string? Next);

/// <summary>A page of the messages that somebody saved.</summary>
internal sealed record SavedPage(IReadOnlyList<SavedInfo> Saved, string? Next);

/// <summary>A page of the messages that are pinned to a room.</summary>
internal sealed record PinPage(IReadOnlyList<PinInfo> Pins, string? Next);

/// <summary>The newest message of each of somebody's rooms.</summary>
internal sealed record LatestList(IReadOnlyList<RoomEvent> Latest);

/// <summary>Messages picked out of the logs: mentions, saved ones, pins, the newest of each room. All of a list, and the right to it, are of one snapshot.</summary>
internal sealed class MessageLists(Database database)
{
    /// <summary>Rooms of which the newest message is told: those that were active last.</summary>
    private const int MostLatest = 200;

    /// <summary>Events between a room's last message and its end that are looked through.</summary>
    private const int FarthestLatest = 200;

    /// <summary>Bytes of what a list says beside a message, and of the answer around it.</summary>
    private const int ItemBytes = 512;

    /// <summary>Characters of a newest message: it is shown in a line.</summary>
    private const int LatestText = 200;

    /// <summary>Messages that mention that user, the newest first, of rooms that he is in.</summary>
    public Task<Outcome<MentionPage>> Mentions(Guid user, string? after, int limit, CancellationToken cancel) => Page<MentionPage>(user, after, (store, from) =>
    {
        // By name, and with everybody: the first arm ends after a page, the second goes room by room, since other rooms may have many.
        var found = store.All(
            "select room, message, at, unread from (select * from ("
            + "select x.room, x.message, x.at, x.message > m.read_seq as unread from mentions x join members m on m.user = $1 and m.room = x.room "
            + $"where x.user = $1 and not {Blocks.Has("$1", "x.sender")} and (x.at, x.room, x.message) < ($2, $3, $4) order by x.at desc, x.room desc, x.message desc limit $5) union select * from ("
            + "select x.room, x.message, x.at, x.message > m.read_seq from members m cross join mentions x on x.user = zeroblob(16) and x.room = m.room and x.message > m.joined_seq "
            + $"where m.user = $1 and x.sender <> $1 and not {Blocks.Has("$1", "x.sender")} and (x.at, x.room, x.message) < ($2, $3, $4) order by x.at desc, x.room desc, x.message desc limit $5)) "
            + "order by at desc, room desc, message desc limit $5",
            static row => (Place: Place.Read(row), Unread: row.GetInt64(3) != 0), user, from.At, from.Room, from.Message, limit + 1);
        var (mentions, next) = Take(store, found, limit, user, static mention => mention.Place, static (mention, message) => new MentionInfo(message, mention.Unread));
        return new MentionPage(mentions, next);
    }, cancel);

    /// <summary>Messages that a user saved, the latest saved first, of rooms that he is in.</summary>
    public Task<Outcome<SavedPage>> Saved(Guid user, string? after, int limit, CancellationToken cancel) => Page<SavedPage>(user, after, (store, from) =>
    {
        var found = store.All(
            "select s.room, s.message, s.at from saved s join members m on m.user = s.user and m.room = s.room "
            + "where s.user = $1 and (s.at, s.room, s.message) < ($2, $3, $4) order by s.at desc, s.room desc, s.message desc limit $5",
            Place.Read, user, from.At, from.Room, from.Message, limit + 1);
        var (saved, next) = Take(store, found, limit, user, static place => place, static (place, message) => new SavedInfo(message, place.Time));
        return new SavedPage(saved, next);
    }, cancel);

    /// <summary>What is pinned to a room, the latest pinned first, for its members.</summary>
    public Task<Outcome<PinPage>> Pins(Guid user, Guid room, string? after, int limit, CancellationToken cancel) => Page<PinPage>(user, after, (store, from) =>
    {
        if (RoomAccess.MayRead(store, room, user) is { } refusal) return refusal;
        var found = store.All(
            $"select c.room, c.message, e.at, e.sender, {DeletedUsers.Name("e.sender", "e.sender_name")} from message_changes c join events e on e.room = c.room and e.seq = c.pinned "
            + "where c.room = $1 and c.pinned > 0 and (e.at, c.message) < ($2, $3) order by e.at desc, c.message desc limit $4",
            static row => (Place: Place.Read(row), By: new UserRef(row.Id(3), row.GetString(4))), room, from.At, from.Message, limit + 1);
        var (pins, next) = Take(store, found, limit, user, static pin => pin.Place, static (pin, message) => new PinInfo(message, pin.By, pin.Place.Time));
        return new PinPage(pins, next);
    }, cancel);

    /// <summary>The newest message of each of a user's rooms, its text shortened; of the rooms that were active last, and not where it lies far back.</summary>
    public Task<Outcome<LatestList>> Latest(Guid user, CancellationToken cancel) => database.Answer<LatestList>(user, store =>
    {
        var heads = store.All(
            "select m.room, h.last_seq, h.last_at from members m join room_heads h on h.room = m.room where m.user = $1 order by h.last_at desc, m.room limit $2",
            static row => (Room: row.Id(0), Last: row.GetInt64(1)), user, MostLatest);
        var latest = new List<RoomEvent>();
        foreach (var (room, last) in heads)
        {
            var seq = store.First(
                "select seq from events where room = $1 and seq > $2 and kind = 0 order by seq desc limit 1", static row => (long?)row.GetInt64(0), room, last - FarthestLatest);
            if (seq is not { } message) continue;
            var found = Message(store, new Place(0, room, message), user);
            var text = found.Edited?.Text ?? found.Text;
            latest.Add(found with { Text = text is null ? null : Text.Cut(text, LatestText), Edited = null, Reactions = null });
        }
        return new LatestList(latest);
    }, cancel);

    /// <summary>As many as the page may have, and as its bytes hold.</summary>
    private static (IReadOnlyList<TItem> Items, string? Next) Take<TFound, TItem>(
        StoreConnection store, List<TFound> found, int limit, Guid reader, Func<TFound, Place> place, Func<TFound, RoomEvent, TItem> make)
    {
        var items = new List<TItem>();
        var size = 0;
        foreach (var one in found)
        {
            var message = items.Count < limit ? Message(store, place(one), reader) : null;
            if (message is null || ((size += EventRows.Size(message) + ItemBytes) > Limits.MaxPage && items.Count > 0)) return (items, place(found[items.Count - 1]).Cursor);
            items.Add(make(one, message));
        }
        return (items, null);
    }

    /// <summary>A message as pages show it.</summary>
    private static RoomEvent Message(StoreConnection store, Place place, Guid reader)
    {
        var found = EventRows.At(store, place.Room, place.Message) ?? throw new InvalidOperationException($"Event {place.Message} of room {place.Room} is gone.");
        List<RoomEvent> page = [found];
        PageFold.Apply(store, place.Room, page, reader);
        return page[0];
    }

    private Task<Outcome<T>> Page<T>(Guid user, string? after, Func<StoreConnection, Place, Outcome<T>> read, CancellationToken cancel) =>
        Place.TryRead(after, out var from) ? database.Answer(user, store => read(store, from), cancel) : Task.FromResult<Outcome<T>>(PageCursor.Wrong);

    /// <summary>A message's place in a list over several rooms: newest first.</summary>
    private readonly record struct Place(long At, Guid Room, long Message)
    {
        private static readonly Guid BeyondAll = new([.. Enumerable.Repeat((byte)0xff, 16)]);

        public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(At);

        public static Place Read(SqliteDataReader row) => new(row.GetInt64(2), row.Id(0), row.GetInt64(1));

        public string Cursor => PageCursor.Write(Room, string.Create(CultureInfo.InvariantCulture, $"{At} {Message}"));

        public static bool TryRead(string? cursor, out Place place)
        {
            place = new Place(long.MaxValue, BeyondAll, long.MaxValue);
            if (cursor is null) return true;
            if (!PageCursor.TryRead(cursor, out var room, out var key) || key.Split(' ') is not [var at, var message]) return false;
            var isWhole = long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var time) & long.TryParse(message, NumberStyles.None, CultureInfo.InvariantCulture, out var seq);
            place = new Place(time, room, seq);
            return isWhole;
        }
    }
}
