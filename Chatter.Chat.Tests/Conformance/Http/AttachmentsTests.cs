using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Chatter.Chat.Tests.Support;
using SkiaSharp;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Files: up, into a message, and down again (docs/protocol.md §3, §4.1, §5).</summary>
public sealed class AttachmentsTests(SharedServer shared)
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes("frost on the tomatoes\n");

    [Fact]
    public async Task A_file_comes_back_as_it_was_sent()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();

        var reply = await ada.TryUpload(room, Text, "notes.txt", "text/plain");
        var file = reply.Is(201).Field("attachment");
        Assert.Equal($"/api/rooms/{room}/attachments/{file.Id()}", reply.Headers.Location?.ToString());
        Assert.Equal(("notes.txt", "application/octet-stream", Text.Length), (file.Text("name"), file.Text("type"), (int)file.Number("size")));
        Assert.InRange(reply.Json.Time("expiresAt") - DateTimeOffset.UtcNow, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.False(file.Has("width") || file.Has("thumbnail"));

        var came = await ada.Download(room, file.Id());
        Assert.Equal((200, "application/octet-stream"), (came.Status, came.Header("Content-Type")));
        Assert.Equal(Text, came.Bytes);
        Assert.Equal("attachment; filename=notes.txt; filename*=UTF-8''notes.txt", came.Header("Content-Disposition"));
        Assert.Equal(404, (await ada.Download(room, file.Id(), "/thumbnail")).Status);
    }

    [Fact]
    public async Task A_message_carries_its_files_live_paged_by_itself_and_for_a_repeated_nonce()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var socket = await ben.Connect();
        var picture = await ada.Upload(room, Pictures.Photo(1600, 1200), "tomatoes.jpg", "image/jpeg");
        var notes = await ada.Upload(room, Text, "notes.txt");
        var send = new { text = "look  ", attachments = new[] { picture.Id(), notes.Id() }, nonce = Unique.Nonce() };

        var sent = (await ada.Post($"/api/rooms/{room}/messages", send)).Is(201);

        Assert.Equal("look", sent.Text("text"));
        var expected = JsonSerializer.Serialize(new[] { picture, notes });
        Assert.Equal(expected, sent.Field("attachments").GetRawText());
        Assert.Equal(expected, (await socket.NextEvent(room, "message")).Field("attachments").GetRawText());
        Assert.Equal(expected, (await ben.Log(room))[^1].Field("attachments").GetRawText());
        Assert.Equal(expected, (await ben.Get($"/api/rooms/{room}/events/{sent.Id()}")).Is(200).Field("event").Field("attachments").GetRawText());
        Assert.Equal(expected, (await ada.Post($"/api/rooms/{room}/messages", send)).Is(200).Field("attachments").GetRawText());
        await using var late = await ben.Connect(new Dictionary<string, long> { [room] = 2 }, socket.Welcome.Text("epoch"));
        Assert.Equal(expected, (await late.NextEvent(room, "message")).Field("attachments").GetRawText());
    }

    [Fact]
    public async Task With_files_the_text_may_be_left_out_and_without_any_it_may_not()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var file = await ada.Upload(room, Text);
        await socket.Send(new { type = "send", room, attachments = new[] { file.Id() }, nonce = "n1" });
        Assert.Equal("", (await socket.NextEvent(room, "message")).Text("text"));
        await socket.Refused(new { type = "send", room, attachments = Array.Empty<string>(), nonce = "n2" }, "invalid");
        await socket.Refused(new { type = "send", room, text = " ", attachments = Array.Empty<string>(), nonce = "n3" }, "invalid");
    }

    [Fact]
    public async Task A_list_of_files_is_at_most_ten_different_ids()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var ids = Enumerable.Range(0, 11).Select(static _ => Guid.CreateVersion7().ToString()).ToArray();
        foreach (object wrong in new object[] { ids, new[] { ids[0], ids[0] }, new[] { "x" }, new object[] { 1 }, "x", 7, new { } })
            (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", attachments = wrong })).Refused(422, "invalid");
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", attachments = ids[..10] })).Refused(404, "no_such_attachment");
    }

    [Fact]
    public async Task A_file_goes_into_one_message_of_its_sender_in_its_room()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom();
        var other = await ada.CreateRoom();
        await ben.Join(room);
        var file = await ada.Upload(room, Text);
        Task<Reply> Send(TestUser who, string where, string nonce) => who.Post($"/api/rooms/{where}/messages", new { text = "x", attachments = new[] { file.Id() }, nonce });

        (await Send(ben, room, "n1")).Refused(404, "no_such_attachment");
        (await Send(ada, other, "n2")).Refused(404, "no_such_attachment");
        (await Send(ada, room, "n3")).Is(201);
        (await Send(ada, room, "n4")).Refused(404, "no_such_attachment");
        (await Send(ada, room, "n3")).Is(200);
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", nonce = "n3" })).Refused(409, "nonce_reused");
        Assert.Single(await ada.Log(room), static e => e.Is("kind", "message"));
    }

    [Fact]
    public async Task A_message_with_a_file_that_is_missing_leaves_no_trace_and_takes_no_other_file()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var file = await ada.Upload(room, Text);
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", attachments = new[] { file.Id(), Guid.CreateVersion7().ToString() } })).Refused(404, "no_such_attachment");
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", attachments = new[] { file.Id() } })).Is(201);
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Theory]
    [InlineData("image/jpeg", "jpg", true)]
    [InlineData("image/png", "png", true)]
    [InlineData("image/webp", "webp", true)]
    [InlineData("image/gif", "gif", true)]
    public async Task A_picture_is_shown_without_what_it_tells_of_its_maker_and_has_a_thumbnail(string type, string extension, bool isTold)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var bytes = extension switch { "jpg" => Pictures.Photo(1600, 1200, 6), "png" => Pictures.Png(1600, 1200), "webp" => Pictures.Webp(1600, 1200), _ => Pictures.Gif() };

        var file = await ada.Upload(room, bytes, "a." + extension, isTold ? type : null);

        Assert.Equal(type, file.Text("type"));
        Assert.Equal(extension switch { "jpg" => (1200, 1600), "gif" => (2, 1), _ => (1600, 1200) }, (file.Number("width"), file.Number("height")));
        var came = await ada.Download(room, file.Id());
        Assert.Equal((200, type, $"inline; filename=a.{extension}; filename*=UTF-8''a.{extension}"), (came.Status, came.Header("Content-Type"), came.Header("Content-Disposition")));
        Assert.Equal(file.Number("size"), came.Bytes.Length);
        Assert.DoesNotContain(Pictures.Secret, Encoding.Latin1.GetString(came.Bytes), StringComparison.Ordinal);
        Assert.Equal(Pictures.Pixels(bytes), Pictures.Pixels(came.Bytes));
        var small = await ada.Download(room, file.Id(), "/thumbnail");
        Assert.Equal((200, "image/webp"), (small.Status, small.Header("Content-Type")));
        using var decoded = SKBitmap.Decode(small.Bytes);
        Assert.Equal((file.Field("thumbnail").Number("width"), file.Field("thumbnail").Number("height")), (decoded.Width, decoded.Height));
    }

    [Fact]
    public async Task A_photo_that_calls_itself_a_text_loses_its_place_too()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var file = await ada.Upload(room, Pictures.Photo(), "notes.txt", "text/plain");
        Assert.Equal("application/octet-stream", file.Text("type"));
        Assert.DoesNotContain(Pictures.Secret, Encoding.Latin1.GetString((await ada.Download(room, file.Id())).Bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("page.html", "text/html", "<!doctype html><script>alert(1)</script>")]
    [InlineData("drawing.svg", "image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("picture.png", "image/png", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")]
    [InlineData("app.js", "text/javascript", "alert(1)")]
    [InlineData("book.pdf", "application/pdf", "%PDF-1.7 alert")]
    [InlineData("picture.gif", "image/gif", "GIF89a/*<script>*/=1;alert(1)")]
    public async Task What_isnt_a_picture_is_only_ever_saved(string name, string type, string content)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var reply = await ada.TryUpload(room, Encoding.UTF8.GetBytes(content), name, type);
        // What begins like a picture and is none is refused: nobody can know what is in it.
        if (name == "picture.gif")
        {
            reply.Refused(422, "invalid");
            return;
        }
        var came = await ada.Download(room, reply.Is(201).Field("attachment").Id());
        Assert.Equal(name == "book.pdf" ? "application/pdf" : "application/octet-stream", came.Header("Content-Type"));
        Assert.StartsWith("attachment;", came.Header("Content-Disposition"), StringComparison.Ordinal);
        AssertHarmless(came);
    }

    [Fact]
    public async Task A_picture_of_more_pixels_than_can_be_shown_is_saved_and_never_decoded()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var file = await ada.Upload(room, Pictures.Bomb(30_000, 30_000), "bomb.png", "image/png");
        Assert.Equal("application/octet-stream", file.Text("type"));
        Assert.False(file.Has("width") || file.Has("thumbnail"));
        Assert.StartsWith("attachment;", (await ada.Download(room, file.Id())).Header("Content-Disposition"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../etc/passwd", "passwd")]
    [InlineData("a\0b.txt", "ab.txt")]
    [InlineData("a\r\nSet-Cookie: x=y", "aSet-Cookie_ x=y")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData("\"; filename=evil.html", "_; filename=evil.html")]
    [InlineData("Gärten 🍅.txt", "Gärten 🍅.txt")]
    [InlineData("", "file")]
    public async Task A_hostile_name_is_a_harmless_header(string name, string expected)
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var file = await ada.Upload(room, Text, name);
        Assert.Equal(expected, file.Text("name"));
        var came = await ada.Download(room, file.Id());
        Assert.False(came.Headers.Contains("Set-Cookie"));
        var disposition = came.Header("Content-Disposition") ?? "";
        Assert.All(disposition, static c => Assert.InRange(c, ' ', '~'));
        Assert.Equal(expected, ContentDispositionHeaderValue.Parse(disposition).FileNameStar);
        Assert.Equal("attachment", ContentDispositionHeaderValue.Parse(disposition).DispositionType);
    }

    [Fact]
    public async Task A_file_is_fetched_in_parts_and_only_if_it_is_another()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var file = (await ada.Upload(room, Text)).Id();
        var whole = await ada.Download(room, file);
        Assert.Equal("bytes", whole.Header("Accept-Ranges"));
        Assert.Matches("^\"[0-9A-F]{32}\"$", whole.Header("ETag"));
        AssertHarmless(whole);

        var part = await ada.Download(room, file, "", ("Range", "bytes=6-7"));
        Assert.Equal((206, "on", $"bytes 6-7/{Text.Length}"), (part.Status, Encoding.UTF8.GetString(part.Bytes), part.Header("Content-Range")));
        Assert.Equal(416, (await ada.Download(room, file, "", ("Range", "bytes=999-"))).Status);
        var same = await ada.Download(room, file, "", ("If-None-Match", whole.Header("ETag")!));
        Assert.Equal((304, 0), (same.Status, same.Bytes.Length));
        Assert.Equal(Text.Length, (await ada.Download(room, file, "", ("Range", "bytes=6-7"), ("If-Range", "\"other\""))).Bytes.Length);
    }

    [Fact]
    public async Task A_browser_asks_each_time_and_keeps_nothing_of_private_rooms()
    {
        var ada = await shared.Server.User();
        var (open, closed) = (await ada.CreateRoom(), await ada.CreateRoom(isPrivate: true));
        Assert.Equal("no-cache, private", (await ada.Download(open, (await ada.Upload(open, Text)).Id())).Headers.CacheControl?.ToString());
        Assert.Equal("no-store", (await ada.Download(closed, (await ada.Upload(closed, Text)).Id())).Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task What_is_empty_is_no_file()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        (await ada.TryUpload(room, [])).Refused(422, "invalid");
        (await ada.TryUpload(room, new Chunks([]), "file", null)).Refused(422, "invalid");
    }

    [Fact]
    public async Task Files_come_in_chunks_as_well()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        var file = (await ada.TryUpload(room, new Chunks(bytes), "random.bin", null)).Is(201).Field("attachment");
        Assert.Equal(bytes, (await ada.Download(room, file.Id())).Bytes);
    }

    [Fact]
    public async Task A_deleted_message_takes_its_files_along_at_once()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var sent = await ada.SendFile(room, Pictures.Photo(), "a.jpg", "look");
        var file = sent.List("attachments")[0].Id();
        Assert.Equal(200, (await ada.Download(room, file)).Status);

        await socket.Send(new { type = "delete", room, target = sent.Id(), nonce = "n1" });
        await socket.NextEvent(room, "deleted");

        Assert.Equal(404, (await ada.Download(room, file)).Status);
        Assert.Equal(404, (await ada.Download(room, file, "/thumbnail")).Status);
        var left = (await ada.Log(room)).Single(e => e.Is("id", sent.Id()));
        Assert.True(left.Flag("redacted"));
        Assert.False(left.Has("attachments") || left.Has("text"));
        (await ada.Post($"/api/rooms/{room}/messages", new { text = "x", attachments = new[] { file } })).Refused(404, "no_such_attachment");
    }

    [Fact]
    public async Task An_edit_changes_the_text_and_leaves_the_files()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var sent = await ada.SendFile(room, Text, "a.txt");
        await socket.Send(new { type = "edit", room, target = sent.Id(), text = "now with a text", nonce = "n1" });
        await socket.NextEvent(room, "edited");
        var now = (await ada.Log(room)).Single(e => e.Is("id", sent.Id()));
        Assert.Equal(("now with a text", 1), (now.Field("edited").Text("text"), now.List("attachments").Count));
    }

    private static void AssertHarmless(FileReply came)
    {
        Assert.Equal("nosniff", came.Header("X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; sandbox", came.Header("Content-Security-Policy"));
        Assert.Equal("same-origin", came.Header("Cross-Origin-Resource-Policy"));
    }

    /// <summary>Bytes of which nobody says beforehand how many there are.</summary>
    private sealed class Chunks(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
