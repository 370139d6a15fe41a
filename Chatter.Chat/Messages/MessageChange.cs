using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Messages;

/// <summary>Appends what becomes of a message, and notes it where pages look for it.</summary>
internal abstract class MessageChange(ChangeFrame frame, string content, UserRef sender, Action<Outcome<Sent>> answer)
    : NoncedAppend(frame.Room, frame.Nonce, Hash(content), sender, answer)
{
    private static readonly Refusal NoEmoji = Refusal.InvalidField("emoji", "`emoji` must be one emoji, of those that the web app offers.");
    private static readonly Refusal NoSuchMessage = new(ErrorCodes.NoSuchEvent, "The target is no message of this room, or it was deleted.");

    private Target? _target;

    /// <summary>The message that it is about; known once drafted.</summary>
    protected Target Message => _target ?? throw new InvalidOperationException("It has not been drafted.");

    /// <summary>A frame whose text or emoji is as it may be, or why not.</summary>
    public static Outcome<ChangeFrame> Check(ChangeFrame frame)
    {
        switch (frame)
        {
            case EditFrame edit:
                return Text.Message(edit.Text).Is(out var text, out var refusal) ? edit with { Text = text } : refusal;
            case ReactFrame react:
                if (EmojiTable.Find(react.Emoji) is { } emoji) return react with { Emoji = emoji };
                // Older reactions may be of emoji that the table hasn't: whoever gave one can take it back.
                return !react.On && Text.WasEmoji(react.Emoji) ? react : NoEmoji;
            default:
                return frame;
        }
    }

    /// <summary>What the event of a change has to consist of for a repeated nonce to be the same change.</summary>
    internal static byte[] ContentHash(RoomEvent change) => Hash(change.Kind switch
    {
        EventKinds.Edited => Content(change.Kind, change.Target!.Value, change.Text),
        EventKinds.Reacted => Content(change.Kind, change.Target!.Value, change.Emoji, change.On),
        EventKinds.Pinned => Content(change.Kind, change.Target!.Value, change.On),
        _ => Content(change.Kind, change.Target!.Value),
    });

    protected static string Content(string kind, Guid target, params ReadOnlySpan<object?> rest) => string.Join('\n', [kind, target, .. rest]);

    /// <summary>The operation of a frame that was checked.</summary>
    public static MessageChange Of(ChangeFrame frame, UserRef sender, Action<Outcome<Sent>> answer) => frame switch
    {
        EditFrame edit => new EditMessage(edit, sender, answer),
        DeleteFrame delete => new DeleteMessage(delete, sender, answer),
        ReactFrame react => new ReactToMessage(react, sender, answer),
        PinFrame pin => new PinMessage(pin, sender, answer),
        _ => throw new ArgumentException($"No change is {frame.GetType().Name}.", nameof(frame)),
    };

    protected sealed override Outcome<RoomEvent> Draft(WriteBatch batch, MemberRow member, Guid id)
    {
        _target = batch.Store.First(
            "select e.seq, e.sender, c.deleted from events e left join message_changes c on c.room = e.room and c.message = e.seq where e.id = $1 and e.room = $2 and e.kind = 0",
            static row => new Target(row.GetInt64(0), row.Id(1), !row.IsDBNull(2)), frame.Target, Room);
        if (_target is not { IsDeleted: false }) return NoSuchMessage;
        if (IsSoSince(batch) is { } since) return EventRows.At(batch.Store, Room, since) ?? throw new InvalidOperationException($"Event {since} of room {Room} is gone.");
        if (MayNot(batch, member) is { } refusal) return refusal;
        return Describe(new RoomEvent(Room, 0, id, default, "") { Target = frame.Target });
    }

    /// <summary>Why this member can't, or null.</summary>
    protected abstract Refusal? MayNot(WriteBatch batch, MemberRow member);

    /// <summary>The event since which it is as it is to be, where nothing would change; null where something does.</summary>
    protected virtual long? IsSoSince(WriteBatch batch) => null;

    /// <summary>Completes the event.</summary>
    protected abstract RoomEvent Describe(RoomEvent draft);

    /// <summary>A message in the log.</summary>
    protected sealed record Target(long Seq, Guid Author, bool IsDeleted);
}

/// <summary>Gives one's own message another text.</summary>
internal sealed class EditMessage(EditFrame frame, UserRef sender, Action<Outcome<Sent>> answer)
    : MessageChange(frame, Content(EventKinds.Edited, frame.Target, frame.Text), sender, answer)
{
    /// <summary>Edits of one message. Deleting the message redacts them all in one transaction, so there can't be any number of them.</summary>
    public const int MostEdits = 500;

    private static readonly Refusal NotYours = new(ErrorCodes.Forbidden, "Only who wrote a message may edit it.");
    private static readonly Refusal TooManyEdits = Refusal.InvalidField("target", $"The message was edited {MostEdits} times already. Write a new one.");

    private readonly IReadOnlyCollection<string> _mentioned = MessageMentions.NamesIn(frame.Text);

    public override int Cost => 512 + frame.Text.Length * sizeof(char);

    protected override Refusal? MayNot(WriteBatch batch, MemberRow member) =>
        Message.Author != Sender.Id ? NotYours : CountEdits(batch.Store) < MostEdits ? null : TooManyEdits;

    private long CountEdits(StoreConnection store) => store.First("select count(*) from message_edits where room = $1 and message = $2", static row => row.GetInt64(0), Room, Message.Seq);

    protected override RoomEvent Describe(RoomEvent draft) => draft with { Kind = EventKinds.Edited, Text = frame.Text };

    protected override void Appended(WriteBatch batch, MemberRow member, RoomEvent item)
    {
        batch.Store.Execute(
            "insert into message_changes (room, message, edited) values ($1, $2, $3) on conflict (room, message) do update set edited = excluded.edited", Room, Message.Seq, item.Seq);
        batch.Store.Execute("insert into message_edits (room, message, seq) values ($1, $2, $3)", Room, Message.Seq, item.Seq);
        MessageMentions.Forget(batch, Room, Message.Seq);
        MessageMentions.Note(batch, item with { Seq = Message.Seq }, _mentioned, Sender.Id);
    }
}

