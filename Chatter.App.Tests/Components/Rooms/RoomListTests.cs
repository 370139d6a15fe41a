using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class RoomListTests
{
    private readonly Feed _garden = new();
    private readonly Feed _kitchen = new("Kitchen");

    [Fact]
    public async Task Before_anything_is_known_it_does_not_say_that_there_are_no_rooms()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<RoomList>();

        Assert.NotNull(circuit.Find(".skeleton-list[aria-hidden=true]"));
        Assert.Empty(circuit.All(".hint, .side-rooms li"));

        await circuit.Feed(Feed.Welcome());
        Assert.Equal("You are in no room yet. Create or join one.", circuit.Find(".hint").Said());
    }

    [Fact]
    public async Task Rooms_come_and_go_and_are_counted_as_frames_tell()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_kitchen.Entry()));
        circuit.Show<RoomList>();

        await circuit.Feed(new SubscribedFrame(_garden.Room, _garden.Entry()), _kitchen.Message(1), _kitchen.Message(2));
        Assert.Equal(["garden", "Kitchen 2 unread"], circuit.Said(".side-rooms li a"));

        await circuit.Feed(new UnsubscribedFrame(_kitchen.Room, UnsubscribedReasons.Left));
        Assert.Equal(["garden"], circuit.Said(".side-rooms li a"));
    }

    [Fact]
    public async Task A_search_shows_the_rooms_with_it_in_their_name()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(), _kitchen.Entry()));
        circuit.Show<RoomList>();

        await circuit.Type("Search your rooms", " KITCH ");
        Assert.Equal(["Kitchen"], circuit.Said(".side-rooms li a"));

        await circuit.Type("Search your rooms", "cellar");
        Assert.Empty(circuit.All(".side-rooms li"));
        Assert.Equal("None of your rooms is called “cellar”. Join or create one.", circuit.Find(".hint").Said());

        await circuit.Type("Search your rooms", "");
        Assert.Equal(2, circuit.All(".side-rooms li").Count);
    }

    [Fact]
    public async Task Favourites_have_a_list_of_their_own_above_the_others()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(), _kitchen.Entry()));
        circuit.Show<RoomList>();
        Assert.Empty(circuit.All(".side-title"));

        await circuit.Feed(new MembershipFrame(_kitchen.Room, NotifyLevels.All, Favourite: true));
        Assert.Equal(["Favourites", "Rooms"], circuit.Said(".side-title"));
        Assert.Equal(["Kitchen", "garden"], circuit.Said(".side-rooms li a"));

        await circuit.Feed(new MembershipFrame(_kitchen.Room, NotifyLevels.All, Favourite: false));
        Assert.Equal(["garden", "Kitchen"], circuit.Said(".side-rooms li a"));
    }

    [Fact]
    public async Task Mentions_are_counted_beside_the_inbox_and_the_page_one_is_on_is_marked()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(), _kitchen.Entry()));
        circuit.Show<RoomList>();
        Assert.Equal(["Inbox", "Saved"], circuit.Said(".side-places a"));

        await circuit.Feed(_kitchen.Message(1, text: "@ada"), _garden.Message(1, text: "@all"));
        Assert.Equal(["Inbox 2 messages for you", "Saved"], circuit.Said(".side-places a"));
        Assert.Equal(["garden 1 mention of you 1 unread", "Kitchen 1 mention of you 1 unread"], circuit.Said(".side-rooms li a"));
        await circuit.Do(() => circuit.Navigation.NavigateTo("inbox"));
        Assert.StartsWith("Inbox", Assert.Single(circuit.Said("[aria-current=page]")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_room_of_the_address_is_the_current_one()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(), _kitchen.Entry()));
        circuit.Show<RoomList>();
        Assert.Empty(circuit.All("[aria-current]"));

        await circuit.Do(() => circuit.Navigation.NavigateTo($"rooms/{_kitchen.Room}?from=x"));
        Assert.Equal(["Kitchen"], circuit.Said("[aria-current=page]"));
    }

    [Theory]
    [InlineData("Create room", "Create room")]
    [InlineData("Join room", "Search public rooms, or paste an invite")]
    public async Task Its_buttons_open_their_dialogs(string button, string shown)
    {
        await using var circuit = Circuit.Fed(Feed.Welcome());
        circuit.Show<RoomList>();

        await circuit.Click(button);

        await circuit.See(() => Assert.Contains(shown, circuit.Find(Circuit.InDialog).Said(), StringComparison.Ordinal));
    }
}
