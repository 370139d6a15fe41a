using System.Buffers.Text;
using Chatter.Chat.Push;
using Chatter.Chat.Tests.Push;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Pushing to browsers without a page (docs/protocol.md §3).</summary>
public sealed class PushTests(SharedServer shared)
{
    private static readonly string Key = Base64Url.EncodeToString(NewPoint());
    private static readonly string Auth = Base64Url.EncodeToString(new byte[16]);

    [Fact]
    public async Task The_key_is_a_point_that_stays_over_a_restart_and_is_for_those_who_are_logged_in()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var key = (await ada.Get("/api/push/key")).Is(200).Text("key");
        Assert.True(PushCipher.IsPoint(Base64Url.DecodeFromChars(key)));
        (await server.Call(HttpMethod.Get, "/api/push/key")).Refused(401, "not_authenticated");

        await server.Restart();
        Assert.Equal(key, (await ada.Get("/api/push/key")).Is(200).Text("key"));
    }

    [Theory]
    [InlineData("http://push.example.net/x", null, null, "endpoint")]
    [InlineData("https://127.0.0.1/x", null, null, "endpoint")]
    [InlineData("https://[::1]/x", null, null, "endpoint")]
    [InlineData("https://169.254.169.254/latest/meta-data", null, null, "endpoint")]
    [InlineData("", null, null, "endpoint")]
    [InlineData("https://push.example.net/x", "AAAA", null, "keys")]
    [InlineData("https://push.example.net/x", null, "AAAA", "keys")]
    public async Task What_nothing_could_be_pushed_to_is_refused(string endpoint, string? key, string? auth, string field)
    {
        var ada = await shared.Server.User();
        var problem = (await ada.Post("/api/push/subscriptions", new { endpoint, keys = new { p256dh = key ?? Key, auth = auth ?? Auth } })).Refused(422, "invalid");
        Assert.True(problem.Field("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_subscription_is_made_again_and_taken_back()
    {
        var ada = await shared.Server.User();
        for (var i = 0; i < 2; i++) Assert.Equal(204, (await ada.Post("/api/push/subscriptions", new { endpoint = "https://push.example.net/x", keys = new { p256dh = Key, auth = Auth } })).Status);
        Assert.Equal(204, (await ada.Delete("/api/push/subscriptions", new { endpoint = "https://push.example.net/x" })).Status);
        Assert.Equal(204, (await ada.Delete("/api/push/subscriptions")).Status);
    }

    [Fact]
    public async Task Who_is_blocked_pushes_nothing()
    {
        await using var receiver = await PushReceiver.Start();
        await using var server = await Start();
        var (ada, ben, room) = await Two(server);
        var cleo = await server.User();
        await cleo.Join(room);
        Assert.Equal(204, (await ben.Post("/api/push/subscriptions", receiver.Subscription)).Status);
        Assert.Equal(204, (await ben.Put($"/api/blocks/{ada.Id}")).Status);
        await ada.Say(room, $"@{ben.Name} @all frost");
        // Messages are looked at one after the other: what comes of the second says that there was nothing of the first.
        await cleo.Say(room, $"@{ben.Name} marker");
        await Eventually.Equal($"@{ben.Name} marker", () => Task.FromResult(string.Join(", ", receiver.Taken.Select(static taken => taken.Text("body")))));
    }

    [Fact]
    public async Task Who_is_called_and_has_no_page_open_is_pushed_to()
    {
        await using var receiver = await PushReceiver.Start();
        await using var server = await Start();
        var (ada, ben, room) = await Two(server);
        Assert.Equal(204, (await ben.Post("/api/push/subscriptions", receiver.Subscription)).Status);
        await ada.Say(room, "nobody is called");
        var said = await ada.Say(room, $"@{ben.Name} frost\n\ntonight? {new string('x', 200)}");

        await Eventually.Equal(1, () => Task.FromResult(receiver.Taken.Count));
        var pushed = receiver.Taken[0];
        Assert.Equal($"{pushed.Text("author")} in {pushed.Text("name")}", pushed.Text("title"));
        Assert.Equal(ada.Name, pushed.Text("author"));
        Assert.StartsWith($"@{ben.Name} frost tonight? xxx", pushed.Text("body"), StringComparison.Ordinal);
        Assert.True(pushed.Text("body").Length <= 120);
        Assert.Equal((room, said.Number("seq")), (pushed.Text("room"), pushed.Number("seq")));

        var conversation = (await ada.Post("/api/conversations", new { users = new[] { ben.Id } })).Is(201).Id();
        await ada.Say(conversation, "psst");
        await Eventually.Equal($"{ada.Name}: psst", () => Task.FromResult($"{receiver.Taken[^1].Text("title")}: {receiver.Taken[^1].Text("body")}"));
        Assert.False(receiver.Taken[^1].TryGetProperty("name", out _));
    }

    [Fact]
    public async Task Nobody_is_pushed_what_his_page_tells_or_what_he_muted_or_wrote_himself()
    {
        await using var receiver = await PushReceiver.Start();
        await using var server = await Start();
        var (ada, ben, room) = await Two(server);
        var muted = await ada.CreateRoom();
        await ben.Join(muted);
        (await ben.Patch($"/api/rooms/{muted}/membership", new { notify = "nothing" })).Is(200);
        Assert.Equal(204, (await ben.Post("/api/push/subscriptions", receiver.Subscription)).Status);
        await using (var his = await ben.Connect())
        {
            var said = await ada.Say(room, $"@{ben.Name} on the page");
            await his.NextEvent(room, "message");
            await Eventually.Equal(said.Number("seq"), async () => (await ada.Log(room))[^1].Number("seq"));
            await Pushed(server);
        }
        await ada.Say(muted, $"@{ben.Name} muted");
        await ben.Say(room, "@all mine");
        await ada.Say(room, $"@{ben.Name} away");

        await Eventually.Equal($"@{ben.Name} away", () => Task.FromResult(string.Join(", ", receiver.Taken.Select(static taken => taken.Text("body")))));
    }

    [Fact]
    public async Task A_subscription_ends_with_its_session()
    {
        await using var receiver = await PushReceiver.Start();
        await using var server = await Start();
        var (ada, ben, room) = await Two(server);
        var phone = await ben.LogIn();
        Assert.Equal(204, (await phone.Post("/api/push/subscriptions", receiver.Subscription)).Status);
        await ada.Say(room, $"@{ben.Name} one");
        await Eventually.Equal(1, () => Task.FromResult(receiver.Taken.Count));

        Assert.Equal(204, (await phone.Post("/api/logout")).Status);
        await ada.Say(room, $"@{ben.Name} two");
        await Pushed(server);
        Assert.Equal(1, receiver.Asked);
        // The same browser, logged in anew.
        var again = await ben.LogIn();
        Assert.Equal(204, (await again.Post("/api/push/subscriptions", receiver.Subscription)).Status);
        await ada.Say(room, $"@{ben.Name} three");
        await Eventually.Equal(2, () => Task.FromResult(receiver.Taken.Count));
    }

    private static Task<ChatServer> Start() => ChatServer.Start(static settings => settings["Chatter:Push:AllowPrivate"] = "true");

    private static async Task<(TestUser Ada, TestUser Ben, string Room)> Two(ChatServer server)
    {
        var (ada, ben) = (await server.User(), await server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        return (ada, ben, room);
    }

    /// <summary>All that was said by now was looked at, and whoever is to be pushed to was.</summary>
    private static Task Pushed(ChatServer server) => Eventually.Equal(0, () => Task.FromResult(server.Part<PushSender>().InWork));

    private static byte[] NewPoint()
    {
        using var key = System.Security.Cryptography.ECDiffieHellman.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return PushCipher.Point(key.ExportParameters(false).Q);
    }
}
