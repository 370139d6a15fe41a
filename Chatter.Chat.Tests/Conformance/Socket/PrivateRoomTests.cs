using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>A private room of others is, by every call and frame, as one that doesn't exist (docs/protocol.md §3).</summary>
public sealed class PrivateRoomTests(SharedServer shared)
{
    public enum Whose
    {
        Stranger,
        ExMember,
        Removed,
    }

    private async Task<(TestUser Eve, string Secret, TestUser Owner)> Outside(Whose who)
    {
        var owner = await shared.Server.User();
        var eve = await shared.Server.User();
        var secret = await owner.CreateRoom(isPrivate: true);
        if (who != Whose.Stranger)
        {
            await eve.Join(secret, await owner.Invite(secret));
            if (who == Whose.ExMember) await eve.Leave(secret);
            else await owner.Delete($"/api/rooms/{secret}/members/{eve.Id}");
        }
        return (eve, secret, owner);
    }

    [Theory]
    [InlineData(Whose.Stranger)]
    [InlineData(Whose.ExMember)]
    [InlineData(Whose.Removed)]
    public async Task By_every_call(Whose who)
    {
        var (eve, secret, owner) = await Outside(who);
        var absent = Guid.CreateVersion7().ToString();
        (HttpMethod Method, string Path, object? Body)[] calls =
        [
            (HttpMethod.Get, "", null),
            (HttpMethod.Post, "/join", null),
            (HttpMethod.Post, "/join", new { }),
            (HttpMethod.Post, "/join", new { invite = "rubbish" }),
            (HttpMethod.Post, "/join", "{"),
            (HttpMethod.Post, "/leave", null),
            (HttpMethod.Patch, "", new { topic = "mine" }),
            (HttpMethod.Patch, "", new { }),
            (HttpMethod.Patch, "", new { name = "" }),
            (HttpMethod.Patch, "", new { owner = eve.Id }),
            (HttpMethod.Post, "/invites", new { }),
            (HttpMethod.Post, "/invites", new { uses = 0 }),
            (HttpMethod.Delete, $"/members/{owner.Id}", null),
            (HttpMethod.Delete, $"/members/{eve.Id}", null),
            (HttpMethod.Delete, "/members/nonsense", null),
            (HttpMethod.Get, "/members", null),
            (HttpMethod.Get, "/members?after=rubbish", null),
            (HttpMethod.Get, "/events", null),
            (HttpMethod.Get, "/events?after=0&limit=5", null),
            (HttpMethod.Get, "/events?limit=0", null),
            (HttpMethod.Post, "/messages", new { text = "x" }),
            (HttpMethod.Post, "/messages", new { text = "x", nonce = "n", ifLast = 5 }),
            (HttpMethod.Post, "/messages", new { text = "x", nonce = "n", prev = "m" }),
            (HttpMethod.Post, "/messages", new { text = "x", replyTo = Guid.CreateVersion7() }),
        ];
        foreach (var (method, path, body) in calls)
        {
            var there = await shared.Server.Call(method, $"/api/rooms/{secret}{path}", body, eve.Token);
            var nowhere = await shared.Server.Call(method, $"/api/rooms/{absent}{path}", body, eve.Token);
            Assert.True(there.Fingerprint(secret) == nowhere.Fingerprint(absent), $"{method} …{path} tells them apart:\n{there.Fingerprint(secret)}\nand\n{nowhere.Fingerprint(absent)}");
            Assert.InRange(there.Status, 400, 499);
        }
        (await shared.Server.Call(HttpMethod.Get, $"/api/rooms/{secret}", token: eve.Token)).Refused(404, "no_such_room");
    }

    [Theory]
    [InlineData(Whose.Stranger)]
    [InlineData(Whose.ExMember)]
    [InlineData(Whose.Removed)]
    public async Task By_every_frame(Whose who)
    {
        var (eve, secret, _) = await Outside(who);
        var absent = Guid.CreateVersion7().ToString();
        await using var socket = await eve.Connect();
        string[] frames =
        [
            """{"type":"send","room":"R","text":"x","nonce":"N"}""",
            """{"type":"send","room":"R","text":"x","nonce":"N","prev":"m","ifLast":5}""",
            """{"type":"send","room":"R","text":"x","nonce":"N","replyTo":"0198c1d4-0000-7000-8000-000000000000"}""",
            """{"type":"send","room":"R","text":"","nonce":"N"}""",
            """{"type":"history","room":"R","nonce":"N"}""",
            """{"type":"history","room":"R","nonce":"N","around":1}""",
            """{"type":"history","room":"R","nonce":"N","limit":0}""",
            """{"type":"read","room":"R","seq":1}""",
            """{"type":"read","room":"R","seq":-1}""",
            """{"type":"typing","room":"R"}""",
        ];
        foreach (var frame in frames)
        {
            var answers = new List<string>();
            foreach (var room in (string[])[secret, absent])
            {
                await socket.Send(frame.Replace("\"R\"", $"\"{room}\"", StringComparison.Ordinal).Replace("\"N\"", $"\"{Unique.Nonce()}\"", StringComparison.Ordinal));
                var error = await socket.Next("error");
                var text = error.GetRawText().Replace(room, "ROOM", StringComparison.Ordinal);
                answers.Add(error.TextOrNull("nonce") is { } nonce ? text.Replace(nonce, "NONCE", StringComparison.Ordinal) : text);
            }
            Assert.Equal(answers[1], answers[0]);
        }
    }

    [Theory]
    [InlineData(Whose.Stranger)]
    [InlineData(Whose.ExMember)]
    public async Task By_every_list(Whose who)
    {
        var (eve, secret, owner) = await Outside(who);
        await owner.Patch($"/api/rooms/{secret}", new { name = "Secret " + secret });
        Assert.DoesNotContain(secret, (await eve.Get($"/api/rooms?search=Secret%20{secret}")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await eve.Get("/api/me")).Body, StringComparison.Ordinal);
        await using var socket = await eve.Connect();
        Assert.DoesNotContain(secret, socket.Welcome.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_in_it_sees_it_as_any_room()
    {
        var (eve, secret, owner) = await Outside(Whose.Stranger);
        var invite = await owner.Invite(secret);
        await using var socket = await eve.Connect();
        var seq = await eve.Join(secret, invite);
        await owner.Say(secret, "welcome");
        await socket.EventsTo(secret, seq + 1);
        Assert.True((await eve.Get($"/api/rooms/{secret}")).Is(200).Flag("private"));
        Assert.Equal(3, (await eve.Log(secret)).Count);
    }
}
