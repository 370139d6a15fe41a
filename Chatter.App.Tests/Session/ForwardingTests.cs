using Chatter.App.Session;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class ForwardingTests
{
    private const string Address = "https://chat.example/rooms/0198?at=7";

    private readonly Feed _feed = new();

    [Fact]
    public void A_message_is_quoted_with_its_author_its_room_and_where_it_is() =>
        Assert.Equal($"> frost\n> tonight\n> — ben in garden: {Address}", Forwarding.Write(_feed.Message(7, text: "frost\ntonight"), "garden", Address, comment: " "));

    [Fact]
    public void What_is_said_of_it_stands_above() =>
        Assert.Equal($"See this:\n\n> frost\n> — ben: {Address}", Forwarding.Write(_feed.Message(7, text: "frost"), null, Address, "See this:\n"));

    [Fact]
    public void The_text_is_the_one_that_it_has_now() =>
        Assert.StartsWith("> no frost\n", Forwarding.Write(_feed.Message(7) with { Edited = new EditInfo(8, Feed.Morning, "no frost") }, null, Address, null), StringComparison.Ordinal);

    [Fact]
    public void It_fits_into_a_message_and_calls_nobody() =>
        Gen.Select(Gen.String[Gen.Char["a@\n`> ä"], 0, 8_000], Gen.Int[0, 1_000]).Sample((text, comment) =>
        {
            var forwarded = Forwarding.Write(_feed.Message(7, text: text + "@ada @all"), new string('r', 80), Address, new string('c', comment));
            Assert.InRange(forwarded.Length, 1, Limits.MaxText);
            Assert.True(forwarded.Length < 2_000 || forwarded.EndsWith(Address, StringComparison.Ordinal));
            Assert.False(Mention.Names(forwarded, "ada"));
        }, iter: 2_000);
}
