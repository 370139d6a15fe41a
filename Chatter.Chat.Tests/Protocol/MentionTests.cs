using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.Chat.Tests.Protocol;

public sealed class MentionTests
{
    [Theory]
    [InlineData("@ada", true)]
    [InlineData("Thanks, @Ada!", true)]
    [InlineData("(@ada)", true)]
    [InlineData("see @ada.", true)]
    [InlineData("@ada: look", true)]
    [InlineData("**@ada**", true)]
    [InlineData("@here", true)]
    [InlineData("good news @ALL", true)]
    [InlineData("@ben and @ada", true)]
    [InlineData("ada", false)]
    [InlineData("@adam", false)]
    [InlineData("@ada_l", false)]
    [InlineData("ben@ada", false)]
    [InlineData("ben@ada.example", false)]
    [InlineData("https://example.org/@ada", false)]
    [InlineData("@@ada", false)]
    [InlineData("@ ada", false)]
    [InlineData("@allofyou", false)]
    [InlineData("@", false)]
    [InlineData("`@ada`", false)]
    [InlineData("`code` @ada", true)]
    [InlineData("`open @ada", true)]
    [InlineData("``a ` @ada``", false)]
    [InlineData("``a ` @ada", true)]
    [InlineData("``a ` @ada`", false)]
    [InlineData("```\n@ada\n```", false)]
    [InlineData("> @ada", false)]
    [InlineData("hm\n  > @ada said\nyes", false)]
    [InlineData("> @ben\n@ada?", true)]
    [InlineData("1 > 0, @ada", true)]
    [InlineData("```\n@ada", false)]
    [InlineData("```\n@ben\n```\n@ada", true)]
    public void Who_is_mentioned(string text, bool mentioned) => Assert.Equal(mentioned, Mention.Names(text, "ada"));

    [Fact]
    public void All_who_are_mentioned_are_named_in_their_order()
    {
        var names = new List<string>();
        foreach (var name in Mention.In("@ben, `@cleo` and @Ada. @ben@dave @all")) names.Add(name.ToString());
        Assert.Equal(["ben", "Ada", "ben", "all"], names);
    }

    [Theory]
    [InlineData("@wilhelmina.von-der-marwitz_1893 hello", 32)]
    [InlineData("@ada...", 4)]
    [InlineData("@a", 0)]
    [InlineData("@abcdefghijklmnopqrstuvwxyz0123456", 0)]
    public void A_name_is_as_long_as_names_can_be(string text, int length) => Assert.Equal(length, Mention.Length(text, 0));
}
