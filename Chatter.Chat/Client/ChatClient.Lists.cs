using System.Globalization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>Messages picked out of the rooms, and what one wants of a room.</summary>
public sealed partial class ChatClient
{
    /// <summary>Pins a message to its room, or takes the pin off. Otherwise as <see cref="Edit"/>.</summary>
    public Task<SentFrame> Pin(Guid room, Guid message, bool on, CancellationToken cancel = default) => Change(new PinFrame(room, message, on) { Nonce = NewNonce() }, cancel);

    /// <summary>What is pinned to a room, the latest pinned first, by pages of at most 50.</summary>
    public Task<PinPage> Pins(Guid room, string? after = null, int? limit = null, CancellationToken cancel = default) =>
        _rest.Get(ListPath($"api/rooms/{room}/pins", after, limit), ClientJson.Context.PinPage, cancel);

    /// <summary>Messages that mention one, in all one's rooms, the newest first, by pages of at most 50.</summary>
    public Task<MentionPage> Mentions(string? after = null, int? limit = null, CancellationToken cancel = default) => _rest.Get(ListPath("api/mentions", after, limit), ClientJson.Context.MentionPage, cancel);

    /// <summary>Messages that one saved for later, the latest saved first, by pages of at most 50.</summary>
    public Task<SavedPage> Saved(string? after = null, int? limit = null, CancellationToken cancel = default) => _rest.Get(ListPath("api/saved", after, limit), ClientJson.Context.SavedPage, cancel);

    /// <summary>Saves a message for later, or forgets it again; one's own matter, of which the room hears nothing.</summary>
    /// <exception cref="ChatException"><c>no_such_event</c>, <c>not_a_member</c>, or <c>invalid</c> where 1,000 are saved already.</exception>
    public Task Save(Guid room, Guid message, bool on, CancellationToken cancel = default) =>
        _rest.Send(on ? HttpMethod.Put : HttpMethod.Delete, $"api/rooms/{room}/events/{message}/saved", null, cancel);

    /// <summary>The newest message of each of one's rooms, shortened to a line; of the 200 that were active last.</summary>
    public async Task<IReadOnlyList<RoomEvent>> Latest(CancellationToken cancel = default) => (await _rest.Get("api/latest", ClientJson.Context.LatestList, cancel)).Latest;

    /// <summary>Says what one wants to be told of a room (<see cref="NotifyLevels"/>), whether it is a favourite, and whether a conversation is out of the list until something happens in it. What is null stays.</summary>
    public Task<MembershipFrame> ChangeMembership(Guid room, string? notify = null, bool? favourite = null, bool? hidden = null, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Patch, $"api/rooms/{room}/membership", RestClient.Body(new MembershipChange(notify, favourite, hidden), ClientJson.Context.MembershipChange), ClientJson.Context.MembershipFrame, cancel);

    /// <summary>Takes up a conversation that somebody else began with one. Writing in it does the same.</summary>
    /// <exception cref="ChatException"><c>too_many_rooms</c>.</exception>
    public Task<MembershipFrame> Accept(Guid room, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Patch, $"api/rooms/{room}/membership", RestClient.Body(new MembershipChange(null, null, Accept: true), ClientJson.Context.MembershipChange), ClientJson.Context.MembershipFrame, cancel);

    /// <summary>Leaves a conversation that somebody else began with one and that one hasn't taken up.</summary>
    /// <exception cref="ChatException"><c>conflict</c> where one has.</exception>
    public Task Decline(Guid room, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Patch, $"api/rooms/{room}/membership", RestClient.Body(new MembershipChange(null, null, Accept: false), ClientJson.Context.MembershipChange), cancel);

    /// <summary>Whom one blocked, the latest first.</summary>
    public async Task<IReadOnlyList<BlockInfo>> Blocks(CancellationToken cancel = default) => (await _rest.Get("api/blocks", ClientJson.Context.BlockList, cancel)).Blocks;

    /// <summary>Blocks somebody, or lifts that; one's own matter, of which nobody else hears.</summary>
    /// <exception cref="ChatException"><c>no_such_user</c>, or <c>invalid</c> for oneself and where 1,000 people are blocked already.</exception>
    public Task Block(Guid user, bool on, CancellationToken cancel = default) => _rest.Send(on ? HttpMethod.Put : HttpMethod.Delete, $"api/blocks/{user}", null, cancel);

    private static string ListPath(string path, string? after, int? limit) => RestClient.Path(path, ("after", after), ("limit", limit?.ToString(CultureInfo.InvariantCulture)));
}
