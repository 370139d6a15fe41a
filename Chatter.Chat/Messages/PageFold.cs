using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>Gives a page's messages what became of them later: for whoever reads it without the events that lie between.</summary>
internal static class PageFold
{
    private const int UsersShown = 10;

    /// <summary>Folds a page, in the snapshot that it was read in.</summary>
    /// <param name="store">The connection.</param>
    /// <param name="room">The room.</param>
    /// <param name="page">Ascending by seq.</param>
    /// <param name="reader">Who reads it.</param>
    public static void Apply(StoreConnection store, Guid room, List<RoomEvent> page, Guid reader)
    {
        if (page.Count == 0) return;
        ApplyEdits(store, room, page);
        var (first, last) = (page[0].Seq, page[^1].Seq);
        var reactions = store.All(
            $"select message, emoji, user, {DeletedUsers.Name("reactions.user", "user_name")}, seq from reactions where room = $1 and message between $2 and $3",
            static row => (Message: row.GetInt64(0), Emoji: row.GetString(1), User: new UserRef(row.Id(2), row.GetString(3)), Seq: row.GetInt64(4)), room, first, last);
        foreach (var ofOne in reactions.GroupBy(static r => r.Message))
        {
            var shown = ofOne.GroupBy(static r => r.Emoji).OrderBy(static e => e.Min(static r => r.Seq)).Select(emoji => new ReactionInfo(
                emoji.Key, emoji.Count(), emoji.Any(r => r.User.Id == reader), [.. emoji.OrderBy(static r => r.Seq).Take(UsersShown).Select(static r => r.User)]));
            page[(int)(ofOne.Key - first)] = page[(int)(ofOne.Key - first)] with { Reactions = [.. shown] };
        }
        foreach (var message in store.All(
            "select message from message_changes where room = $1 and message between $2 and $3 and pinned is not null", static row => row.GetInt64(0), room, first, last))
            page[(int)(message - first)] = page[(int)(message - first)] with { Pinned = true };
        foreach (var message in store.All(
            "select message from saved where user = $1 and room = $2 and message between $3 and $4", static row => row.GetInt64(0), reader, room, first, last))
            page[(int)(message - first)] = page[(int)(message - first)] with { Saved = true };
    }

    /// <summary>Folds in the newest edits only: what the messages say now.</summary>
    public static void ApplyEdits(StoreConnection store, Guid room, List<RoomEvent> page)
    {
        var (first, last) = (page[0].Seq, page[^1].Seq);
        var edits = store.All(
            "select c.message, e.seq, e.at, e.text from message_changes c join events e on e.room = c.room and e.seq = c.edited where c.room = $1 and c.message between $2 and $3 and c.deleted is null",
            static row => (Message: row.GetInt64(0), Edit: new EditInfo(row.GetInt64(1), row.Time(2), row.GetString(3))), room, first, last);
        foreach (var (message, edit) in edits) page[(int)(message - first)] = page[(int)(message - first)] with { Edited = edit };
    }

    /// <summary>The newest edits of a message, ascending.</summary>
    public static IReadOnlyList<EditInfo> Edits(StoreConnection store, Guid room, long message, int limit)
    {
        var edits = store.All(
            "select e.seq, e.at, e.text from message_edits c join events e on e.room = c.room and e.seq = c.seq where c.room = $1 and c.message = $2 order by c.seq desc limit $3",
            static row => new EditInfo(row.GetInt64(0), row.Time(1), row.GetString(2)), room, message, limit);
        edits.Reverse();
        return edits;
    }
}
