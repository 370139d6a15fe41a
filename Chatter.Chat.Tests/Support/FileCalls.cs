using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>Bytes that came, with what was said about them.</summary>
internal sealed record FileReply(int Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string? Header(string name) => Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}

/// <summary>Files up and down over HTTP, as a program does it that knows docs/protocol.md only.</summary>
internal static class FileCalls
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { Timeout = Patience.Call };

    public static Task<Reply> TryUpload(this TestUser user, string room, byte[] bytes, string? name = "file.bin", string? type = null) =>
        user.TryUpload(room, new ByteArrayContent(bytes), name, type);

    public static Task<Reply> TryUpload(this TestUser user, string room, HttpContent content, string? name, string? type)
    {
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        return user.Post($"/api/rooms/{room}/attachments{(name is null ? "" : $"?name={Uri.EscapeDataString(name)}")}", content);
    }

    /// <summary>Uploads; gives the file as it is told.</summary>
    public static async Task<JsonElement> Upload(this TestUser user, string room, byte[] bytes, string name = "file.bin", string? type = null) =>
        (await user.TryUpload(room, bytes, name, type)).Is(201).Field("attachment");

    /// <summary>Uploads and sends; gives the event.</summary>
    public static async Task<JsonElement> SendFile(this TestUser user, string room, byte[] bytes, string name = "file.bin", string text = "")
    {
        var file = await user.Upload(room, bytes, name);
        return (await user.Post($"/api/rooms/{room}/messages", new { text, attachments = new[] { file.Id() }, nonce = Unique.Nonce() })).Is(201);
    }

    /// <summary>Gives himself a picture.</summary>
    public static Task<Reply> PutAvatar(this TestUser user, byte[] picture, string type = "application/octet-stream") =>
        user.Put("/api/me/avatar", new ByteArrayContent(picture) { Headers = { ContentType = new MediaTypeHeaderValue(type) } });

    public static Task<FileReply> Download(this TestUser user, string room, string file, string rest = "", params (string Name, string Value)[] headers) =>
        user.Server.Download(room, file, rest, [("Authorization", "Bearer " + user.Token), .. headers]);

    public static Task<FileReply> Download(this ChatServer server, string room, string file, string rest = "", params (string Name, string Value)[] headers) =>
        server.DownloadAt($"/api/rooms/{room}/attachments/{file}{rest}", headers);

    public static async Task<FileReply> DownloadAt(this ChatServer server, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new FileReply((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers, response.Content.Headers);
    }
}
