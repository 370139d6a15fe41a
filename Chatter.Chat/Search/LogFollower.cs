using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Search;

/// <summary>
/// Reads from the log what has become of messages since. An event says which message it is about; what that is now is asked of the store. So it doesn't matter
/// how often or from where an event is read: the index is right for all messages whose events were read once since they happened.
/// </summary>
internal sealed class LogFollower(StoreConnection store)
{
    private const int PageBytes = 262_144;

    /// <summary>Where all rooms end that aren't deleted.</summary>
    public Dictionary<Guid, long> Heads() => store.All(
        "select h.room, h.last_seq from room_heads h join rooms r on r.id = h.room where r.deleted_at is null", static row => (Room: row.Id(0), Last: row.GetInt64(1)))
        .ToDictionary(static head => head.Room, static head => head.Last);

    /// <summary>Where a room ends, or null where it was deleted.</summary>
    public long? Head(Guid room) => store.First(
        "select h.last_seq from room_heads h join rooms r on r.id = h.room where h.room = $1 and r.deleted_at is null", static row => (long?)row.GetInt64(0), room);

    /// <summary>A page of a room's log after a seq, as what it says of messages.</summary>
    /// <returns>The messages, and the last event read: the seq itself where there is none behind it.</returns>
    public (List<MessageState> States, long Last) Page(Guid room, long after, int limit) => store.Snapshot(() =>
    {
        var page = EventRows.After(store, room, after, PageBytes, limit);
        if (page.Count == 0) return ([], after);
        PageFold.ApplyEdits(store, room, page);
        var messages = page.Where(static item => item.Kind == EventKinds.Message).ToList();
        var held = messages.Select(static message => message.Id).ToHashSet();
        foreach (var change in page)
        {
            if (change is not { Kind: EventKinds.Edited or EventKinds.Deleted, Target: { } target } || !held.Add(target)) continue;
            if (EventRows.ById(store, room, target) is not { } message) continue;
            List<RoomEvent> folded = [message];
            PageFold.ApplyEdits(store, room, folded);
            messages.AddRange(folded);
        }
        return (messages.ConvertAll(message => new MessageState(room, message.Seq, MessageIds.Of(message), message.From?.Id ?? default, IndexedMessage.Of(message))), page[^1].Seq);
    });
}
