using Chatter.Chat.Files;
using Chatter.Chat.Settings;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>Files over HTTP (docs/protocol.md §3): raw bytes in, and out again for members only, as nothing but what they are.</summary>
internal static class AttachmentsApi
{
    private const int LongestName = 1_000;

    public static void MapUploadsApi(this IEndpointRouteBuilder api) => api.MapPost("/rooms/{id}/attachments", Upload);

    /// <summary>Outside of what demands a login: an address that is no use to who has it says nothing, not even that there is something to log in for.</summary>
    public static void MapDownloadsApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/rooms/{id}/attachments/{file}", static (string id, string file, HttpContext http, FileService files, FileFolder folder) => Download(id, file, false, http, files, folder));
        api.MapRead("/rooms/{id}/attachments/{file}/thumbnail", static (string id, string file, HttpContext http, FileService files, FileFolder folder) => Download(id, file, true, http, files, folder));
    }

    private static async Task<IResult> Upload(string id, HttpContext http, UploadService uploads, IOptions<FilesSettings> settings, CancellationToken cancel)
    {
        if (!RoomsApi.RoomId(id).Is(out var room, out var refusal)) return Problems.Result(refusal);
        var query = new QueryFields(http.Request.Query);
        var name = query.Text("name", LongestName);
        if (query.Refusal is { } wrong) return Problems.Result(wrong);
        // The host's own limit is for everything else, and counts what stands between chunks, too; here the bytes of the file are counted as they come.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        var upload = new Upload(room, name, http.Request.ContentType, new ArrivingBytes(http.Request.Body, http.Request.ContentLength, settings.Value.MaxBytes));
        return (await uploads.Take(upload, http.User.UserId(), cancel)).ToResult(file =>
        {
            http.Response.Headers.Location = $"/api/rooms/{room}/attachments/{file.Attachment.Id}";
            return Answers.Json(file, StatusCodes.Status201Created);
        });
    }

    private static async Task<IResult> Download(string id, string file, bool thumbnail, HttpContext http, FileService files, FileFolder folder)
    {
        if (FileAnswers.Refused(http) is { } refused) return Problems.Result(refused);
        if (!Guid.TryParseExact(id, "D", out var room) || !Guid.TryParseExact(file, "D", out var wanted)) return Problems.Result(FileService.NoSuchAttachment);
        if (!(await files.Find(room, wanted, http.User.UserId(), http.RequestAborted)).Is(out var found, out var refusal)) return Problems.Result(refusal);
        var hash = thumbnail ? found.Row.ThumbnailHash : found.Row.Hash;
        if (hash is null || folder.Open(wanted, thumbnail) is not { } bytes) return Problems.Result(FileService.NoSuchAttachment);
        var (type, name) = thumbnail ? (FileType.Webp, "thumbnail.webp") : (found.Row.Info.Type, found.Row.Info.Name);
        // Of public rooms a browser may keep it, but has to ask each time whether it may show it: the answer is short then. Of private ones it keeps nothing.
        return FileAnswers.Bytes(http, bytes, type, name, hash, found.IsPrivate ? "no-store" : "private, no-cache");
    }
}
