using System.Text.Json;
using Chatter.App.Tests.Docs;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Emoji;

/// <summary>What tools/emoji.mjs made is fit for the browser and for the server.</summary>
public sealed class EmojiDataTests
{
    private static readonly string Json = Repository.Read("Chatter.App/wwwroot/emoji/en.json");

    private static readonly IReadOnlyList<JsonElement> Groups = [.. JsonSerializer.Deserialize<JsonElement>(Json).EnumerateArray()];

    private static readonly IReadOnlyList<JsonElement> Rows = [.. Groups.SelectMany(static group => group.GetProperty("emoji").EnumerateArray())];

    [Fact]
    public void There_are_all_groups_and_all_emoji()
    {
        Assert.Equal(
            ["Smileys and emotion", "People and body", "Animals and nature", "Food and drink", "Travel and places", "Activities", "Objects", "Symbols", "Flags"],
            Groups.Select(static group => group.GetProperty("name").GetString()));
        Assert.InRange(Rows.Count, 1_900, 2_500);
        Assert.Equal(("😀", "grinning face"), (Rows[0][0].GetString(), Rows[0][1].GetString()));
    }

    [Fact]
    public void The_server_takes_each_as_a_reaction_and_none_is_there_twice()
    {
        var emoji = Rows.Select(static row => row[0].GetString()!).ToList();

        Assert.All(emoji, static one => Assert.True(Text.IsEmoji(one), one));
        Assert.Distinct(emoji);
        Assert.Distinct(emoji.Select(static one => one.Replace("\uFE0F", "", StringComparison.Ordinal)));
        Assert.Distinct(Rows.Select(static row => row[1].GetString()));
    }

    [Fact]
    public void The_server_and_the_app_have_the_same_table()
    {
        var server = Repository.Read("Chatter.Chat/Protocol/Data/emoji.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] != '+');
        var app = Rows.Select(static row => row.GetArrayLength() > 4 && row[4].GetInt32() > 0 ? $"{row[0].GetString()}\t{row[4].GetInt32()}" : row[0].GetString()!);
        Assert.Equal(app.Order(StringComparer.Ordinal), server.Order(StringComparer.Ordinal));
        // And each is what the server keeps, so that a click on a reaction is the same reaction.
        Assert.All(Rows, static row => Assert.Equal(row[0].GetString(), EmojiTable.Find(row[0].GetString())));
    }

    [Fact]
    public void Skin_tones_leave_them_within_what_the_server_takes()
    {
        var toned = Rows.Where(static row => row.GetArrayLength() > 4 && row[4].GetInt32() > 0).ToList();

        Assert.InRange(toned.Count, 250, 500);
        // A tone is two code units, and there are at most two of them.
        Assert.All(toned, static row => Assert.InRange(row[0].GetString()!.Length, 1, Text.MaxEmoji - 4));
    }

    [Fact]
    public void A_shortcode_means_one_emoji_and_can_be_typed()
    {
        var codes = Rows.SelectMany(static row => row[2].GetString()!.Split(' ')).ToList();

        Assert.All(codes, static code => Assert.Matches("^[a-z0-9_+-]+$", code));
        Assert.Distinct(codes);
        Assert.All(
            new[] { ("smile", "😄"), ("+1", "👍"), ("thumbsup", "👍"), ("tada", "🎉"), ("heart", "❤️"), ("eyes", "👀"), ("rocket", "🚀"), ("de", "🇩🇪") },
            static known => Assert.Equal(known.Item2, Rows.Single(row => row[2].GetString()!.Split(' ').Contains(known.Item1))[0].GetString()));
    }

    [Fact]
    public void It_is_small() => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(Json), 1, 130 * 1024);
}
