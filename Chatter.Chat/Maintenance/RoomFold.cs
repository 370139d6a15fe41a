using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Maintenance;

/// <summary>What a log makes of a room, event by event.</summary>
internal sealed class RoomFold(Action<string, long?, string> report)
{
    private readonly Dictionary<Guid, long> _members = [];
    private readonly HashSet<Guid> _moderators = [];
    private readonly Dictionary<Guid, List<long>> _sent = [];

    /// <summary>Who is in, by the seq of his <c>joined</c>.</summary>
    public IReadOnlyDictionary<Guid, long> Members => _members;

    /// <summary>Who moderates.</summary>
    public IReadOnlySet<Guid> Moderators => _moderators;

    public long Messages { get; private set; }

    public Guid? Owner { get; private set; }

    /// <summary>The name by the last <c>renamed</c>; null where it has that which it was made with.</summary>
    public string? Name { get; private set; }

    /// <summary>The topic by the last <c>topic</c>; null where it has that which it was made with.</summary>
    public string? Topic { get; private set; }

    /// <summary>How many messages a user sent after a seq.</summary>
    public int SentAfter(Guid user, long seq)
    {
        if (!_sent.TryGetValue(user, out var sent)) return 0;
        var at = sent.BinarySearch(seq);
        return sent.Count - (at >= 0 ? at + 1 : ~at);
    }

    public void Add(EventColumns row, string kind, EventData data)
    {
        switch (kind)
        {
            case EventKinds.Message:
                Messages++;
                if (!_members.ContainsKey(row.Sender!.Value)) report(Laws.Members, row.Seq, "its sender wasn't a member then.");
                if (!_sent.TryGetValue(row.Sender.Value, out var sent)) _sent[row.Sender.Value] = sent = [];
                sent.Add(row.Seq);
                break;
            case EventKinds.Joined:
                foreach (var user in data.Users!)
                {
                    if (!_members.TryAdd(user.Id, row.Seq)) report(Laws.Members, row.Seq, $"user {user.Id} joined, who was a member already.");
                    // Who makes a room is its first member and its owner, without an event that says so. A conversation begins with several, and has none.
                    if (row.Seq == 1 && data.Users.Count == 1) Owner = user.Id;
                }
                break;
            case EventKinds.Left or EventKinds.Removed:
                foreach (var user in data.Users!)
                {
                    if (!_members.Remove(user.Id)) report(Laws.Members, row.Seq, $"user {user.Id} left or was removed, who was no member.");
                    if (Owner == user.Id) Owner = null;
                    _moderators.Remove(user.Id);
                }
                break;
            case EventKinds.Owner:
                Owner = data.User!.Id;
                _moderators.Remove(data.User.Id);
                break;
            case EventKinds.Role:
                if (data.Role == Roles.Moderator) _moderators.Add(data.User!.Id);
                else _moderators.Remove(data.User!.Id);
                break;
            case EventKinds.Renamed:
                Name = data.Name;
                break;
            case EventKinds.Topic:
                Topic = data.Topic;
                break;
        }
        if (row.Messages != Messages) report(Laws.Head, row.Seq, $"it says that {row.Messages} messages were there with it; there were {Messages}.");
    }
}
