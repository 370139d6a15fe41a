using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Messages that the reader picks out: pins, saved ones, mentions; what he wants of a room; forwarding.</summary>
public sealed partial class ChatSession
{
    private bool _previewed;

    /// <summary>Pins a message to its room, or takes the pin off.</summary>
    public Task<Outcome<SentFrame>> Pin(Guid room, Guid message, bool on) => Try(() => Client.Pin(room, message, on, _ending.Token));

    /// <summary>Saves a message for later, or forgets it.</summary>
    public async Task<Outcome<bool>> Save(Guid room, Guid message, bool on)
    {
        var saved = await Try(() => Client.Save(room, message, on, _ending.Token));
        // The frame that says so isn't sent to who is behind.
        if (saved.Is(out _, out _)) state.Apply(new SavedFrame(room, message, on));
        return saved;
    }

    public Task<Outcome<PinPage>> Pins(Guid room, string? after) => Try(() => Client.Pins(room, after, cancel: _ending.Token));

    public Task<Outcome<MentionPage>> Mentions(string? after) => Try(() => Client.Mentions(after, cancel: _ending.Token));

    public Task<Outcome<SavedPage>> Saved(string? after) => Try(() => Client.Saved(after, cancel: _ending.Token));

    /// <summary>Says what the reader wants to be told of a room, whether it is a favourite, and whether a conversation is out of the list; what is null stays.</summary>
    public Task<Outcome<MembershipFrame>> ChangeMembership(Guid room, string? notify = null, bool? favourite = null, bool? hidden = null) =>
        Change(() => Client.ChangeMembership(room, notify, favourite, hidden, _ending.Token));

    /// <summary>Takes up a conversation that a stranger began.</summary>
    public Task<Outcome<MembershipFrame>> Accept(Guid room) => Change(() => Client.Accept(room, _ending.Token));

    /// <summary>Leaves a conversation that a stranger began.</summary>
    public Task<Outcome<bool>> Decline(Guid room) => Try(async () =>
    {
        await Client.Decline(room, _ending.Token);
        return true;
    });

    private async Task<Outcome<MembershipFrame>> Change(Func<Task<MembershipFrame>> change)
    {
        var changed = await Try(change);
        if (changed.Is(out var membership, out _)) state.Apply(membership);
        return changed;
    }

    /// <summary>Reads the newest message of each room, once: what comes after is told.</summary>
    public async Task LoadPreviews()
    {
        if (_previewed) return;
        _previewed = true;
        if (!(await Try(() => Client.Latest(_ending.Token))).Is(out var latest, out _))
        {
            _previewed = false;
            return;
        }
        foreach (var message in latest) state.Find(message.Room)?.Preview(message);
        state.Touch();
    }

    /// <summary>Sends a message of one room to another, as a quote that says where it is from, and what one has to say of it.</summary>
    public Task<Outcome<RoomEvent>> Forward(Guid to, RoomEvent message, string address, string? comment) =>
        Try(() => Client.Send(to, Forwarding.Write(message, state.Find(message.Room) is { IsDirect: false } room ? room.Title : null, address, comment), cancel: _ending.Token));
}
