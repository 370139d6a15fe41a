using Bunit;
using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Pages;

public sealed class RoomPageTests(SharedServer shared)
{
    private readonly Feed _garden = new();
    private readonly Feed _kitchen = new("kitchen");

    [Fact]
    public async Task Before_anything_is_known_it_has_the_shape_of_a_room_and_nothing_to_do()
    {
        await using var circuit = Circuit.Fed();

        Show(circuit, _garden.Room);

        Assert.Equal("Chatter", circuit.Title);
        Assert.True(circuit.Control("Message").HasAttribute("disabled"));
        Assert.False(circuit.Has("Join room"));
    }

    [Fact]
    public async Task The_title_has_the_room_and_what_is_unread_anywhere()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(), _kitchen.Entry()));
        Show(circuit, _garden.Room);
        await circuit.See(() => Assert.Equal("garden · Chatter", circuit.Title));

        await circuit.Feed(_kitchen.Message(1), _kitchen.Message(2));

        Assert.Equal("(2) garden · Chatter", circuit.Title);
    }

    [Fact]
    public async Task It_reads_the_newest_page_and_pages_back_and_writes()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        for (var i = 1; i <= 60; i++) await user.Say(room, $"message {i}");
        await using var circuit = await Circuit.Of(user);

        Show(circuit, Guid.Parse(room));
        await circuit.See(() => Assert.Equal(50, circuit.All("article").Count));
        await circuit.Do(() => circuit.Component<MessageLog>().Older());
        Assert.Equal(60, circuit.All("article").Count);
        Assert.Equal("This is the start of the room.", circuit.Find(".log-start p").Said());

        await circuit.Do(() => circuit.Component<Composer>().Send(Unique.Nonce(), "message 61", 0, null));
        await circuit.See(() => Assert.Equal(Enumerable.Range(1, 61).Select(static i => $"message {i}"), circuit.Said(".text")));
    }

    [Fact]
    public async Task What_is_seen_to_its_end_is_read_everywhere()
    {
        var owner = await shared.Server.User();
        var user = await shared.Server.User();
        var room = await owner.CreateRoom();
        await user.Join(room);
        await owner.Say(room, "hello");
        await using var phone = await user.Connect();
        await using var circuit = await Circuit.Of(user);
        Show(circuit, Guid.Parse(room));
        await circuit.Says("hello");
        await circuit.See(() => Assert.StartsWith("(1) ", circuit.Title, StringComparison.Ordinal));

        await circuit.Do(() => circuit.Component<MessageLog>().Look(atEnd: true, visible: true));

        await circuit.See(() => Assert.DoesNotContain("(", circuit.Title, StringComparison.Ordinal));
        Assert.Equal((3, 0), ((await phone.Next("read")).Number("seq"), circuit.State.Unread));
    }

    [Fact]
    public async Task The_members_are_shown_and_hidden()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await using var circuit = await Circuit.Of(user);
        Show(circuit, Guid.Parse(room));

        await circuit.Click("Members");
        await circuit.See(() => Assert.Contains(user.Name, circuit.Find("aside").Said(), StringComparison.Ordinal));
        Assert.Equal("true", circuit.Control("Members").GetAttribute("aria-expanded"));

        await circuit.Click("Close members");
        Assert.Empty(circuit.All("aside"));
    }

    [Theory]
    [InlineData(UnsubscribedReasons.Removed, "You were removed from garden")]
    [InlineData(UnsubscribedReasons.Deleted, "garden was deleted")]
    [InlineData(UnsubscribedReasons.Left, "You left garden")]
    [InlineData(UnsubscribedReasons.Unknown, "You aren't in this room")]
    public async Task A_room_that_is_lost_says_why_and_so_says_no_other_room(string reason, string said)
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        Show(circuit, _garden.Room);

        await circuit.Feed(new UnsubscribedFrame(_garden.Room, reason));
        Assert.Equal(said, circuit.Find("h1").Said());
        Assert.True(circuit.Has("Join room"));

        await Go(circuit, _kitchen.Room);
        Assert.Equal("You aren't in this room", circuit.Find("h1").Said());
    }

    [Fact]
    public async Task Who_is_let_in_again_sees_the_room_at_once()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        Show(circuit, _garden.Room);
        await circuit.Feed(new UnsubscribedFrame(_garden.Room, UnsubscribedReasons.Removed));

        await circuit.Feed(new SubscribedFrame(_garden.Room, _garden.Entry(last: 3)), _garden.Joined(4, Feed.Ada), _garden.Message(5));

        Assert.Equal(["You joined", "ben 09:41 message 5"], circuit.Said(".notice, article"));
    }

    [Fact]
    public async Task A_room_that_gave_way_to_the_door_of_another_is_not_read_unseen()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        Show(circuit, _garden.Room);
        await circuit.Do(() => circuit.Component<MessageLog>().Look(atEnd: true, visible: true));
        Assert.True(circuit.State.Find(_garden.Room)!.Watched);

        await Go(circuit, _kitchen.Room);

        Assert.False(circuit.State.Find(_garden.Room)!.Watched);
    }

    [Fact]
    public async Task The_room_is_remembered_for_the_next_visit()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        var remembered = circuit.Browser.SetupModule("./js/browser.js").SetupVoid("rememberRoom", static _ => true).SetVoidResult();

        Show(circuit, _garden.Room);

        await circuit.Until(() => remembered.Invocations.Count == 1);
        Assert.Equal(_garden.Room.ToString(), remembered.Invocations.Single().Arguments[0]);
    }

    [Fact]
    public async Task While_the_connection_is_lost_one_reads_and_writes_on()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()), _garden.Message(1));
        Show(circuit, _garden.Room);
        await circuit.Start();

        await circuit.Do(() => circuit.State.SetConnection(ConnectionState.Reconnecting));
        Assert.NotNull(circuit.Find(".banner.lost"));
        Assert.False(circuit.Control("Message garden").HasAttribute("disabled"));

        var sending = circuit.Do(() => circuit.Component<Composer>().Send(Unique.Nonce(), "Still here.", 0, null));
        await circuit.See(() => Assert.Equal("Sending", circuit.Find("article.waiting .row-state").Said()));
        circuit.Clock.Advance(TimeSpan.FromSeconds(10.1));
        await circuit.See(() => Assert.Equal("Waiting for connection", circuit.Find("article.waiting .row-state").Said()));
        Assert.False(sending.IsCompleted);
    }

    private static void Show(Circuit circuit, Guid room) => circuit.Show<RoomVisit>(visit => visit.Add(v => v.Room, room));

    private static Task Go(Circuit circuit, Guid room) => circuit.Do(() => circuit.Component<RoomVisit>().Go(room));
}
