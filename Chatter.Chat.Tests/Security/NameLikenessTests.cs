using Chatter.Chat.Maintenance;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>Names that aren't seen, or aren't whose they seem.</summary>
public sealed class NameLikenessTests(SharedServer shared)
{
    [Theory]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("\u115F\u1160")]
    [InlineData("\uFFA0 \u2800")]
    [InlineData("\u200B\u200D\u2060")]
    [InlineData("\U000E0041")]
    [InlineData("\u00AD")]
    [InlineData("\uFE0F")]
    [InlineData("\U0001D159")]
    [InlineData("a\uFFFE")]
    [InlineData("a\uFDD0")]
    [InlineData("a\U0010FFFF")]
    public void A_name_that_shows_nothing_or_no_character_is_none(string name) => Assert.Null(Text.NormalizeName(name, 80));

    [Theory]
    [InlineData("gar\u200Bden", "garden")]
    [InlineData("gar\u200Dden\u2060", "garden")]
    [InlineData("\uFEFF garden", "garden")]
    [InlineData("gar\u00ADden", "garden")]
    [InlineData("garden\uFE0F", "garden")]
    [InlineData("ga\u200Cr\U000E0067den", "garden")]
    [InlineData("gar\u3164den", "garden")]
    [InlineData("garden\u2800", "garden")]
    [InlineData("e\u200B\u0301", "é")]
    public void Invisible_characters_are_taken_out_of_names(string given, string kept) => Assert.Equal(kept, Text.NormalizeName(given, 80));

    [Theory]
    [InlineData("می\u200Cخواهم")] // Persian needs the non-joiner
    [InlineData("क्\u200Dष")] // Hindi the joiner
    [InlineData("ක්\u200Dරි")] // Sinhala as well
    [InlineData("👨\u200D👩\u200D👧 family")]
    [InlineData("❤\uFE0F garden")]
    [InlineData("1\uFE0F\u20E3 first")]
    [InlineData("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F")]
    [InlineData("葛\U000E0100城")] // a Japanese variant of a sign
    [InlineData("Zoë Ångström")]
    [InlineData("Анна Петрова")]
    [InlineData("Γιώργος Παπαδόπουλος")]
    [InlineData("محمد عبد الله")]
    [InlineData("יעקב כהן")]
    [InlineData("अनन्या शर्मा")]
    [InlineData("สมชาย ใจดี")]
    [InlineData("山田 太郎")]
    [InlineData("김민준")]
    [InlineData("Nguyễn Thị Hương")]
    [InlineData("ᠮᠣᠩᠭᠣᠯ")]
    [InlineData("Đặng Ølsen-O’Brien")]
    [InlineData("ܐܒܪܗܡ")]
    [InlineData("አበበ ቢቂላ")]
    public void Ordinary_names_stay_as_they_are(string name) =>
        Assert.Equal(name.Normalize(), Text.NormalizeName(name, 80));

    [Theory]
    [InlineData("garden", "gаrden")] // Cyrillic а
    [InlineData("GARDEN", "GАRDЕN")]
    [InlineData("MOCKBA", "МОСКВА")]
    [InlineData("AI", "АӀ")] // palochka
    [InlineData("modem", "modeⅿ")]
    [InlineData("garden", "gar\u200Bden")]
    [InlineData("garden", "gar\u3164den")]
    [InlineData("the garden", "the\u00A0\u2800garden")]
    [InlineData("room-1", "room–1")]
    [InlineData("garden", "ｇａｒｄｅｎ")]
    [InlineData("Straße", "STRASSE")]
    public void Names_that_look_the_same_have_one_skeleton(string one, string other) => Assert.Equal(NameSkeleton.Of(one), NameSkeleton.Of(other));

    [Theory]
    [InlineData("room-1", "room-l")]
    [InlineData("modern", "modem")]
    [InlineData("Ill", "lll")]
    [InlineData("r00m", "room")]
    [InlineData("a|b", "alb")]
    [InlineData("garden", "gardén")]
    [InlineData("Мир", "Мор")]
    [InlineData("東京", "京都")]
    [InlineData("غرفة 1", "غرفة 2")]
    [InlineData("кот", "кит")]
    public void Names_that_differ_in_plain_letters_stay_two(string one, string other) => Assert.NotEqual(NameSkeleton.Of(one), NameSkeleton.Of(other));

    [Fact]
    public async Task A_public_room_cant_be_named_like_another_in_other_letters()
    {
        var ada = await shared.Server.User();
        var name = "Scope " + Guid.NewGuid().ToString("N")[..8];
        await ada.CreateRoom(name);
        foreach (var twin in new[] { name.Replace('o', 'о'), name.Replace('S', 'Ѕ'), name.Insert(3, "\u200B"), name.Replace(" ", " \u2800"), name.Replace(" ", "  ") })
        {
            (await ada.Post("/api/rooms", new { name = twin })).Refused(409, "name_taken");
            var room = await ada.CreateRoom();
            (await ada.Patch($"/api/rooms/{room}", new { name = twin })).Refused(409, "name_taken");
        }
        // A private room is nobody else's to be mistaken for, and a room can be renamed to another writing of its own name.
        await ada.CreateRoom(name.Replace('o', 'о'), isPrivate: true);
        await ada.CreateRoom(name + "1");
        await ada.CreateRoom(name + "l");
    }

    [Fact]
    public async Task A_display_name_cant_look_like_another_persons_user_name()
    {
        var (ada, ben) = (await shared.Server.User("scope" + Guid.NewGuid().ToString("N")[..8]), await shared.Server.User());
        foreach (var twin in new[] { ada.Name, ada.Name.ToUpperInvariant(), ada.Name.Replace('o', 'о'), ada.Name.Insert(2, "\u200B"), "@" + ada.Name, ada.Name.Replace('p', 'р') })
        {
            Assert.True((await ben.Patch("/api/me", new { displayName = twin })).Refused(422, "invalid").Field("errors").Has("displayName"));
            var reply = await shared.Server.Call(HttpMethod.Post, "/api/register", new { name = Unique.Name(), password = TestUser.GoodPassword, displayName = twin });
            Assert.True(reply.Refused(422, "invalid").Field("errors").Has("displayName"));
        }
        (await ada.Patch("/api/me", new { displayName = ada.Name.ToUpperInvariant() })).Is(200);
        (await ben.Patch("/api/me", new { displayName = ada.Name + " II" })).Is(200);
    }

    [Theory]
    [InlineData("deleted user")]
    [InlineData("Deleted  User")]
    [InlineData("dеlеted user")]
    [InlineData("Admin")]
    [InlineData("аdmin")]
    [InlineData("ad\u200Bmin")]
    [InlineData("System")]
    [InlineData("@here")]
    public async Task Nobody_is_called_as_if_they_were_the_server(string displayName)
    {
        var ada = await shared.Server.User();
        Assert.True((await ada.Patch("/api/me", new { displayName })).Refused(422, "invalid").Field("errors").Has("displayName"));
        var reply = await shared.Server.Call(HttpMethod.Post, "/api/register", new { name = Unique.Name(), password = TestUser.GoodPassword, displayName });
        Assert.True(reply.Refused(422, "invalid").Field("errors").Has("displayName"));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("Here")]
    [InlineData("me")]
    [InlineData("ADMIN")]
    [InlineData("system")]
    [InlineData("deleted.user")]
    public async Task Reserved_names_cant_be_registered(string name)
    {
        var reply = await shared.Server.Call(HttpMethod.Post, "/api/register", new { name, password = TestUser.GoodPassword });
        Assert.True(reply.Refused(422, "invalid").Field("errors").Has("name"));
    }

    [Fact]
    public async Task A_blank_behind_a_name_is_forgiven()
    {
        var name = Unique.Name();
        var registered = await shared.Server.Call(HttpMethod.Post, "/api/register", new { name = name + " ", password = TestUser.GoodPassword });
        Assert.Equal(name, registered.Is(201).Field("user").Text("name"));
        (await shared.Server.Call(HttpMethod.Post, "/api/login", new { name = $" {name}\t", password = TestUser.GoodPassword })).Is(200);
        (await shared.Server.Call(HttpMethod.Post, "/api/register", new { name, password = TestUser.GoodPassword })).Refused(409, "name_taken");
    }

    [Fact]
    public async Task An_older_database_gets_the_skeletons_of_its_rooms_and_keeps_their_names()
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var (first, twin) = (await ada.CreateRoom("scope"), await ada.CreateRoom("other"));
        await server.Stop();
        StoreFolder.Execute(new StoreFiles(server.DataPath).Database, $"""
            update rooms set name = 'sсо{'\u200B'}pe', name_key = 'sсо{'\u200B'}pe' where name = 'other';
            drop index rooms_by_skeleton;
            alter table rooms drop column skeleton;
            delete from __EFMigrationsHistory where MigrationId like '%NameSkeletons';
            """);
        await server.Restart();

        Assert.Equal("sсо\u200Bpe", (await ada.Get($"/api/rooms/{twin}")).Is(200).Text("name"));
        Assert.Equal("sсо\u200Bpe", (await ada.Patch($"/api/rooms/{twin}", new { topic = "still here", name = "sсо\u200Bpe" })).Is(200).Text("name"));
        (await ada.Post("/api/rooms", new { name = "ѕcope" })).Refused(409, "name_taken");
        (await ada.Patch($"/api/rooms/{first}", new { name = "scope" })).Is(200);
        await server.Stop();
        // The name was changed behind the log's back, which is told; that it is an older one is no fault.
        Assert.All(StoreVerifier.Verify(server.DataPath).Findings, static finding => Assert.Contains("last given", finding.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whether_a_name_is_taken_is_looked_up_by_indexes()
    {
        await using var store = await TestStore.Start();
        foreach (var (column, index) in new[] { ("name_key", "rooms_public_name"), ("skeleton", "rooms_by_skeleton") })
        {
            var plan = await store.Database.Read(
                connection => connection.All($"explain query plan select 1 from rooms where {column} = $1 and private = 0 and deleted_at is null and id <> $2", static row => row.GetString(3), "x", Guid.Empty),
                TestContext.Current.CancellationToken);
            Assert.Contains(plan, line => line.Contains(index, StringComparison.Ordinal));
        }
    }
}
