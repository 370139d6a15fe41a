using Chatter.App.Components.Messages;
using Chatter.App.Session;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

public sealed class LogMessageTests
{
    private static readonly MessageRow Row = new("e1", Feed.Ben, Head: true, Mine: false, "Frost tonight?", "09:41", "Tuesday, 24 November 2026, 09:41:00");

    [Fact]
    public async Task The_first_of_a_group_says_who_wrote_it_and_when()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row));

        Assert.Equal("ben 09:41 Frost tonight?", circuit.Text);
        Assert.Equal(Row.FullTime, circuit.Find("time").GetAttribute("title"));
        Assert.Equal("e1", circuit.Find("article").GetAttribute("data-key"));
        Assert.Equal("auto", circuit.Find(".text").GetAttribute("dir"));
    }

    [Fact]
    public async Task The_others_have_their_time_in_the_gutter_and_no_author()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Head = false }));

        Assert.Equal("09:41 Frost tonight?", circuit.Text);
        Assert.Empty(circuit.All(".author, .avatar"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ones_own_are_told_apart_from_those_of_others(bool mine)
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Mine = mine }));

        Assert.Equal(mine, circuit.Find("article").ClassList.Contains("mine"));
    }

    [Fact]
    public async Task A_text_is_text_whatever_is_in_it()
    {
        await using var circuit = Circuit.Fed();
        const string Text = "<img src=x onerror=alert(1)> & <b>bold</b>\n javascript:alert(1)";

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Text = Text }));

        Assert.Equal(Text, circuit.Find(".text").TextContent);
        Assert.Empty(circuit.Find(".text").Children);
    }

    [Fact]
    public async Task An_address_opens_elsewhere_and_tells_nobody_where_it_was_found()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Text = "See https://example.org/frost." }));

        var link = circuit.Find(".text a");
        Assert.Equal(("https://example.org/frost", "_blank", "noopener noreferrer nofollow"), (link.GetAttribute("href"), link.GetAttribute("target"), link.GetAttribute("rel")));
        Assert.Equal("See https://example.org/frost.", circuit.Find(".text").TextContent);
    }

    [Fact]
    public async Task A_deleted_message_says_so()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Text = null }));

        Assert.Equal("This message was deleted", circuit.Find(".text.deleted").Said());
    }

    [Theory]
    [InlineData(Delivery.Confirmed, "", false)]
    [InlineData(Delivery.Waiting, "Sending", true)]
    [InlineData(Delivery.WaitingLong, "Waiting for connection", true)]
    public async Task It_says_how_far_it_is(Delivery delivery, string said, bool pale)
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Mine = true, Delivery = delivery, Nonce = "a" }));

        Assert.Equal(said, string.Concat(circuit.Said(".row-state")));
        Assert.Equal(pale, circuit.Find("article").ClassList.Contains("waiting"));
    }

    [Fact]
    public async Task A_refused_message_says_why_and_can_be_tried_again_or_discarded()
    {
        await using var circuit = Circuit.Fed();
        var done = new List<string>();
        var refused = Row with { Mine = true, Delivery = Delivery.Refused, Nonce = "a", Refusal = new Refusal(ErrorCodes.NotAMember, "You aren't in this room.") };

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, refused).Add(m => m.OnTryAgain, nonce => done.Add("again " + nonce)).Add(m => m.OnDiscard, nonce => done.Add("discard " + nonce)));
        await circuit.Click("Try again");
        await circuit.Click("Discard");

        Assert.StartsWith("Not sent: You aren't in this room.", circuit.Find(".row-state.refused").Said(), StringComparison.Ordinal);
        Assert.Equal(["again a", "discard a"], done);
    }

    [Fact]
    public async Task A_row_has_nothing_of_MudBlazor()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Delivery = Delivery.Refused, Nonce = "a" }));

        Assert.DoesNotContain("mud", circuit.Find("article").OuterHtml, StringComparison.OrdinalIgnoreCase);
    }
}
