using Chatter.App.Session;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData("see https://example.org/frost for more", "https://example.org/frost")]
    [InlineData("HTTPS://EXAMPLE.ORG", "https://example.org/")]
    [InlineData("https://example.org/a?b=c&d=%20#e.", "https://example.org/a?b=c&d=%20#e")]
    [InlineData("(https://example.org/frost)", "https://example.org/frost")]
    [InlineData("(see https://example.org/frost.)", "https://example.org/frost")]
    [InlineData("https://example.org/a_(b)", "https://example.org/a_(b)")]
    [InlineData("\"https://example.org\"!", "https://example.org/")]
    [InlineData("http://localhost:8080/x,", "http://localhost:8080/x")]
    public void A_web_address_can_be_opened_without_the_punctuation_around_it(string text, string address) =>
        Assert.Equal(address, Assert.Single(Addresses(text)));

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("ftp://example.org")]
    [InlineData("xhttps://example.org")]
    [InlineData("https://")]
    [InlineData("example.org")]
    [InlineData("")]
    public void Nothing_else_can(string text) => Assert.Empty(Addresses(text));

    [Fact]
    public void Several_addresses_stand_between_their_text()
    {
        Assert.Equal(
            [new("a ", null), new("https://b.example", "https://b.example/"), new(", ", null), new("http://c.example/d", "http://c.example/d"), new(".", null)],
            MessageText.Parts("a https://b.example, http://c.example/d."));
    }

    [Fact]
    public void The_parts_are_the_text_whatever_it_is()
    {
        var pieces = Gen.OneOf(Gen.OneOf("https://", "http://a.example", ")", "(", ".", "\"", " ", "\n", "<b>", "&amp;", "@", ":", "é", "🌱", "javascript:"), Gen.String[0, 5]);
        pieces.Array[0, 12].Select(string.Concat).Sample(static text =>
        {
            var parts = MessageText.Parts(text).ToList();
            Assert.Equal(text, string.Concat(parts.Select(static part => part.Text)));
            Assert.All(parts, static part => Assert.NotEmpty(part.Text));
            Assert.All(parts, static part => Assert.True(part.Address is null || new Uri(part.Address).Scheme is "http" or "https"));
        });
    }

    private static List<string> Addresses(string text) => [.. MessageText.Parts(text).Select(static part => part.Address).OfType<string>()];
}
