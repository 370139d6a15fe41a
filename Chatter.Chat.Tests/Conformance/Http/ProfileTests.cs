using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Http;

/// <summary>What somebody says of himself (docs/protocol.md §3, §5).</summary>
public sealed class ProfileTests(SharedServer shared)
{
    [Fact]
    public async Task A_profile_is_changed_by_parts_and_read_again()
    {
        var ada = await shared.Server.User();
        var changed = (await ada.Patch("/api/me", new { displayName = "  Ada Lovelace ", timeZone = "Europe/London", language = "en-GB" })).Is(200);
        Assert.Equal((ada.Id, "Ada Lovelace", "Europe/London", "en-GB"), (changed.Text("id"), changed.Text("displayName"), changed.Text("timeZone"), changed.Text("language")));

        (await ada.Patch("/api/me", new { timeZone = "", language = (string?)null })).Is(200);
        var me = (await ada.Get("/api/me")).Is(200).Field("user");
        Assert.Equal(("Ada Lovelace", "en-GB", false), (me.Text("displayName"), me.Text("language"), me.Has("timeZone")));
        Assert.Equal(me.ToString(), (await ada.Patch("/api/me", new { })).Is(200).ToString());
    }

    [Fact]
    public async Task A_status_stands_until_it_is_taken_back()
    {
        var ada = await shared.Server.User();
        var status = (await ada.Patch("/api/me", new { status = new { text = " In the garden ", emoji = "🌱", until = "2027-01-01T12:00:00.000Z" } })).Is(200).Field("status");
        Assert.Equal(("In the garden", "🌱", "2027-01-01T12:00:00.000Z"), (status.Text("text"), status.Text("emoji"), status.Text("until")));

        (await ada.Patch("/api/me", new { displayName = "Ada" })).Is(200);
        Assert.True((await ada.Get("/api/me")).Is(200).Field("user").Has("status"));
        var plain = (await ada.Patch("/api/me", new { status = new { text = "Back" } })).Is(200).Field("status");
        Assert.Equal(("Back", false, false), (plain.Text("text"), plain.Has("emoji"), plain.Has("until")));
        Assert.False((await ada.Patch("/api/me", Json.Read("""{"status":null}"""))).Is(200).Has("status"));
        Assert.False((await ada.Get("/api/me")).Is(200).Field("user").Has("status"));
    }

    [Theory]
    [InlineData("""{"displayName":" "}""", "displayName")]
    [InlineData("""{"displayName":7}""", "displayName")]
    [InlineData("""{"language":"no language"}""", "language")]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", "timeZone")]
    [InlineData("""{"status":"busy"}""", "status")]
    [InlineData("""{"status":{}}""", "status")]
    [InlineData("""{"status":{"text":"a\nb"}}""", "status")]
    [InlineData("""{"status":{"text":"busy","emoji":"ab"}}""", "status")]
    [InlineData("""{"status":{"text":"busy","until":"tomorrow"}}""", "status")]
    public async Task What_would_not_do_for_registering_is_refused_by_field_and_changes_nothing(string body, string field)
    {
        var ada = await shared.Server.User();
        var before = (await ada.Get("/api/me")).Body;
        var errors = (await ada.Patch("/api/me", Json.Read(body))).Refused(422, "invalid").Field("errors");
        Assert.True(errors.Has(field), $"No error of {field} in {errors}");
        Assert.Equal(before, (await ada.Get("/api/me")).Body);
    }

    [Fact]
    public async Task A_status_has_a_hundred_characters_and_no_more()
    {
        var ada = await shared.Server.User();
        (await ada.Patch("/api/me", new { status = new { text = new string('x', 101) } })).Refused(422, "invalid");
        var longest = string.Concat(Enumerable.Repeat("🌱", 100));
        Assert.Equal(longest, (await ada.Patch("/api/me", new { status = new { text = longest } })).Is(200).Field("status").Text("text"));
    }

    [Fact]
    public async Task Own_sockets_and_those_of_a_small_room_are_told_and_others_are_not()
    {
        var (ada, ben, stranger) = (await shared.Server.User(), await shared.Server.User(), await shared.Server.User());
        var room = await ada.CreateRoom();
        await ben.Join(room);
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        await using var theirs = await stranger.Connect();
        // Who has an event has a cursor, and is told what the room is told.
        await ada.Say(room, "hello");
        await his.NextEvent(room, "message");

        (await ada.Patch("/api/me", new { displayName = "Countess", status = new { text = "Away" } })).Is(200);

        foreach (var socket in (RawSocket[])[hers, his])
        {
            var user = (await socket.Next("user")).Field("user");
            Assert.Equal((ada.Id, "Countess", "Away"), (user.Text("id"), user.Text("displayName"), user.Field("status").Text("text")));
        }
        await theirs.Send(new { type = "ping", nonce = "p" });
        Assert.Equal("pong", (await theirs.Next(static _ => true)).Text("type"));
        var seen = (await ben.Get($"/api/rooms/{room}/members/{ada.Id}")).Is(200).Field("user");
        Assert.Equal(("Countess", "Away"), (seen.Text("displayName"), seen.Field("status").Text("text")));
        Assert.Equal("Away", (await ben.Get($"/api/rooms/{room}/members")).Is(200).List("members").First().Field("user").Field("status").Text("text"));
    }

    [Fact]
    public async Task It_takes_who_is_logged_in_and_by_cookie_the_antiforgery_token()
    {
        var ada = await shared.Server.User();
        (await shared.Server.Call(HttpMethod.Patch, "/api/me", new { displayName = "x" })).Refused(401, "not_authenticated");
        (await shared.Server.Call(HttpMethod.Patch, "/api/me", new { displayName = "x" }, null, ("Cookie", "chatter=" + ada.Token))).Refused(403, "forbidden");
    }
}
