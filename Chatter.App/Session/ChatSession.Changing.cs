using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>What becomes of messages: answers to them, edits, deletion, reactions; and looking one up that isn't held.</summary>
public sealed partial class ChatSession
{
    /// <summary>Messages that are being looked up, or couldn't be: more than any view shows.</summary>
    private const int MostLookedUp = 500;

    private readonly HashSet<Guid> _lookedUp = [];

    /// <summary>The send box is for an answer to a message, or for another text of it.</summary>
    public void Write(Guid id, Writing? about)
    {
        if (state.Find(id) is not { } room || room.Writing == about) return;
        room.Writing = about;
        state.Touch();
    }

    /// <summary>The send box is for another text of the last message that one wrote here, if that is held.</summary>
    public void EditLast(Guid id)
    {
        var last = state.Find(id)?.Window.Events.LastOrDefault(e => e.Kind == EventKinds.Message && e.From?.Id == state.Me?.Id && e.Redacted is not true);
        if (last is not null) Write(id, new Writing(last, IsEdit: true));
    }

    /// <summary>Gives one's own message another text.</summary>
    public Task<Outcome<SentFrame>> Edit(Guid room, Guid message, string text) => Try(() => Client.Edit(room, message, text, _ending.Token));

    public Task<Outcome<SentFrame>> Delete(Guid room, Guid message) => Try(() => Client.Delete(room, message, _ending.Token));

    /// <summary>Puts an emoji to a message, or takes it back where it is one's own already.</summary>
    public Task<Outcome<SentFrame>> React(Guid room, RoomEvent message, string emoji)
    {
        var mine = message.Reactions?.Any(r => r.Emoji == emoji && r.Mine) ?? false;
        return Try(() => Client.React(room, message.Id, emoji, !mine, _ending.Token));
    }

    /// <summary>A message with all its edits.</summary>
    public Task<Outcome<EventDetails>> Details(Guid room, Guid message) => Try(() => Client.Event(room, message, _ending.Token));

    /// <summary>Looks up the message that another answers, once.</summary>
    public async Task LookUp(Guid id, Guid message)
    {
        if (state.Find(id) is not { } room || room.TryQuote(message, out _) || _lookedUp.Count >= MostLookedUp || !_lookedUp.Add(message)) return;
        // Where it can't be told now, it is asked for again when the room is opened again.
        if (!(await Details(id, message)).Is(out var details, out var refusal) && refusal.Code != ErrorCodes.NoSuchEvent) return;
        _lookedUp.Remove(message);
        room.Quote(message, details?.Event);
        state.Touch();
    }
}
