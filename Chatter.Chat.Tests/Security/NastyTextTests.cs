using System.Text;
using Chatter.Chat.Files;
using Chatter.Chat.Protocol;
using Chatter.Chat.Search;
using Chatter.Chat.Tests.Support;
using Chatter.Chat.Users;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Text from outside passes one function that can't throw: every call that takes text × every kind of text that Unicode's own functions stumble over.</summary>
public sealed class NastyTextTests(SharedServer shared)
{
    /// <summary>As JSON writes them, so that halves of surrogate pairs arrive, too.</summary>
    private static readonly string[] Nasty =
    [
        @"\uFFFE", @"\uFFFF", @"\uFDD0", @"\uFDEF", @"\uD83F\uDFFE", @"\uDBFF\uDFFF", @"\uD800", @"\uDFFF", @"\uD800\uFFFE", @"\uFFFEe\u0301\uFFFE", @"\u0000", @"\u200B", @"\u2800",
        @"\u3164", @"\uFDFA", @"\u0344", @"\u202E", @"\uD83D\uDC4D", @"e\u0301\u0301\u0301",
    ];

    private static readonly (string Method, string Path, string Body)[] Calls =
    [
        ("POST", "/api/register", """{"name":"NASTY","password":"battery staple 7"}"""),
        ("POST", "/api/register", """{"name":"FRESH","password":"battery NASTY staple 7"}"""),
        ("POST", "/api/register", """{"name":"FRESH","password":"battery staple 7","displayName":"Ada NASTY"}"""),
        ("POST", "/api/register", """{"name":"FRESH","password":"battery staple 7","language":"NASTY","timeZone":"NASTY"}"""),
        ("POST", "/api/login", """{"name":"NASTY","password":"battery staple 7"}"""),
        ("POST", "/api/login", """{"name":"nobody-NASTY","password":"x NASTY"}"""),
        ("POST", "/api/login", """{"name":"ADA","password":"x NASTY"}"""),
        ("POST", "/api/login", """{"name":"ADA","password":"battery staple 7","device":"my NASTY phone"}"""),
        ("PATCH", "/api/me", """{"displayName":"Ada NASTY"}"""),
        ("PATCH", "/api/me", """{"status":{"text":"away NASTY"}}"""),
        ("PATCH", "/api/me", """{"status":{"text":"away","emoji":"NASTY"}}"""),
        ("PATCH", "/api/me", """{"language":"NASTY"}"""),
        ("PATCH", "/api/me", """{"timeZone":"NASTY"}"""),
        ("POST", "/api/me/password", """{"old":"wrong NASTY","new":"another NASTY staple"}"""),
        ("POST", "/api/me/password", """{"old":"wrong NASTY","new":"another good staple"}"""),
        ("DELETE", "/api/me", """{"password":"wrong NASTY"}"""),
        ("POST", "/api/rooms", """{"name":"FRESH NASTY"}"""),
        ("POST", "/api/rooms", """{"name":"FRESH","topic":"about NASTY"}"""),
        ("PATCH", "/api/rooms/ROOM", """{"name":"FRESH NASTY"}"""),
        ("PATCH", "/api/rooms/ROOM", """{"topic":"about NASTY"}"""),
        ("POST", "/api/rooms/ROOM/join", """{"invite":"NASTY"}"""),
        ("DELETE", "/api/rooms/ROOM/members/BEN", """{"reason":"for NASTY"}"""),
        ("PUT", "/api/rooms/ROOM/bans/BEN", """{"reason":"for NASTY"}"""),
        ("POST", "/api/rooms/ROOM/messages", """{"text":"frost NASTY @beNASTYn NASTY`x","nonce":"FRESH"}"""),
        ("POST", "/api/rooms/ROOM/messages", """{"text":"frost","nonce":"NASTY"}"""),
        ("POST", "/api/push/subscriptions", """{"endpoint":"https://push.example/NASTY","keys":{"p256dh":"NASTY","auth":"NASTY"}}"""),
    ];

