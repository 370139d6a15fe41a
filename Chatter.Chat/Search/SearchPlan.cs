using System.Text;
using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Search;

/// <summary>
/// A search as the index understands it, for one reader: his rooms are a part of each word that is looked up, so that what he may not read is neither found nor counted nor waited for.
/// </summary>
internal sealed class SearchPlan
{
    /// <summary>Words of all rooms together that are looked up at once: each costs some 20 µs, and between them it is looked whether the time is over.</summary>
    private const int WordsAtOnce = 1_000;

    private const string Texts = SearchReaders.Schema + ".texts";
    private const string Messages = SearchReaders.Schema + ".messages";

    private readonly SearchQuery _query;
    private readonly IReadOnlyList<long> _authors;
    private readonly IReadOnlyList<long> _others;
    private readonly IReadOnlyList<string> _matches;
    private readonly long _since;
    private readonly long _until;

    private SearchPlan(Dictionary<long, Guid> rooms, SearchQuery query, IReadOnlyList<long> authors, IReadOnlyList<long> others)
    {
        (Rooms, _query, _authors, _others) = (rooms, query, authors, others);
        var words = 1 + authors.Count + others.Count + query.Has.Count + query.Wanted.Concat(query.Unwanted).Sum(static phrase => phrase.Words.Count);
        _matches = [.. rooms.Keys.Chunk(Math.Max(1, WordsAtOnce / words)).Select(some => string.Join(" OR ", some.Select(Expression)))];
        _since = query.Since is { } since ? MessageIds.First(since) : 0;
        _until = query.Until is { } until ? MessageIds.First(until) : long.MaxValue;
    }

    /// <summary>The rooms that are searched, by their numbers.</summary>
    public IReadOnlyDictionary<long, Guid> Rooms { get; }

    /// <summary>Plans a search in the snapshot that it is done in.</summary>
    /// <returns>Null where nothing can be found, since none of the reader's rooms is meant.</returns>
    public static SearchPlan? Of(StoreConnection store, SearchQuery query, Guid? room, Guid user)
    {
        var mine = store.All(
            $"select s.n, m.room, r.name from members m join rooms r on r.id = m.room join {SearchReaders.Schema}.indexed_rooms s on s.room = m.room where m.user = $1 and r.deleted_at is null",
            static row => (Number: row.GetInt64(0), Id: row.Id(1), Name: row.GetString(2)), user);
        var searched = mine.Where(one => (room is null || one.Id == room) && Passes(query.In, filter => IsCalled(one.Id, one.Name, filter))).ToDictionary(static one => one.Number, static one => one.Id);
        if (searched.Count == 0) return null;
        var authors = query.From.Select(filter => (filter.IsNot, Number: Author(store, filter.Value, user))).ToList();
        return new SearchPlan(searched, query, [.. authors.Where(static one => !one.IsNot).Select(static one => one.Number)], [.. authors.Where(static one => one.IsNot).Select(static one => one.Number)]);
    }

    /// <summary>The newest messages found before one.</summary>
    /// <exception cref="StoreUnavailableException">The time is over.</exception>
    public IReadOnlyList<FoundPlace> Find(StoreConnection store, long before, int limit, SearchDeadline deadline)
    {
        before = Math.Min(before, _until);
        List<FoundPlace> newest = [];
        foreach (var match in _matches)
        {
            deadline.ThrowIfPassed();
            // Older than those that were found already is none of the newest.
            var since = newest.Count == limit ? Math.Max(_since, newest[^1].Id) : _since;
            var found = store.All(
                $"select t.rowid, m.room, m.seq from {Texts} t join {Messages} m on m.id = t.rowid where t.texts match $1 and t.rowid < $2 and t.rowid >= $3 order by t.rowid desc limit $4",
                Place, match, before, since, limit);
            newest = newest.Count == 0 ? found : [.. newest.Concat(found).OrderByDescending(static place => place.Id).Take(limit)];
        }
        return newest;
    }

    private static FoundPlace Place(SqliteDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));

    /// <summary>What is sought in a room.</summary>
    private string Expression(long number)
    {
        var room = RoomWords.Prefix(number);
        var wanted = _query.Has.Where(static filter => !filter.IsNot).Select(filter => Mark(filter.Value)).Concat(_query.Wanted.Select(Phrase)).ToList();
        if (_authors.Count > 0) wanted.Add($"({string.Join(" OR ", _authors.Select(static author => MessageMarks.Author(author)).Select(Mark))})");
        if (wanted.Count == 0) wanted.Add(Mark(MessageMarks.Any));
        var unwanted = _query.Has.Where(static filter => filter.IsNot).Select(filter => Mark(filter.Value)).Concat(_others.Select(static author => MessageMarks.Author(author)).Select(Mark))
            .Concat(_query.Unwanted.Select(Phrase)).ToList();
        var sought = $"({string.Join(" AND ", wanted)})";
        return unwanted.Count > 0 ? $"({sought} NOT ({string.Join(" OR ", unwanted)}))" : sought;

        string Mark(string mark) => $"marks : \"{room}{mark}\"";

        string Phrase(SearchPhrase phrase)
        {
            var text = new StringBuilder();
            phrase.Write(text, room);
            return text.ToString();
        }
    }

    /// <summary>Any of those that are wanted, where there are some, and none of those that aren't.</summary>
    private static bool Passes(IReadOnlyList<SearchFilter> filters, Func<string, bool> holds) =>
        (!filters.Any(static filter => !filter.IsNot) || filters.Any(filter => !filter.IsNot && holds(filter.Value))) && !filters.Any(filter => filter.IsNot && holds(filter.Value));

    private static bool IsCalled(Guid id, string name, string wanted) =>
        Guid.TryParseExact(wanted, "D", out var room) ? room == id : Key(name) == Key(wanted);

    /// <summary>As room names are compared; # is how rooms are shown, and some are called so.</summary>
    private static string Key(string name) => Protocol.Text.RoomNameKey(name.TrimStart('#').Trim());

    /// <summary>The author's number; one that nobody has where there is no such author, so that whether there is takes no different way.</summary>
    private static long Author(StoreConnection store, string name, Guid user)
    {
        var id = string.Equals(name, "me", StringComparison.OrdinalIgnoreCase) ? user
            : store.First("select id from users where normalized_user_name = $1 and id not in " + DeletedUsers.Ids, static row => row.Id(0), name.ToUpperInvariant());
        return store.First($"select n from {SearchReaders.Schema}.authors where user = $1", static row => row.GetInt64(0), id);
    }
}

/// <summary>Where something was found.</summary>
/// <param name="Id">Its place in the order of all rooms.</param>
/// <param name="Room">The room's number.</param>
/// <param name="Seq">Its place in the room.</param>
internal readonly record struct FoundPlace(long Id, long Room, long Seq);
