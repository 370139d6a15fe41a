using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.RoomLog;

/// <summary>
/// What commits of unknown outcome would have appended, until the store answers again and can be asked what became of it. Of most events it is enough
/// that the room's log may reach further; a <c>joined</c> is kept by its seq, since it does more than to be read: it subscribes the user's open sockets,
/// and whoever repeats the join hears only that he is in already.
/// </summary>
internal sealed class Suspects
{
    private const int Most = 10_000;

    private readonly HashSet<Guid> _rooms = [];
    private readonly HashSet<(Guid Room, long Seq)> _joins = [];

    /// <summary>No further outcome may become unknown before the store has answered.</summary>
    public bool IsFull => _rooms.Count + _joins.Count >= Most;

    public void Add(IEnumerable<RoomEvent> appended)
    {
        foreach (var item in appended)
        {
            _rooms.Add(item.Room);
            if (item.Kind == EventKinds.Joined) _joins.Add((item.Room, item.Seq));
        }
    }

    /// <summary>The joins that did happen, in the order of their rooms' logs.</summary>
    public List<RoomEvent> Joined(StoreConnection store) =>
        [.. _joins.OrderBy(static join => join.Seq).Select(join => EventRows.At(store, join.Room, join.Seq)).Where(static item => item is { Kind: EventKinds.Joined }).Select(static item => item!)];

    /// <summary>Where the rooms' logs end.</summary>
    public List<(Guid Room, long Last)> Ends(StoreConnection store) =>
        [.. _rooms.Select(room => (room, store.First("select last_seq from room_heads where room = $1", static row => row.GetInt64(0), room)))];

    public void Clear()
    {
        _rooms.Clear();
        _joins.Clear();
    }
}
