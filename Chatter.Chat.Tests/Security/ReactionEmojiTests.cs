using System.Text.Json;
using Chatter.Chat.Protocol;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>A reaction is exactly one emoji of the table: nothing unseen, no sign that is none, no row of them.</summary>
public sealed class ReactionEmojiTests(SharedServer shared)
{
    public static TheoryData<string> NoEmoji =>
    [
        "\u200D", "\u200B", "\u2060", "\uFE0F", "\uFE0F\uFE0F", "\u00AD", "\u034F", "\u3164", "\u2800", "\u115F", "\U000E0041", "\U0001F3F4\U000E0041", "👍\u200B", "\u200D👍", "👍\u200D",
        "👍👎😀", "👍👎", string.Concat(Enumerable.Repeat("😀", 16)), "—", "₿", "√∞≠", "№", "１２３", "1", "#", "*", "a", "Ω", "中", "\uFFFE", "\uFFFF", "\U0001FFFE", "\U0001F3FB", "\U0001F1E9",
        "👍\U0001F3FB\U0001F3FB", "😀\U0001F3FB", "👪\u200D👪", "\U0001F321\u200D\U0001F321",
    ];

    [Theory]
    [MemberData(nameof(NoEmoji))]
    public void What_is_not_one_emoji_is_none(string emoji) => Assert.False(Text.IsEmoji(emoji));

    [Theory]
    [InlineData("👍", "👍")]
    [InlineData("👍\uFE0F", "👍")]
    [InlineData("❤", "❤\uFE0F")]
    [InlineData("❤\uFE0F", "❤\uFE0F")]
    [InlineData("1\u20E3", "1\uFE0F\u20E3")]
    [InlineData("#\uFE0F\u20E3", "#\uFE0F\u20E3")]
    [InlineData("ℹ", "ℹ\uFE0F")]
    [InlineData("👍🏽", "👍🏽")]
    [InlineData("☝🏽", "☝🏽")]
    [InlineData("🕵🏽\u200D♀", "🕵🏽\u200D♀\uFE0F")]
    [InlineData("🧑🏻\u200D🤝\u200D🧑🏿", "🧑🏻\u200D🤝\u200D🧑🏿")]
    [InlineData("🫱🏻\u200D🫲🏿", "🫱🏻\u200D🫲🏿")]
    [InlineData("👩\u200D❤\u200D💋\u200D👨", "👩\u200D❤\uFE0F\u200D💋\u200D👨")]
    [InlineData("👨\u200D👩\u200D👧\u200D👦", "👨\u200D👩\u200D👧\u200D👦")]
    [InlineData("🇩🇪", "🇩🇪")]
    [InlineData("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F", "🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F")]
    public void An_emoji_is_the_same_with_and_without_variation_selectors(string sent, string kept) => Assert.Equal(kept, EmojiTable.Find(sent));

    [Fact]
    public void Each_form_in_the_table_is_found_as_itself() =>
        Assert.All(EmojiTable.Bases(), static row => Assert.Equal(row.Emoji, EmojiTable.Find(row.Emoji)));

    [Fact]
    public async Task A_reaction_that_is_none_is_refused_over_the_socket()
    {
        var (ada, _, room) = await shared.Two();
        await using var socket = await ada.Connect();
        var target = (await socket.Say(room, "frost")).Id();
        var count = 0;
        foreach (var row in NoEmoji) await socket.Refused(new { type = "react", room, target, emoji = row.Data, on = true, nonce = $"n{count++}" }, "invalid");
    }

    [Fact]
    public async Task Two_forms_of_an_emoji_are_one_reaction()
    {
        var (ada, ben, room) = await shared.Two();
        await using var hers = await ada.Connect();
        await using var his = await ben.Connect();
        var target = (await hers.Say(room, "frost")).Id();

        await React(hers, room, target, "❤", true);
        await React(his, room, target, "❤\uFE0F", true);
        var reaction = Assert.Single(await Reactions(ada, room, target));
        Assert.Equal(("❤\uFE0F", 2L), (reaction.Text("emoji"), reaction.Number("count")));

        await React(hers, room, target, "❤\uFE0F", false);
        await React(his, room, target, "❤", false);
        Assert.Empty(await Reactions(ada, room, target));
    }

    [Theory]
    [InlineData("—")]
    [InlineData("❤")]
    public async Task An_older_reaction_is_still_shown_and_can_be_taken_back(string old)
    {
        await using var server = await ChatServer.Start();
        var ada = await server.User();
        var room = await ada.CreateRoom();
        await using var socket = await ada.Connect();
        var target = (await socket.Say(room, "frost")).Id();
        await React(socket, room, target, "👍", true);
        await server.Stop();
        StoreFolder.Execute(new StoreFiles(server.DataPath).Database, $"update reactions set emoji = '{old}'");
        await server.Restart();
        await using var again = await ada.Connect();
        Assert.Equal(old, Assert.Single(await Reactions(ada, room, target)).Text("emoji"));

        await React(again, room, target, old, false);

        Assert.Empty(await Reactions(ada, room, target));
    }

    private static async Task React(RawSocket socket, string room, string target, string emoji, bool on)
    {
        var nonce = Unique.Nonce();
        await socket.Send(new { type = "react", room, target, emoji, on, nonce });
        await socket.Answer("sent", nonce);
    }

    private static async Task<IReadOnlyList<JsonElement>> Reactions(TestUser reader, string room, string id)
    {
        var shown = (await reader.Get($"/api/rooms/{room}/events/{id}")).Is(200).Field("event");
        return shown.TryGetProperty("reactions", out var reactions) ? [.. reactions.EnumerateArray()] : [];
    }
}
