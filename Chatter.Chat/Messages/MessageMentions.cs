using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>
/// Whom a message calls, noted in the transaction that appends it: who is a member then. <c>@here</c> and <c>@all</c> are one row, for everybody, since a large room
/// would else make a thousand of them.
/// </summary>
internal static class MessageMentions
{
    /// <summary>More names than a person would write; what lies beyond calls nobody.</summary>
    public const int MostNames = 50;

    /// <summary>Stands for everybody in the room.</summary>
    private static readonly Guid Everybody = Guid.Empty;

    /// <summary>The names that a text mentions, each once. To be called before the writer has its turn: nothing is parsed there.</summary>
    public static IReadOnlyCollection<string> NamesIn(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal)) return [];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in Mention.In(text))
        {
            if (names.Count == MostNames) break;
            names.Add(name.ToString());
        }
        return names;
    }

    /// <summary>Notes the users whom a message mentions, apart from its author.</summary>
    public static void Note(WriteBatch batch, RoomEvent message, IReadOnlyCollection<string> names, Guid author)
    {
        foreach (var name in names)
        {
            if (Mention.IsEverybody(name)) Add(batch, message, Everybody, author);
            else if (Member(batch, message.Room, name) is { } user && user != author) Add(batch, message, user, author);
        }
    }

    /// <summary>The message calls nobody any more.</summary>
    public static void Forget(WriteBatch batch, Guid room, long message) => batch.Store.Execute("delete from mentions where room = $1 and message = $2", room, message);

    /// <summary>How many messages after a read mark mention a member.</summary>
    public static long CountAfter(StoreConnection store, Guid room, Guid user, long read) => store.First(Count, static row => row.GetInt64(0), user, room, read);

    private static readonly string Count = RoomEntries.MentionsAfter("$1", "$2", "$3");

    private static void Add(WriteBatch batch, RoomEvent message, Guid user, Guid author) => batch.Store.Execute(
        "insert into mentions (user, room, message, at, sender) values ($1, $2, $3, $4, $5) on conflict do nothing", user, message.Room, message.Seq, message.At.ToUnixTimeMilliseconds(), author);

    private static Guid? Member(WriteBatch batch, Guid room, string name) => batch.Store.First(
        "select u.id from users u join members m on m.user = u.id and m.room = $2 where u.normalized_user_name = $1", static row => (Guid?)row.Id(0), name.ToUpperInvariant(), room);
}
