using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

public sealed class MessageLogTests
{
    private readonly Feed _garden = new();

    [Fact]
    public async Task The_log_is_one_by_name_and_can_be_scrolled_by_keyboard()
    {
        await using var circuit = Shown();

        var log = circuit.Find("[role=log]");
        Assert.Equal(("Messages in garden", "0"), (log.GetAttribute("aria-label"), log.GetAttribute("tabindex")));
    }

    [Fact]
    public async Task An_empty_room_shows_its_start_with_its_topic()
    {
        await using var circuit = Shown();
        Assert.Equal("garden This is the start of the room.", circuit.Find(".log-start").Said());

        await circuit.Feed(_garden.Event(1, EventKinds.Topic) with { From = Feed.Ben, Topic = "Everything that grows" });
        Assert.Equal("garden Everything that grows", circuit.Find(".log-start").Said());
    }

    [Fact]
    public async Task Who_is_alone_in_a_room_is_asked_to_invite_somebody_until_he_is_not()
    {
        await using var circuit = Shown(members: 1);
        Assert.Equal(["Invite somebody"], circuit.Said(".log-start button"));

        await circuit.Feed(_garden.Joined(1, Feed.Ben));

        Assert.Empty(circuit.All(".log-start button"));
    }

    [Fact]
    public async Task Who_may_invite_nobody_is_not_asked_to()
    {
        await using var circuit = Shown(members: 1, isPrivate: true);
        Assert.Empty(circuit.All(".log-start button"));
    }

    [Fact]
    public async Task What_comes_is_shown_in_order_with_days_notices_and_authors()
    {
        await using var circuit = Shown();
        await Look(circuit, atEnd: true);

        await circuit.Feed(_garden.Joined(1, Feed.Cleo), _garden.Message(2, text: "Frost tonight?"), _garden.Message(3, text: "Cover the tomatoes."), _garden.Message(4, Feed.Ada, "Done."));

        Assert.Equal(["Today", "cleo joined", "ben 09:41 Frost tonight?", "09:41 Cover the tomatoes.", "ada 09:41 Done."], circuit.Said(".log-rows > :not(.log-start)"));
        Assert.Equal(["ada 09:41 Done."], circuit.Said(".mine"));
    }

    [Fact]
    public async Task Times_are_those_of_the_readers_zone()
    {
        await using var circuit = Shown();
        await circuit.Feed(_garden.Message(1));

        await circuit.Do(() => circuit.State.SetZone("Asia/Tokyo"));

        Assert.Equal("18:41", circuit.Find("time").Said());
    }

    [Fact]
    public async Task Rows_that_exist_but_are_not_held_are_asked_for_where_they_would_stand()
    {
        await using var circuit = Shown(last: 80);
        Assert.True(circuit.Find(".log").HasAttribute("data-older"));
        Assert.NotNull(circuit.Find(".log-rows > .log-gap:first-child .skeleton-rows"));
        Assert.Empty(circuit.All(".log-start"));

        var room = circuit.State.Find(_garden.Room)!;
        room.Window.AddOlder(_garden.Messages(1, 80), first: 1);
        room.Window.Detach();
        await circuit.Do(circuit.State.Touch);

        Assert.False(circuit.Find(".log").HasAttribute("data-older"));
        Assert.True(circuit.Find(".log").HasAttribute("data-newer"));
        Assert.NotNull(circuit.Find(".log-rows > .log-gap:last-child .skeleton-rows"));
    }

    [Fact]
    public async Task A_page_that_could_not_be_had_says_so_where_it_would_stand_until_it_is_asked_for_again()
    {
        await using var circuit = Shown(last: 80);
        circuit.State.Find(_garden.Room)!.PageRefusal = new Refusal(ErrorCodes.Unavailable, "The store can't be reached.");
        await circuit.Do(circuit.State.Touch);
        Assert.Equal("Older messages couldn't be loaded: The store can't be reached. Try again", circuit.Find(".log-gap [role=alert]").Said());
        Assert.Empty(circuit.All(".log-gap .skeleton-rows"));

        await circuit.Do(() => circuit.Session.Start(circuit.Do));
        await circuit.Click("Try again");

        Assert.NotNull(circuit.Find(".log-gap .skeleton-rows"));
    }

