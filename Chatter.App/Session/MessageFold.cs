using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What becomes of a message that is held, by an event that came later: as pages show it (docs/protocol.md §4.3).</summary>
public static class MessageFold
{
    private const int UsersShown = 10;

    /// <summary>Whether an event is about a message.</summary>
    public static bool IsChange(RoomEvent happened) => happened is { Kind: EventKinds.Edited or EventKinds.Deleted or EventKinds.Reacted or EventKinds.Pinned, Target: not null };

    /// <summary>A message's text as it is now: empty where it was deleted.</summary>
    public static string CurrentText(this RoomEvent message) => message.Redacted is true ? "" : message.Edited?.Text ?? message.Text ?? "";

    /// <summary>A message after a change of it.</summary>
    /// <param name="message">The message as it is held.</param>
    /// <param name="change">An event about it.</param>
    /// <param name="me">The reader.</param>
    public static RoomEvent Apply(RoomEvent message, RoomEvent change, Guid? me) => change switch
    {
        { Kind: EventKinds.Deleted } => message with { Text = null, Redacted = true, Attachments = null, Edited = null, Reactions = null, Pinned = null, Saved = null },
        // An edit of what was deleted later comes without its text.
        { Kind: EventKinds.Edited, Text: { } text } when message.Redacted is not true => message with { Edited = new EditInfo(change.Seq, change.At, text) },
        { Kind: EventKinds.Reacted, Emoji: { } emoji, From: { } who } when message.Redacted is not true => message with { Reactions = React(message.Reactions ?? [], emoji, who, change.On == true, who.Id == me) },
        { Kind: EventKinds.Pinned } when message.Redacted is not true => message with { Pinned = change.On == true ? true : null },
        _ => message,
    };

    private static List<ReactionInfo>? React(IReadOnlyList<ReactionInfo> before, string emoji, UserRef who, bool on, bool mine)
    {
        var reactions = before.ToList();
        var index = reactions.FindIndex(r => r.Emoji == emoji);
        if (index < 0)
        {
            if (on) reactions.Add(new ReactionInfo(emoji, 1, mine, [who]));
        }
        else
        {
            // Each event changes something: whoever it is of counts, known here or not. Behind unknown ones nobody's place is known.
            var old = reactions[index];
            var users = !on ? old.Users.Where(u => u.Id != who.Id) : old.Users.Count == old.Count ? old.Users.Append(who).Take(UsersShown) : old.Users;
            reactions[index] = old with { Count = old.Count + (on ? 1 : -1), Mine = mine ? on : old.Mine, Users = [.. users] };
            if (reactions[index].Count <= 0) reactions.RemoveAt(index);
        }
        return reactions.Count > 0 ? reactions : null;
    }
}
