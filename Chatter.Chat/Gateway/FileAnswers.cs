using Chatter.Chat.Files;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Chatter.Chat.Gateway;

/// <summary>How bytes that somebody uploaded are served, so that a browser never takes them for a page of ours.</summary>
internal static class FileAnswers
{
    /// <summary>
    /// Why nobody at all has it by this request, or null. Another site's page asks with its visitor's cookie, and could see from an image's size what he may see; browsers say so themselves.
    /// An address that is no use to who has it says nothing, not even that there is something to log in for.
    /// </summary>
    public static Refusal? Refused(HttpContext http) =>
        CrossOriginGuard.IsFetchedByForeignPage(http.Request) ? FileService.NoSuchAttachment
        : http.User.Identity is { IsAuthenticated: true } ? null
        : http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Failure is StoreUnavailableException ? StoreUnavailableException.Refusal
        : FileService.NoSuchAttachment;

    /// <summary>Whether this is the address of a file, which <see cref="Refused"/> guards.</summary>
    public static bool IsFile(PathString path) =>
        path.StartsWithSegments("/api/avatars") || path.StartsWithSegments("/api/rooms") && path.Value!.Contains("/attachments/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The bytes, as nothing but what they are: by no guess; only pictures are shown; and where they are opened by themselves, they can do nothing.</summary>
    public static IResult Bytes(HttpContext http, Stream bytes, string type, string name, byte[] hash, string caching)
    {
        var disposition = new ContentDispositionHeaderValue(FileType.IsPicture(type) ? "inline" : "attachment");
        // RFC 6266: the name once in ASCII, and once in UTF-8 (RFC 8187).
        disposition.SetHttpFileName(name);
        var headers = http.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = caching;
        return Results.Stream(bytes, type, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexString(hash, 0, 16)}\""), enableRangeProcessing: true);
    }
}