/// <summary>Deletes a message: in the log it stays as something that was there, its text and that of its edits go.</summary>
internal sealed class DeleteMessage(DeleteFrame frame, UserRef sender, Action<Outcome<Sent>> answer)
    : MessageChange(frame, Content(EventKinds.Deleted, frame.Target), sender, answer)
{
    private static readonly Refusal NotYours = new(ErrorCodes.Forbidden, "Only who wrote a message, or the room's owner or a moderator, may delete it.");

    protected override RoomAct Act => RoomAct.Delete;

    protected override Refusal? MayNot(WriteBatch batch, MemberRow member) => Message.Author == Sender.Id || Roles.Rank(member.Role) > 0 ? null : NotYours;

    protected override RoomEvent Describe(RoomEvent draft) => draft with { Kind = EventKinds.Deleted };

    protected override void Appended(WriteBatch batch, MemberRow member, RoomEvent item)
    {
        var edits = batch.Store.All("select seq from message_edits where room = $1 and message = $2", static row => row.GetInt64(0), Room, Message.Seq);
        foreach (var seq in edits.Prepend(Message.Seq)) EventRows.Redact(batch.Store, Room, seq);
        AttachmentRows.Release(batch.Store, Room, Message.Seq, batch.Now);
        batch.Store.Execute(
            "insert into message_changes (room, message, deleted) values ($1, $2, $3) on conflict (room, message) do update set deleted = excluded.deleted, pinned = null", Room, Message.Seq, item.Seq);
        batch.Store.Execute("delete from message_edits where room = $1 and message = $2", Room, Message.Seq);
        batch.Store.Execute("delete from reactions where room = $1 and message = $2", Room, Message.Seq);
        batch.Store.Execute("delete from saved where room = $1 and message = $2", Room, Message.Seq);
        MessageMentions.Forget(batch, Room, Message.Seq);
    }
}

/// <summary>Puts an emoji to a message, or takes it back. Only what changes something is an event, so that who counts the events has the right count, without knowing who they are.</summary>
internal sealed class ReactToMessage(ReactFrame frame, UserRef sender, Action<Outcome<Sent>> answer)
    : MessageChange(frame, Content(EventKinds.Reacted, frame.Target, frame.Emoji, frame.On), sender, answer)
{
    /// <summary>Different emoji of a message: more than people look at, and a page has to hold them all.</summary>
    private const int MostEmoji = 50;

    protected override RoomAct Act => RoomAct.React;

    private static readonly Refusal TooMany = Refusal.InvalidField("emoji", $"The message has {MostEmoji} different reactions already. Use one of them.");

    /// <summary>The emoji as it stands in the log: an older reaction may have it in another form than the table.</summary>
    private string _emoji = frame.Emoji;

    // From each emoji to the next, however many people have reacted by it.
    private const string CountOthers = """
        with recursive used (emoji) as (
            select min(emoji) from reactions where room = $1 and message = $2
            union all select (select min(r.emoji) from reactions r where r.room = $1 and r.message = $2 and r.emoji > used.emoji) from used where used.emoji is not null)
        select count(*) from used where emoji is not null and emoji <> $3
        """;

    protected override Refusal? MayNot(WriteBatch batch, MemberRow member) =>
        !frame.On || batch.Store.First(CountOthers, static row => row.GetInt64(0), Room, Message.Seq, _emoji) < MostEmoji ? null : TooMany;

    protected override long? IsSoSince(WriteBatch batch)
    {
        foreach (var form in EmojiTable.Forms(frame.Emoji))
        {
            var reacted = batch.Store.First(
                "select seq from reactions where room = $1 and message = $2 and emoji = $3 and user = $4", static row => (long?)row.GetInt64(0), Room, Message.Seq, form, Sender.Id);
            if (reacted is null) continue;
            _emoji = form;
            return frame.On ? reacted : null;
        }
        return frame.On ? null : Message.Seq;
    }

    protected override RoomEvent Describe(RoomEvent draft) => draft with { Kind = EventKinds.Reacted, Emoji = _emoji, On = frame.On };

    protected override void Appended(WriteBatch batch, MemberRow member, RoomEvent item)
    {
        if (frame.On)
            batch.Store.Execute("insert into reactions (room, message, emoji, user, user_name, seq) values ($1, $2, $3, $4, $5, $6)", Room, Message.Seq, _emoji, Sender.Id, Sender.Name, item.Seq);
        else
            batch.Store.Execute("delete from reactions where room = $1 and message = $2 and emoji = $3 and user = $4", Room, Message.Seq, _emoji, Sender.Id);
    }
}
