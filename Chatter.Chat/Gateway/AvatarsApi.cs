using Chatter.Chat.Accounts;
using Chatter.Chat.Files;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>The pictures of people over HTTP (docs/protocol.md §3): raw bytes in, and a small square out again, to everybody who is logged in.</summary>
internal static class AvatarsApi
{
    /// <summary>Each picture has an address of its own, which says nothing else for ever.</summary>
    private const string Caching = "private, max-age=31536000, immutable";

    public static void MapAvatarsApi(this IEndpointRouteBuilder api)
    {
        api.MapPut("/me/avatar", Put);
        api.MapDelete("/me/avatar", Remove);
    }

    /// <summary>Outside of what demands a login, as other files are.</summary>
    public static void MapAvatarDownloads(this IEndpointRouteBuilder api) => api.MapRead("/avatars/{id}", Download);

    private static async Task<IResult> Put(HttpContext http, AccountService accounts, CancellationToken cancel)
    {
        // The bytes are counted as they come.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        return (await accounts.ChangeAvatar(http.User.UserId(), http.Request.Body, http.Request.ContentLength, cancel)).ToResult(static user => Answers.Json(user));
    }

    private static async Task<IResult> Remove(HttpContext http, AccountService accounts, CancellationToken cancel) =>
        (await accounts.RemoveAvatar(http.User.UserId(), cancel)).ToResult(static user => Answers.Json(user));

    private static async Task<IResult> Download(string id, HttpContext http, AvatarService avatars, FileFolder folder)
    {
        if (FileAnswers.Refused(http) is { } refusal) return Problems.Result(refusal);
        if (!Guid.TryParseExact(id, "D", out var wanted)) return Problems.Result(FileService.NoSuchAttachment);
        if (await avatars.Find(wanted, http.User.UserId(), http.RequestAborted) is not { } avatar || folder.Open(wanted, thumbnail: false) is not { } bytes) return Problems.Result(FileService.NoSuchAttachment);
        return FileAnswers.Bytes(http, bytes, FileType.Webp, "avatar.webp", avatar.Hash, Caching);
    }
}
