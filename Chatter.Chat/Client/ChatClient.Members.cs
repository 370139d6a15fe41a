using System.Globalization;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>Members of rooms, and what moderators do about them.</summary>
public sealed partial class ChatClient
{
    /// <summary>A room's members, by pages.</summary>
    public Task<MemberPage> Members(Guid room, string? after = null, int? limit = null, CancellationToken cancel = default) =>
        _rest.Get(RestClient.Path($"api/rooms/{room}/members", ("after", after), ("limit", limit?.ToString(CultureInfo.InvariantCulture))), ClientJson.Context.MemberPage, cancel);

    /// <summary>People whose name, or a word of whose display name, begins so, by pages.</summary>
    public Task<PersonPage> People(string? search = null, string? after = null, int? limit = null, CancellationToken cancel = default) =>
        _rest.Get(RestClient.Path("api/users", ("search", search), ("after", after), ("limit", limit?.ToString(CultureInfo.InvariantCulture))), ClientJson.Context.PersonPage, cancel);

    /// <summary>Who these are, at most 100, and whether those are there who share a room with one; those that there aren't any longer are left out.</summary>
    public Task<PersonPage> People(IEnumerable<Guid> ids, CancellationToken cancel = default) =>
        _rest.Get(RestClient.Path("api/users", ("ids", string.Join(',', ids))), ClientJson.Context.PersonPage, cancel);

    /// <summary>The conversation with 1 to 8 others, which is begun where there is none.</summary>
    public Task<RoomInfo> Converse(IEnumerable<Guid> others, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Post, "api/conversations", RestClient.Body(new NewConversation([.. others]), ClientJson.Context.NewConversation), ClientJson.Context.RoomInfo, cancel);

    /// <summary>One member of a room.</summary>
    /// <exception cref="ChatException"><c>no_such_user</c> where he isn't in, <c>not_a_member</c> where one isn't oneself …</exception>
    public Task<MemberInfo> Member(Guid room, Guid user, CancellationToken cancel = default) => _rest.Get($"api/rooms/{room}/members/{user}", ClientJson.Context.MemberInfo, cancel);

    /// <summary>Removes a member; the owner's and moderators' right.</summary>
    public Task Remove(Guid room, Guid user, string? reason = null, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Delete, $"api/rooms/{room}/members/{user}", reason is null ? null : RestClient.Body(new Removal(reason), ClientJson.Context.Removal), cancel);

    /// <summary>Makes a member a moderator, or a mere member again; the owner's right.</summary>
    public Task ChangeRole(Guid room, Guid user, string role, CancellationToken cancel = default) => Change(room, user, new MemberChange(role, null), cancel);

    /// <summary>Keeps a member from writing for a while, whole seconds up to a year; zero lets him again. The owner's and moderators' right.</summary>
    public Task Mute(Guid room, Guid user, TimeSpan time, CancellationToken cancel = default) => Change(room, user, new MemberChange(null, (long)time.TotalSeconds), cancel);

    /// <summary>Keeps somebody out of a room, for a time or for ever; removes him where he is in. The owner's and moderators' right.</summary>
    public Task Ban(Guid room, Guid user, TimeSpan? time = null, string? reason = null, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Put, $"api/rooms/{room}/bans/{user}", RestClient.Body(new NewBan((long?)time?.TotalSeconds, reason), ClientJson.Context.NewBan), cancel);

    /// <summary>Lets somebody join again who was banned.</summary>
    public Task LiftBan(Guid room, Guid user, CancellationToken cancel = default) => _rest.Send(HttpMethod.Delete, $"api/rooms/{room}/bans/{user}", null, cancel);

    /// <summary>Who is banned, the newest 200; for the owner and moderators.</summary>
    public async Task<IReadOnlyList<BanInfo>> Bans(Guid room, CancellationToken cancel = default) => (await _rest.Get($"api/rooms/{room}/bans", ClientJson.Context.BanList, cancel)).Bans;

    private Task Change(Guid room, Guid user, MemberChange change, CancellationToken cancel) =>
        _rest.Send(HttpMethod.Patch, $"api/rooms/{room}/members/{user}", RestClient.Body(change, ClientJson.Context.MemberChange), cancel);
}
