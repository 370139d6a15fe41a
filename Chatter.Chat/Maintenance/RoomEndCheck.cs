using Chatter.Chat.Storage;

namespace Chatter.Chat.Maintenance;

/// <summary>Holds what is derived from a room's log against the log, in the snapshot in which the log's end was read.</summary>
internal sealed class RoomEndCheck(StoreConnection store, Guid room, RoomFold fold, Action<string, long?, string> report)
{
    public void Run(long last, long at)
    {
        CheckHead(last, at);
        CheckRoom();
        CheckMembers(last);
    }

    private void CheckHead(long last, long at)
    {
        var head = store.First(
            "select last_seq, last_at, messages, members from room_heads where room = $1",
            static row => new { LastSeq = row.GetInt64(0), LastAt = row.GetInt64(1), Messages = row.GetInt64(2), Members = row.GetInt64(3) }, room);
        // Told by RelationCheck.
        if (head is null) return;
        if (head.LastSeq != last) report(Laws.Head, null, $"its head says that the last event is {head.LastSeq}; it is {last}.");
        if (last > 0 && head.LastAt != at) report(Laws.Head, null, "its head has another time than its last event.");
        if (head.Messages != fold.Messages) report(Laws.Head, null, $"its head says that it has {head.Messages} messages; its log has {fold.Messages}.");
        if (head.Members != fold.Members.Count) report(Laws.Head, null, $"its head says that it has {head.Members} members; by its log it has {fold.Members.Count}.");
    }

    private void CheckRoom()
    {
        var row = store.First("select name, topic, owner from rooms where id = $1", static row => new { Name = row.GetString(0), Topic = row.GetString(1), Owner = row.IdOrNull(2) }, room);
        if (row is null)
        {
            report(Laws.References, null, "there are events, but no room.");
            return;
        }
        if (fold.Name is { } name && name != row.Name) report(Laws.Names, null, "its name isn't the one that it was last given.");
        if (fold.Topic is { } topic && topic != row.Topic) report(Laws.Names, null, "its topic isn't the one that it was last given.");
        if (row.Owner != fold.Owner) report(Laws.Owner, null, $"its owner is {row.Owner?.ToString() ?? "nobody"}; by its log it is {fold.Owner?.ToString() ?? "nobody"}.");
    }

    private void CheckMembers(long last)
    {
        var here = new HashSet<Guid>();
        foreach (var member in store.All(
            "select m.user, m.role, m.joined_seq, m.read_seq, m.read_messages, m.own_after, coalesce(e.messages, 0) "
            + "from members m left join events e on e.room = m.room and e.seq = m.read_seq where m.room = $1",
            static row => new { User = row.Id(0), Role = row.GetInt64(1), Joined = row.GetInt64(2), Read = row.GetInt64(3), ReadMessages = row.GetInt64(4), OwnAfter = row.GetInt64(5), ThenMessages = row.GetInt64(6) },
            room))
        {
            here.Add(member.User);
            if (!fold.Members.TryGetValue(member.User, out var joined)) report(Laws.Members, null, $"user {member.User} is a member, but not by its log.");
            else if (joined != member.Joined) report(Laws.Members, null, $"user {member.User} joined with event {member.Joined}, by its log with {joined}.");
            if (member.Role is not (0 or 1 or 2) || member.Role == 1 != (member.User == fold.Owner)) report(Laws.Owner, null, $"user {member.User} {(member.Role == 1 ? "has the owner's role, but isn't the owner" : "is the owner, but has another role")}.");
            if (member.Role == 2 != fold.Moderators.Contains(member.User)) report(Laws.Members, null, $"user {member.User} {(member.Role == 2 ? "moderates, but not by its log" : "moderates by its log, but has another role")}.");
            if (member.Read < 0 || member.Read > last) report(Laws.ReadMarks, null, $"that of user {member.User} is {member.Read}; the last event is {last}.");
            else if (member.ReadMessages != member.ThenMessages) report(Laws.ReadMarks, null, $"user {member.User} has read {member.ReadMessages} messages; up to his mark there are {member.ThenMessages}.");
            var own = fold.SentAfter(member.User, member.Read);
            if (member.OwnAfter != own) report(Laws.ReadMarks, null, $"user {member.User} has {member.OwnAfter} messages of his own after his mark; by the log there are {own}.");
        }
        foreach (var user in fold.Members.Keys)
            if (!here.Contains(user)) report(Laws.Members, null, $"user {user} is no member, but by its log he is one.");
    }
}
