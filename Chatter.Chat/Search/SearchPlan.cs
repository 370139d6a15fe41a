using System.Text;
using System.Text.Json;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Search;

/// <summary>
/// A search as the index understands it, for one reader: his rooms are a part of it, so that what he may not read is neither found nor counted nor waited for.
/// </summary>
internal sealed class SearchPlan
{
    /// <summary>
    /// So many rooms are a part of the expression at once: each costs some 30 µs, and more where much is passed over. Who is in more has the words looked at first, without rooms:
    /// a word that is everywhere is in his rooms as well, and one that is rare is soon looked at.
    /// </summary>
    private const int FewRooms = 8;

    /// <summary>Messages with the words that are looked at in that way.</summary>
    private const int Tries = 1_000;

    private const string Texts = SearchReaders.Schema + ".texts";
    private const string Messages = SearchReaders.Schema + ".messages";

    private readonly string _words;
    private readonly string _rooms;
    private readonly string _numbers;
    private readonly long _since;
    private readonly long _until;

    private SearchPlan(Dictionary<long, Guid> rooms, string words, SearchQuery query)
    {
        Rooms = rooms;
        _words = words;
        _rooms = $"marks : ({string.Join(" OR ", rooms.Keys.Select(MessageMarks.Room))})";
        _numbers = JsonSerializer.Serialize(rooms.Keys);
        _since = query.Since is { } since ? MessageIds.First(since) : 0;
        _until = query.Until is { } until ? MessageIds.First(until) : long.MaxValue;
    }

    /// <summary>The rooms that are searched, by their numbers.</summary>
    public IReadOnlyDictionary<long, Guid> Rooms { get; }

    /// <summary>Plans a search in the snapshot that it is done in.</summary>
    /// <returns>Null where nothing can be found, since nothing is in those rooms or by those people.</returns>
    public static SearchPlan? Of(StoreConnection store, SearchQuery query, Guid? room, Guid user)
    {
        var mine = store.All(
            $"select s.n, m.room, r.name from members m join rooms r on r.id = m.room join {SearchReaders.Schema}.indexed_rooms s on s.room = m.room where m.user = $1 and r.deleted_at is null",
            static row => (Number: row.GetInt64(0), Id: row.Id(1), Name: row.GetString(2)), user);
        var searched = mine.Where(one => (room is null || one.Id == room) && Passes(query.In, filter => IsCalled(one.Id, one.Name, filter))).ToDictionary(static one => one.Number, static one => one.Id);
        if (searched.Count == 0) return null;
        var authors = query.From.Select(filter => (filter.IsNot, Number: Author(store, filter.Value, user))).ToList();
        var anybody = authors.Where(static one => !one.IsNot).ToList();
        // Who has written nothing, or doesn't exist, has written nothing that is found.
        if (anybody.Count > 0 && anybody.TrueForAll(static one => one.Number is null)) return null;
        return new SearchPlan(searched, Expression(query, [.. anybody.Select(static one => one.Number).OfType<long>()], [.. authors.Where(static one => one.IsNot).Select(static one => one.Number).OfType<long>()]), query);
    }

    /// <summary>The newest messages found before one.</summary>
    public IReadOnlyList<FoundPlace> Find(StoreConnection store, long before, int limit)
    {
        before = Math.Min(before, _until);
        if (Rooms.Count > FewRooms && _words.Length > 0)
        {
            var (tried, found) = Try(store, before, limit);
            if (found.Count == limit || tried < Tries) return found;
        }
        var match = _words.Length == 0 ? _rooms : _words.StartsWith("NOT ", StringComparison.Ordinal) ? $"{_rooms} {_words}" : $"{_rooms} AND {_words}";
        return store.All(
            $"select t.rowid, m.room, m.seq from {Texts} t join {Messages} m on m.id = t.rowid where t.texts match $1 and t.rowid < $2 and t.rowid >= $3 order by t.rowid desc limit $4",
            Place, match, before, _since, limit);
    }

    /// <summary>Looks at the newest messages with these words for those that are in these rooms.</summary>
    private (int Tried, IReadOnlyList<FoundPlace> Found) Try(StoreConnection store, long before, int limit)
    {
        if (_words.StartsWith("NOT ", StringComparison.Ordinal)) return (Tries, []);
        var found = store.All(
            $"""
            select t.rowid, m.room, m.seq, m.room in (select value from json_each($5))
            from (select rowid from {Texts} where texts match $1 and rowid < $2 and rowid >= $3 order by rowid desc limit $4) t join {Messages} m on m.id = t.rowid order by t.rowid desc
            """,
            static row => (Place: Place(row), IsMine: row.GetInt64(3) == 1), _words, before, _since, Tries, _numbers);
        return (found.Count, [.. found.Where(static one => one.IsMine).Take(limit).Select(static one => one.Place)]);
    }

    private static FoundPlace Place(SqliteDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));

    /// <summary>Everything but the rooms; empty where there is nothing else, and begins with NOT where there is only what isn't wanted.</summary>
    private static string Expression(SearchQuery query, IReadOnlyList<long> authors, IReadOnlyList<long> others)
    {
        var wanted = new List<string>();
        if (authors.Count > 0) wanted.Add($"marks : ({string.Join(" OR ", authors.Select(MessageMarks.Author))})");
        wanted.AddRange(query.Has.Where(static filter => !filter.IsNot).Select(static filter => $"marks : {filter.Value}"));
        wanted.AddRange(query.Wanted.Select(Phrase));
        var unwanted = others.Select(static author => $"marks : {MessageMarks.Author(author)}")
            .Concat(query.Has.Where(static filter => filter.IsNot).Select(static filter => $"marks : {filter.Value}"))
            .Concat(query.Unwanted.Select(Phrase)).ToList();
        var text = wanted.Count > 0 ? $"({string.Join(" AND ", wanted)})" : "";
        return unwanted.Count > 0 ? $"{text} NOT ({string.Join(" OR ", unwanted)})".TrimStart() : text;
    }

    private static string Phrase(SearchPhrase phrase)
    {
        var text = new StringBuilder();
        phrase.Write(text);
        return text.ToString();
    }

    /// <summary>Any of those that are wanted, where there are some, and none of those that aren't.</summary>
    private static bool Passes(IReadOnlyList<SearchFilter> filters, Func<string, bool> holds) =>
        (!filters.Any(static filter => !filter.IsNot) || filters.Any(filter => !filter.IsNot && holds(filter.Value))) && !filters.Any(filter => filter.IsNot && holds(filter.Value));

    private static bool IsCalled(Guid id, string name, string wanted) =>
        Guid.TryParseExact(wanted, "D", out var room) ? room == id : Key(name) == Key(wanted);

    /// <summary>As room names are compared; # is how rooms are shown, and some are called so.</summary>
    private static string Key(string name) => Protocol.Text.RoomNameKey(name.TrimStart('#').Trim());

    private static long? Author(StoreConnection store, string name, Guid user)
    {
        var id = string.Equals(name, "me", StringComparison.OrdinalIgnoreCase) ? user
            : store.First("select id from users where normalized_user_name = $1 and id not in " + DeletedUsers.Ids, static row => (Guid?)row.Id(0), name.ToUpperInvariant());
        return id is null ? null : store.First($"select n from {SearchReaders.Schema}.authors where user = $1", static row => (long?)row.GetInt64(0), id);
    }
}

/// <summary>Where something was found.</summary>
/// <param name="Id">Its place in the order of all rooms.</param>
/// <param name="Room">The room's number.</param>
/// <param name="Seq">Its place in the room.</param>
internal readonly record struct FoundPlace(long Id, long Room, long Seq);
