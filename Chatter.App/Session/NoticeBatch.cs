using Chatter.App.Languages;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>
/// Gathers what the reader may want to be told of, a room's messages together, until it is handed to the browser: who is told of each message of a busy room hears
/// none of them, and a browser that isn't looked at isn't to be woken for what nobody needs.
/// </summary>
public sealed class NoticeBatch
{
    private const int BodyShown = 120;

    private readonly Dictionary<Guid, (RoomState Room, RoomEvent Newest, int Count)> _called = [];

    /// <summary>Takes a message, if it is one that the browser wants.</summary>
    /// <returns>Whether it is.</returns>
    public bool Add(RoomState room, RoomEvent message, UserInfo? me, NoticeWishes wishes)
    {
        if (room.Watched || !IsWanted(room, message, me, wishes)) return false;
        _called[room.Id] = (room, message, _called.GetValueOrDefault(room.Id).Count + 1);
        return true;
    }

    /// <summary>What is still news: neither is the room looked at by now, nor was it read elsewhere meanwhile.</summary>
    public IReadOnlyList<Notice> Take()
    {
        List<Notice> notices = [.. _called.Values.Where(static c => !c.Room.Watched && c.Newest.Seq > c.Room.Read).Select(static c => Say(c.Room, c.Newest, c.Count))];
        _called.Clear();
        return notices;
    }

    private static bool IsWanted(RoomState room, RoomEvent message, UserInfo? me, NoticeWishes wishes)
    {
        if (me is null || room.IsMuted) return false;
        var text = message.CurrentText();
        return (wishes.Calls && (room.IsDirect || Mention.Names(text, me.Name)))
            || (wishes.All && room.Notify == NotifyLevels.All)
            || wishes.Words.Any(word => Has(text, word));
    }

    /// <summary>Whole words only: who waits for "cat" doesn't mean categories.</summary>
    private static bool Has(string text, string word)
    {
        for (var at = 0; (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            if (IsEdge(text, at - 1) && IsEdge(text, at + word.Length)) return true;
        return false;
    }

    private static bool IsEdge(string text, int at) => at < 0 || at >= text.Length || !char.IsLetterOrDigit(text[at]);

    private static Notice Say(RoomState room, RoomEvent message, int count)
    {
        var author = message.From?.Name ?? Words.Of("Somebody");
        var where = room is { IsDirect: true, People.Count: <= 1 } ? author : Words.Of("NameInRoom", author, room.Title);
        var title = count == 1 ? where : Words.Count("NewIn", count, where);
        return new Notice(room.Id, message.Seq, message.At.ToUnixTimeMilliseconds(), title, Text.Cut(Quote.Of(message).Text ?? "", BodyShown));
    }
}
