using System.Text.Json;
using Chatter.Chat.Maintenance;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>Deleting one's account: what goes, and what stays under no name (docs/protocol.md §3, §9).</summary>
public sealed class DeleteAccountTests(SharedServer shared)
{
    private const string Nobody = "deleted user";

    [Fact]
    public async Task Sessions_and_sockets_end_and_nobody_logs_in_to_it_or_registers_its_name_again()
    {
        var ada = await shared.Server.User();
        var other = await ada.LogIn();
        await using var socket = await other.Connect();

        Assert.Equal(204, (await Delete(ada)).Status);

        Assert.Equal(4401, await socket.Closed(TimeSpan.FromSeconds(1)));
        foreach (var session in (TestUser[])[ada, other]) (await session.Get("/api/me")).Refused(401, "not_authenticated");
        var gone = await LogIn(ada.Name, ada.Password);
        gone.Refused(401, "bad_credentials");
        var never = Unique.Name();
        Assert.Equal((await LogIn(never, ada.Password)).Fingerprint(never), gone.Fingerprint(ada.Name));
        (await shared.Server.Call(HttpMethod.Post, "/api/register", new { name = ada.Name.ToUpperInvariant(), password = ada.Password })).Refused(409, "name_taken");
    }

    [Fact]
    public async Task It_needs_the_password_and_nothing_happens_without()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        Assert.True((await ada.Delete("/api/me", new { password = "not it" })).Refused(401, "bad_credentials").Field("errors").Has("password"));
        (await ada.Delete("/api/me", new { })).Refused(422, "invalid");
        Assert.Equal(["joined"], (await ada.Log(room)).Select(static e => e.Text("kind")));
    }

    [Fact]
    public async Task It_leaves_all_rooms_as_anybody_leaves()
    {
        var (ada, ben) = (await shared.Server.User(), await shared.Server.User());
        var (owned, joined, empty) = (await ada.CreateRoom(), await ben.CreateRoom(), await ada.CreateRoom());
        await ben.Join(owned);
        await ada.Join(joined);
        await using var his = await ben.Connect();

        Assert.Equal(204, (await Delete(ada)).Status);

        var left = await his.NextEvent(owned, "left");
        Assert.Equal((ada.Id, Nobody), (left.List("users").Single().Id(), left.List("users").Single().Text("name")));
        var owner = await his.NextEvent(owned, "owner");
        Assert.Equal((ben.Id, Nobody), (owner.Field("user").Id(), owner.Field("from").Text("name")));
        await his.NextEvent(joined, "left");
        Assert.Equal(ben.Id, (await ben.Get($"/api/rooms/{owned}")).Is(200).Text("owner"));
        Assert.Equal([ben.Id], (await ben.Get($"/api/rooms/{joined}/members")).Is(200).List("members").Select(static m => m.Field("user").Id()));
        Assert.Equal(0, (await ben.Get($"/api/rooms/{empty}")).Is(200).Number("members"));
    }

    [Fact]
    public async Task What_he_wrote_stays_and_his_name_is_nowhere_any_longer()
    {
        await using var server = await ChatServer.Start();
        var (ada, ben) = (await server.User(), await server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        (await ada.Patch("/api/me", new { displayName = "The Countess", status = new { text = "Computing" } })).Is(200);
        await using (var hers = await ada.Connect())
        {
            var said = await hers.Say(room, "frost tonight");
            var answer = await ben.Say(room, "thanks");
            await hers.Send(new { type = "react", room, target = answer.Id(), emoji = "👍", on = true, nonce = "r" });
            await hers.Answer("sent", "r");
            await hers.Send(new { type = "pin", room, target = said.Id(), on = true, nonce = "p" });
            await hers.Answer("sent", "p");
        }
        var left = await ada.CreateRoom();
        await ben.Join(left);
        await ada.Say(left, "and goodbye");
        await ada.Leave(left);
        var conversation = (await ada.Post("/api/conversations", new { users = new[] { ben.Id } })).Is(201).Id();
        await ada.Say(conversation, "between us");
        // Whose tails hold what she said.
        await using var his = await ben.Connect();
        await Eventually.Equal(1, async () => (await ben.Get("/api/search?q=goodbye")).Is(200).List("hits").Count);

        Assert.Equal(204, (await server.Call(HttpMethod.Delete, "/api/me", new { password = ada.Password }, ada.Token)).Status);

        var told = (await his.Next("user")).Field("user");
        Assert.Equal((ada.Id, Nobody), (told.Text("id"), told.Text("name")));
        await NoTrace();
        await server.Restart();
        await NoTrace();
        await server.Stop();
        Assert.Empty(StoreVerifier.Verify(server.DataPath).Findings);

        async Task NoTrace()
        {
            var resume = new Dictionary<string, long> { [room] = 0, [left] = 0, [conversation] = 0 };
            await using var socket = await ben.Connect(resume, his.Welcome.Text("epoch"));
            var seen = new List<JsonElement> { socket.Welcome };
            foreach (var id in resume.Keys)
            {
                var log = await ben.Log(id);
                Assert.Contains(log, e => e.Has("from") && e.Field("from").Is("id", ada.Id) && e.Field("from").Is("name", Nobody));
                seen.AddRange(log);
                seen.AddRange(await socket.EventsTo(id, log[^1].Number("seq")));
                seen.Add((await ben.Get($"/api/rooms/{id}/members")).Is(200));
                seen.Add((await ben.Get($"/api/rooms/{id}/pins")).Is(200));
            }
            foreach (var path in (string[])["/api/me", "/api/latest", "/api/search?q=frost", "/api/search?q=goodbye", $"/api/users?search={ada.Name}", "/api/users?limit=200"]) seen.Add((await ben.Get(path)).Is(200));
            Assert.Contains("frost tonight", string.Concat(seen.Select(static json => json.ToString())), StringComparison.Ordinal);
            foreach (var json in seen)
            {
                Assert.DoesNotContain(ada.Name, json.ToString(), StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("Countess", json.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain("Computing", json.ToString(), StringComparison.Ordinal);
            }
            Assert.Empty((await ben.Get($"/api/search?q=from:{ada.Name}")).Is(200).List("hits"));
            Assert.Equal(Nobody, socket.Welcome.List("rooms").Single(r => r.Field("room").Is("id", conversation)).List("people").Single().Text("name"));
            (await ben.Post("/api/conversations", new { users = new[] { ada.Id } })).Refused(404, "no_such_user");
        }
    }

    private Task<Reply> Delete(TestUser user) => shared.Server.Call(HttpMethod.Delete, "/api/me", new { password = user.Password }, user.Token);

    private Task<Reply> LogIn(string name, string password) => shared.Server.Call(HttpMethod.Post, "/api/login", new { name, password });
}
