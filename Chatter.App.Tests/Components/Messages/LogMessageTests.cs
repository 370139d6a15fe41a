using Bunit;
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

    [Fact]
    public async Task An_edited_message_says_so_and_shows_on_request_what_it_said()
    {
        await using var circuit = Circuit.Fed();
        var asked = new List<MessageRow>();
        var row = Row with { Seq = 5, Edited = "Tuesday, 24 November 2026, 09:50:00" };

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, row).Add(m => m.OnHistory, asked.Add));

        Assert.Equal("Edited on Tuesday, 24 November 2026, 09:50:00", circuit.Find(".edited").GetAttribute("title"));
        await circuit.Click("edited");
        Assert.Equal([row], asked);
    }

    [Fact]
    public async Task Reactions_say_who_and_whether_one_is_among_them()
    {
        await using var circuit = Circuit.Fed();
        var pressed = new List<string>();
        ReactionInfo[] reactions = [new("👍", 12, true, [Feed.Ben, Feed.Cleo]), new("🥶", 1, false, [Feed.Ben])];

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Seq = 5, Reactions = reactions }).Add(m => m.OnReact, react => pressed.Add(react.Emoji)));

        Assert.Equal([("👍 12", "true", "ben, cleo and 10 more"), ("🥶 1", "false", "ben")], circuit.All(".reaction").Select(static r => (r.Said(), r.GetAttribute("aria-pressed")!, r.GetAttribute("title")!)));
        await circuit.Click("🥶 1, ben");
        Assert.Equal(["🥶"], pressed);
    }

    [Theory]
    [InlineData("ben", "Frost tonight?", "ben Frost tonight?")]
    [InlineData("ben", null, "ben This message was deleted")]
    public async Task An_answer_leads_to_what_it_answers(string author, string? text, string said)
    {
        await using var circuit = Circuit.Fed();
        var gone = new List<Quote>();
        var quote = new Quote(Guid.CreateVersion7(), 3, author, text);

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Quote = quote }).Add(m => m.OnGoTo, gone.Add));

        Assert.Equal(said, circuit.Find("button.quote").Said());
        await circuit.Find("button.quote").ClickAsync(new());
        Assert.Equal([quote], gone);
    }

    [Fact]
    public async Task A_quote_of_which_nothing_is_known_leads_nowhere()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Quote = new Quote(Guid.CreateVersion7(), null, null, null) }));

        Assert.Equal("A message that is gone", circuit.Find("p.quote").Said());
        Assert.Empty(circuit.All("button.quote"));
    }

    [Theory]
    [InlineData(5L, true, true, "react reply link forward pin save edit delete")]
    [InlineData(5L, false, true, "react reply link forward pin save delete")]
    [InlineData(5L, false, false, "react reply link forward pin save")]
    [InlineData(null, true, true, null)]
    public async Task The_tools_are_those_that_one_has_a_right_to(long? seq, bool mine, bool mayDelete, string? can)
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<LogMessage>(message => message.Add(m => m.Row, Row with { Seq = seq, Mine = mine, MayDelete = mayDelete }));

        Assert.Equal(can, circuit.Find("article").GetAttribute("data-can"));
    }
}
