using System.Text;
using Chatter.Chat.Tests.Support;
using SkiaSharp;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>The pictures of people (docs/protocol.md §3): what is taken, what is kept of it, who sees it, and when it is gone.</summary>
public sealed class AvatarsTests(SharedServer shared)
{
    private const string NoSuch = "no_such_attachment";

    public static TheoryData<string> Kinds => ["jpeg", "png", "webp", "gif"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_picture_becomes_a_small_square_that_tells_nothing_of_its_maker(string kind)
    {
        var ada = await shared.Server.User();
        var picture = kind switch { "jpeg" => Pictures.Photo(1200, 900), "png" => Pictures.Png(300, 700), "webp" => Pictures.Webp(900, 300), _ => Pictures.Gif() };

        var url = (await ada.PutAvatar(picture)).Is(200).Text("avatarUrl");

        var (reply, bytes) = await Get(ada, url);
        Assert.Equal("image/webp", reply.ContentHeaders.ContentType?.MediaType);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Pictures.Secret)));
        using var seen = SKBitmap.Decode(bytes);
        var side = kind == "gif" ? 1 : 256;
        Assert.Equal((side, side), (seen.Width, seen.Height));
        Assert.Equal(url, (await ada.Get("/api/me")).Is(200).Field("user").Text("avatarUrl"));
    }

    [Fact]
    public async Task It_is_the_middle_the_right_way_up()
    {
        var ada = await shared.Server.User();
        // Stored lying on its side: shown, it is 900 wide and 1200 high, with what is green at the top, cut off by half.
        var (_, bytes) = await Get(ada, (await ada.PutAvatar(Pictures.Photo(1200, 900, orientation: 6))).Is(200).Text("avatarUrl"));
        using var seen = SKBitmap.Decode(bytes);
        Assert.True(seen.GetPixel(128, 10) is { Green: > 200, Red: < 90, Blue: < 90 }, $"Green was expected above, {seen.GetPixel(128, 10)} is there.");
        Assert.True(seen.GetPixel(240, 200) is { Red: > 200, Green: < 90 }, $"Red was expected to the right, {seen.GetPixel(240, 200)} is there.");
        Assert.True(seen.GetPixel(16, 200) is { Blue: > 200, Green: < 90 }, $"Blue was expected to the left, {seen.GetPixel(16, 200)} is there.");
    }

    [Fact]
    public async Task It_is_for_everybody_who_is_logged_in_may_be_kept_for_ever_and_is_nothing_but_a_picture()
    {
        var (ada, stranger) = (await shared.Server.User(), await shared.Server.User());
        var url = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        Assert.Matches("^/api/avatars/[0-9a-f-]{36}$", url);
        Assert.DoesNotContain(ada.Id, url, StringComparison.Ordinal);

        var (reply, bytes) = await Get(stranger, url);

        Assert.NotEmpty(bytes);
        Assert.Equal(["immutable", "max-age=31536000", "private"], reply.Header("Cache-Control")!.Split(", ").Order());
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; sandbox", reply.Header("Content-Security-Policy"));
        Assert.Equal("inline", reply.ContentHeaders.ContentDisposition?.DispositionType);
        Assert.Equal("avatar.webp", reply.ContentHeaders.ContentDisposition?.FileName);
        foreach (var answer in new[]
        {
            await shared.Server.Call(HttpMethod.Get, url),
            await shared.Server.Call(HttpMethod.Get, url, token: "wrong"),
            await shared.Server.Call(HttpMethod.Get, url, token: ada.Token, headers: ("Sec-Fetch-Site", "cross-site")),
            await ada.Get($"/api/avatars/{Guid.CreateVersion7()}"),
            await ada.Get("/api/avatars/x"),
        }) answer.Refused(404, NoSuch);
    }

    [Fact]
    public async Task Another_one_has_another_address_and_the_former_is_gone()
    {
        var ada = await shared.Server.User();
        var first = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        var second = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        Assert.NotEqual(first, second);
        (await ada.Get(first)).Refused(404, NoSuch);
        Assert.Equal(200, (await ada.Get(second)).Status);

        Assert.False((await ada.Delete("/api/me/avatar")).Is(200).Has("avatarUrl"));
        (await ada.Get(second)).Refused(404, NoSuch);
        Assert.False((await ada.Get("/api/me")).Is(200).Field("user").Has("avatarUrl"));
        Assert.False((await ada.Delete("/api/me/avatar")).Is(200).Has("avatarUrl"));
    }

    [Fact]
    public async Task Own_sockets_and_those_of_a_small_room_are_told_of_it()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        await ada.Say(room, "hello");
        await his.NextEvent(room, "message");

        var url = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        foreach (var socket in (RawSocket[])[hers, his])
            Assert.Equal(url, (await socket.Next("user")).Field("user").Text("avatarUrl"));
        await ada.Delete("/api/me/avatar");
        foreach (var socket in (RawSocket[])[hers, his])
            Assert.False((await socket.Next("user")).Field("user").Has("avatarUrl"));
    }

    [Fact]
    public async Task It_goes_with_the_account()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var url = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        Assert.Equal(204, (await ada.Delete("/api/me", new { password = ada.Password })).Status);
        (await ben.Get(url)).Refused(404, NoSuch);
        Assert.Empty((await ben.Get($"/api/users?ids={ada.Id}")).Is(200).List("users"));
    }

    public static TheoryData<string> Hostile => ["bomb", "svg", "html", "truncated jpeg", "truncated png", "truncated webp", "truncated gif", "head alone", "text", "pdf"];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_is_no_whole_picture_of_a_bearable_size_is_refused_whatever_it_calls_itself(string what)
    {
        var ada = await shared.Server.User();
        var url = (await ada.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        var bytes = what switch
        {
            "bomb" => Pictures.Bomb(30_000, 30_000),
            "svg" => "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"u8.ToArray(),
            "html" => "<!doctype html><script>alert(1)</script>"u8.ToArray(),
            "truncated jpeg" => Half(Pictures.Encode(640, 480, SKEncodedImageFormat.Jpeg)),
            "truncated png" => Half(Pictures.Encode(640, 480, SKEncodedImageFormat.Png)),
            "truncated webp" => Half(Pictures.Encode(640, 480, SKEncodedImageFormat.Webp)),
            "truncated gif" => Pictures.Gif()[..40],
            "head alone" => Pictures.Encode(640, 480, SKEncodedImageFormat.Png)[..33],
            "text" => "a picture of me"u8.ToArray(),
            _ => "%PDF-1.7"u8.ToArray(),
        };
        var errors = (await ada.PutAvatar(bytes, "image/png")).Refused(422, "invalid").Field("errors");
        Assert.True(errors.Has("avatar"), errors.ToString());
        Assert.Equal(url, (await ada.Get("/api/me")).Is(200).Field("user").Text("avatarUrl"));
        Assert.Equal(200, (await ada.Get(url)).Status);
    }

    [Fact]
    public async Task Too_many_bytes_and_none_are_refused()
    {
        await using var server = await ChatServer.Start(static settings => settings["Chatter:Files:AvatarBytes"] = "5000");
        var ada = await server.User();
        (await ada.PutAvatar([])).Refused(422, "invalid");
        (await ada.PutAvatar(new byte[5001])).Refused(413, "too_large");
        using var untold = new StreamContent(new Untold(new byte[70_000]));
        (await server.Call(HttpMethod.Put, "/api/me/avatar", untold, ada.Token)).Refused(413, "too_large");
        (await ada.PutAvatar(Pictures.Encode(20, 20, SKEncodedImageFormat.Png))).Is(200);
        await using var socket = await ada.Connect();
        Assert.Equal(5000, socket.Welcome.Field("limits").Number("avatar"));
    }

    [Fact]
    public async Task A_server_that_shows_no_pictures_takes_none()
    {
        await using var server = await ChatServer.Start(static settings => settings["Chatter:Files:MaxPixels"] = "0");
        var ada = await server.User();
        (await ada.PutAvatar(Pictures.Photo())).Refused(422, "invalid");
    }

    [Fact]
    public async Task Without_a_login_nobody_has_one()
    {
        using var body = new ByteArrayContent(Pictures.Photo());
        (await shared.Server.Call(HttpMethod.Put, "/api/me/avatar", body)).Refused(401, "not_authenticated");
        (await shared.Server.Call(HttpMethod.Delete, "/api/me/avatar")).Refused(401, "not_authenticated");
    }

    [Fact]
    public async Task People_are_looked_up_by_their_ids()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var url = (await ben.PutAvatar(Pictures.Photo())).Is(200).Text("avatarUrl");
        var users = (await ada.Get($"/api/users?ids={ben.Id},{ada.Id},{Guid.CreateVersion7()},{ben.Id}")).Is(200).List("users");
        Assert.Equal([ben.Id, ada.Id], users.Select(static user => user.Id()));
        Assert.Equal((url, false), (users[0].Text("avatarUrl"), users[1].Has("avatarUrl")));

        (await ada.Get("/api/users?ids=x")).Refused(422, "invalid");
        (await ada.Get($"/api/users?ids={ben.Id},")).Refused(422, "invalid");
        (await ada.Get($"/api/users?ids={string.Join(',', Enumerable.Repeat(ben.Id, 101))}")).Refused(422, "invalid");
        Assert.Single((await ada.Get($"/api/users?ids={string.Join(',', Enumerable.Repeat(ben.Id, 100))}")).Is(200).List("users"));
    }

    private static byte[] Half(byte[] picture) => picture[..(picture.Length / 2)];

    private static async Task<(FileReply Reply, byte[] Bytes)> Get(TestUser user, string url)
    {
        var reply = await user.Server.DownloadAt(url, ("Authorization", "Bearer " + user.Token));
        Assert.Equal(200, reply.Status);
        return (reply, reply.Bytes);
    }

    /// <summary>A body that tells no length.</summary>
    private sealed class Untold(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