    [Fact]
    public async Task Who_reads_older_rows_is_told_how_many_came_and_gets_to_them()
    {
        await using var circuit = Shown();
        await circuit.Feed(_garden.Message(1));
        Assert.Empty(circuit.All(".to-end"));

        await Look(circuit, atEnd: false);
        Assert.True(circuit.Has("Newest messages"));
        await circuit.Feed(_garden.Message(2), _garden.Message(3));
        Assert.True(circuit.Has("2 new messages"));

        await circuit.Click("2 new messages");
        Assert.Empty(circuit.All(".to-end"));
        Assert.Contains(circuit.Browser.Invocations, static call => call.Identifier == "toEnd");
    }

    [Fact]
    public async Task A_line_says_what_is_new_and_stays_while_one_reads()
    {
        await using var circuit = Shown();
        await Look(circuit, atEnd: true);
        await circuit.Feed(_garden.Message(1));
        await Look(circuit, atEnd: true, visible: false);

        await circuit.Feed(_garden.Message(2), _garden.Message(3));
        await Look(circuit, atEnd: true);

        Assert.Equal(["day", "row head", "new-line", "row head", "row"], circuit.All(".log-rows > :not(.log-start)").Select(static row => row.ClassName?.Trim()));
        Assert.Equal(0, circuit.State.Unread);
    }

    [Fact]
    public async Task An_own_message_is_the_same_element_before_and_after_it_is_confirmed()
    {
        await using var circuit = Shown();
        circuit.State.Find(_garden.Room)!.AddPending(Feed.Pending("a", "Done.", circuit.State.Now));
        await circuit.Do(circuit.State.Touch);
        Assert.Equal("Sending", circuit.Find("[data-key=na] .row-state").Said());

        await circuit.Feed(_garden.Message(1, Feed.Ada, "Done.", nonce: "a"));

        Assert.Empty(circuit.All("[data-key=na] .row-state"));
        Assert.Single(circuit.All("article"));
    }

    [Fact]
    public async Task A_refused_message_can_be_discarded()
    {
        await using var circuit = Shown();
        circuit.State.Find(_garden.Room)!.AddPending(Feed.Pending("a", "Done.") with { Refusal = new Refusal(ErrorCodes.TooLong, "It is too long.") });
        await circuit.Do(circuit.State.Touch);

        await circuit.Click("Discard");

        Assert.Empty(circuit.All("article"));
    }

    [Fact]
    public async Task A_message_that_waited_since_yesterday_can_be_shown()
    {
        await using var circuit = Shown();
        await circuit.Feed(_garden.Message(1, at: Feed.Morning.AddDays(-1)), _garden.Message(2, Feed.Ada, nonce: "a", at: Feed.Morning));

        circuit.State.Find(_garden.Room)!.AddPending(Feed.Pending("b", at: Feed.Morning.AddHours(-12)));
        await circuit.Do(circuit.State.Touch);

        Assert.Equal(["Yesterday", "Today"], circuit.Said(".day"));
        Assert.Equal(3, circuit.All("article").Count);
    }

    [Fact]
    public async Task A_log_that_is_left_lets_its_script_go()
    {
        await using var circuit = Shown();

        circuit.Show<TypingLine>(line => line.Add(l => l.Room, circuit.State.Find(_garden.Room)!));
        await circuit.DisposeAsync();

        Assert.Contains(circuit.Browser.Invocations, static call => call.Identifier == "dispose");
    }

    private Circuit Shown(long last = 0, int members = 2, bool isPrivate = false)
    {
        var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(last, members: members, isPrivate: isPrivate)));
        circuit.Show<MessageLog>(log => log.Add(l => l.Room, circuit.State.Find(_garden.Room)!));
        return circuit;
    }

    private static Task Look(Circuit circuit, bool atEnd, bool visible = true) => circuit.Do(() => circuit.Component<MessageLog>().Look(atEnd, visible));
}
