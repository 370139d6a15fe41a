using Chatter.Chat.Protocol;
using CsCheck;
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

    /// <summary>The reader keeps what it knows of the text before, so that a text of nothing but signs takes it no longer; what it finds is what one finds who looks back each time.</summary>
    [Fact]
    public void What_it_keeps_in_mind_changes_nothing()
    {
        string[] pieces = ["@ada", "@ben", "`", "``", "```", ">", " ", "   ", "\n", "\n> ", "x", "`````"];
        Gen.Int[0, pieces.Length - 1].Array[0, 40].Select(chosen => string.Concat(chosen.Select(piece => pieces[piece]))).Sample(
            text =>
            {
                var found = new List<string>();
                foreach (var name in Mention.In(text)) found.Add(name.ToString());
                Assert.Equal(LookingBack(text), found);
            },
            iter: 20_000);
    }

    private static List<string> LookingBack(string text)
    {
        var names = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '`') at = AfterCode(text, at);
            else if (text[at] == '>') at = AfterQuote(text, at);
            else if (text[at] == '@' && Mention.Length(text, at) is > 0 and var length)
            {
                names.Add(text.Substring(at + 1, length - 1));
                at += length;
            }
            else at++;
        }
        return names;
    }

    private static int AfterQuote(string text, int at)
    {
        var begin = text.LastIndexOf('\n', at) + 1;
        if (at - begin > 3 || text[begin..at].Any(static c => c != ' ')) return at + 1;
        return text.IndexOf('\n', at) is >= 0 and var end ? end + 1 : text.Length;
    }

    private static int AfterCode(string text, int at)
    {
        var run = Run(text, at);
        for (var end = text.IndexOf('`', at + run); end >= 0; end = text.IndexOf('`', end))
        {
            var other = Run(text, end);
            end += other;
            if (other == run) return end;
            if (end >= text.Length) break;
        }
        return run >= 3 && (at == 0 || text[at - 1] == '\n') ? text.Length : at + run;
    }

    private static int Run(string text, int at) => text[at..].TakeWhile(static c => c == '`').Count();
}