    private static readonly string[] Queries =
    [
        "/api/rooms?search=NASTY", "/api/rooms?after=NASTY", "/api/users?search=NASTY", "/api/users?search=x&after=NASTY", "/api/users?ids=NASTY", "/api/search?q=NASTY", "/api/search?q=frost%20NASTY",
        "/api/search?q=%22frost%20NASTY%22", "/api/search?q=from:NASTY", "/api/search?q=in:NASTY", "/api/search?q=has:NASTY", "/api/search?q=on:NASTY", "/api/search?q=frost&room=NASTY",
        "/api/rooms/ROOM/members?after=NASTY", "/api/rooms/ROOM/events?at=NASTY", "/api/rooms/ROOM/pins?after=NASTY", "/api/mentions?after=NASTY", "/api/saved?after=NASTY", "/api/rooms/NASTY",
        "/api/rooms/ROOM/events/NASTY", "/api/avatars/NASTY",
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Calls.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task No_text_is_an_error_of_the_servers(int row)
    {
        var (ada, ben, room) = await shared.Two();
        var (method, path, body) = Calls[row];
        foreach (var nasty in Nasty)
        {
            string Fill(string text) => text.Replace("NASTY", nasty, StringComparison.Ordinal).Replace("FRESH", Unique.Name(), StringComparison.Ordinal)
                .Replace("ROOM", room, StringComparison.Ordinal).Replace("BEN", ben.Id, StringComparison.Ordinal).Replace("ADA", ada.Name, StringComparison.Ordinal);
            var reply = await shared.Server.Call(new HttpMethod(method), Fill(path), Fill(body), path is "/api/register" or "/api/login" ? null : ada.Token);
            Assert.True(reply.Status < 500, $"{nasty}: {reply.Status} {reply.Body}");
        }
        Assert.Empty(shared.Server.Log.Errors);
    }

    [Fact]
    public async Task No_query_is_an_error_of_the_servers()
    {
        var (ada, _, room) = await shared.Two();
        // Beyond UTF-8's own rules, too: a half surrogate as three bytes, and bytes that are none.
        foreach (var nasty in new[] { "%EF%BF%BE", "%EF%BF%BF", "%EF%B7%90", "%F0%9F%BF%BE", "%F4%8F%BF%BF", "%ED%A0%80", "%FF", "%00", "%E2%80%8B", "%EF%B7%BA", "%E2%80%AE" })
            foreach (var query in Queries)
            {
                var reply = await ada.Get(query.Replace("NASTY", nasty, StringComparison.Ordinal).Replace("ROOM", room, StringComparison.Ordinal));
                Assert.True(reply.Status < 500, $"{query} {nasty}: {reply.Status} {reply.Body}");
            }
        Assert.Empty(shared.Server.Log.Errors);
    }

    [Fact]
    public async Task A_file_of_any_name_is_taken()
    {
        var (ada, _, room) = await shared.Two();
        foreach (var nasty in new[] { "%EF%BF%BE", "%EF%BF%BF.txt", "a%F0%9F%BF%BEb.png", "%ED%A0%80.pdf", "%E2%80%8B", "%E2%A0%80.txt", "x%E2%80%AEgpj.exe" })
        {
            var reply = await shared.Server.Call(HttpMethod.Post, $"/api/rooms/{room}/attachments?name={nasty}", new ByteArrayContent("frost"u8.ToArray()), ada.Token);
            var name = reply.Is(201).Field("attachment").Text("name");
            Assert.True(name.IsNormalized() && name.EnumerateRunes().All(static rune => !Invisible.IsIgnorable(rune.Value)), name);
        }
        Assert.Empty(shared.Server.Log.Errors);
    }

    [Fact]
    public async Task A_message_with_code_points_that_are_no_characters_is_kept_found_and_edited()
    {
        var (ada, ben, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var word = "w" + Guid.NewGuid().ToString("N")[..10];
        var text = $"{word} \uFFFE \uFFFF\uFDD0 \U0001FFFE @{ben.Name}\uFFFE **b\uFFFE** https://example.org/\uFFFE";

        var sent = await socket.Say(room, text);
        Assert.Equal(text, (await ada.Log(room))[^1].Text("text"));
        await socket.Send(new { type = "edit", room, target = sent.Id(), text = text + "\uFFFE.", nonce = "e1" });
        await socket.Answer("sent", "e1");

        await Eventually.Equal(1, async () => (await ada.Get($"/api/search?q={word}")).Is(200).List("hits").Count);
        Assert.Single((await ben.Get("/api/mentions")).Is(200).List("mentions"));
        Assert.Empty(shared.Server.Log.Errors);
    }

    [Fact]
    public void Nothing_that_takes_text_throws_whatever_it_is()
    {
        var units = new[] { "\uFFFE", "\uFFFF", "\uD800", "\uDC00", "\uFDD0", "\U0001FFFE", "a", "e\u0301", "\u200B", "\u3164", "\u2800", "ﬁ", "ß", "\uFDFA", " ", "@ben", "\u202E", "👍", "\uFE0F", "\u200D", "क्" };
        Check.Sample(
            Gen.Int[0, units.Length - 1].Array[0, 12],
            parts =>
            {
                var text = string.Concat(parts.Select(part => units[part]));
                if (Text.NormalizeName(text, 64) is { } name) Assert.Equal(name, Text.NormalizeName(name, 64));
                _ = Text.NormalizeLine(text, 100);
                _ = Text.RoomNameKey(text);
                _ = Text.IsEmoji(text);
                _ = Text.Message(text);
                Assert.Equal(NameSkeleton.Of(text), NameSkeleton.Of(NameSkeleton.Of(text)));
                Assert.Equal(FileName.Clean(text), FileName.Clean(FileName.Clean(text)));
                _ = PasswordRules.Normalize(text);
                _ = new UserNameLookup().NormalizeName(text);
                _ = SearchWords.Of(text);
                _ = QueryParser.Parse(text);
                _ = Mention.Names(text, "ben");
                if (!Text.HasLoneSurrogate(text) && !text.Contains('\uFFFE')) Assert.Equal(text.Normalize(NormalizationForm.FormKC), NormalForm.Normalize(text, NormalizationForm.FormKC));
            },
            iter: 50_000, threads: 1);
    }
}
