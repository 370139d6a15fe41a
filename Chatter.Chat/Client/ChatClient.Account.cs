using System.Text.Json;
using System.Text.Json.Nodes;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>One's own account.</summary>
public sealed partial class ChatClient
{
    /// <summary>Changes one's profile; what is null stays, an empty language or time zone is taken away.</summary>
    public Task<UserInfo> ChangeProfile(string? displayName = null, string? language = null, string? timeZone = null, CancellationToken cancel = default) => ChangeMe(
        new JsonObject { ["displayName"] = displayName, ["language"] = language, ["timeZone"] = timeZone }, cancel);

    /// <summary>Says something of oneself; null takes it back.</summary>
    public Task<UserInfo> SetStatus(UserStatus? status, CancellationToken cancel = default) => ChangeMe(
        // That it is null has to be said, which the other bodies never do.
        new JsonObject { ["status"] = status is null ? null : JsonSerializer.SerializeToNode(status, ClientJson.Context.UserStatus) }, cancel);

    /// <summary>Says whether others are told when one was last seen.</summary>
    public Task<UserInfo> HideLastSeen(bool hide, CancellationToken cancel = default) => ChangeMe(new JsonObject { ["hidesLastSeen"] = hide }, cancel);

    /// <summary>Changes one's password. All other sessions end; the one of this client stays.</summary>
    /// <exception cref="ChatException"><c>bad_credentials</c> where the old one is wrong, <c>invalid</c> where the new one won't do, <c>rate_limited</c> …</exception>
    public Task ChangePassword(string old, string password, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Post, "api/me/password", RestClient.Body(new PasswordChange(old, password), ClientJson.Context.PasswordChange), cancel);

    /// <summary>One's sessions, the latest used first.</summary>
    public async Task<IReadOnlyList<SessionInfo>> Sessions(CancellationToken cancel = default) => (await _rest.Get("api/me/sessions", ClientJson.Context.SessionList, cancel)).Sessions;

    /// <summary>Ends one of one's sessions.</summary>
    /// <exception cref="ChatException"><c>no_such_session</c> …</exception>
    public Task EndSession(Guid session, CancellationToken cancel = default) => _rest.Send(HttpMethod.Delete, $"api/me/sessions/{session}", null, cancel);

    /// <summary>Ends all of one's sessions but that of this client.</summary>
    public Task EndOtherSessions(CancellationToken cancel = default) => _rest.Send(HttpMethod.Delete, "api/me/sessions", null, cancel);

    /// <summary>Deletes one's account, for good.</summary>
    /// <exception cref="ChatException"><c>bad_credentials</c> where the password is wrong …</exception>
    public Task DeleteAccount(string password, CancellationToken cancel = default) =>
        _rest.Send(HttpMethod.Delete, "api/me", RestClient.Body(new PasswordProof(password), ClientJson.Context.PasswordProof), cancel);

    /// <summary>Gives oneself a picture: PNG, JPEG, WebP or GIF, of which the server keeps the middle as a small square.</summary>
    /// <exception cref="ChatException"><c>invalid</c> where it is no picture, is damaged or has too many pixels, <c>too_large</c> …</exception>
    public Task<UserInfo> ChangeAvatar(Stream picture, CancellationToken cancel = default) => _rest.Send(HttpMethod.Put, "api/me/avatar", new StreamContent(picture), ClientJson.Context.UserInfo, cancel);

    /// <summary>Takes one's picture away.</summary>
    public Task<UserInfo> RemoveAvatar(CancellationToken cancel = default) => _rest.Send(HttpMethod.Delete, "api/me/avatar", null, ClientJson.Context.UserInfo, cancel);

    private Task<UserInfo> ChangeMe(JsonObject change, CancellationToken cancel) =>
        _rest.Send(HttpMethod.Patch, "api/me", new StringContent(change.ToJsonString(), System.Text.Encoding.UTF8, "application/json"), ClientJson.Context.UserInfo, cancel);
}
