using Chatter.App.Markup;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Markup;

public sealed class PlainMessageTests
{
    [Theory]
    [InlineData("frost tonight", "frost tonight")]
    [InlineData("**frost** _tonight_ ~~no~~", "frost tonight no")]
    [InlineData("`sh` then\n```sh\ndone\n```\nyes", "sh then done yes")]
    [InlineData("> quoted\n\nanswer", "quoted answer")]
    [InlineData("- one\n- two", "one two")]
    [InlineData("see [the **plan**](https://example.org/plan) or https://example.org", "see the plan or https://example.org")]
    [InlineData("**@ada** look", "@ada look")]
    [InlineData("2 * 3 * 4", "2 * 3 * 4")]
    public void A_message_is_read_without_its_marks(string text, string read) =>
        Assert.Equal(read, string.Join(' ', PlainMessage.Of(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Whatever_is_written_something_is_read_and_no_more_than_was_written() =>
        Gen.String[Gen.Char["ab*_~`>[]()@-1.\n \\"], 1, 200].Sample(static text => Assert.InRange(PlainMessage.Of(text).Count(char.IsLetterOrDigit), 0, text.Length), iter: 5_000);
}
