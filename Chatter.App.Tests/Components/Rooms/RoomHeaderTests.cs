using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class RoomHeaderTests(SharedServer shared)
{
    private const string Menu = ".mud-popover-open .mud-menu-item";
    private readonly Feed _garden = new();

    [Fact]
    public async Task It_says_the_rooms_name_members_and_topic_and_follows_their_changes()
    {
        await using var circuit = Fed(_garden.Entry(members: 12, topic: "Everything that grows"));
        Assert.Equal(("garden", "12 members Everything that grows"), (circuit.Find("h1").Said(), circuit.Find(".bar-facts").Said()));

        await circuit.Feed(
            _garden.Event(1, EventKinds.Renamed) with { From = Feed.Ben, Name = "orchard" },
            _garden.Event(2, EventKinds.Topic) with { From = Feed.Ben, Topic = "" },
            _garden.Left(3, Feed.Cleo));

        Assert.Equal(("orchard", "11 members"), (circuit.Find("h1").Said(), circuit.Find(".bar-facts").Said()));
    }

    [Fact]
    public async Task The_buttons_say_what_is_shown_beside_the_log()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        var asked = new List<RoomPanel>();
        circuit.Show<RoomHeader>(header => header.Add(h => h.Room, circuit.State.Find(_garden.Room)!).Add(h => h.Panel, RoomPanel.Members).Add(h => h.OnPanel, asked.Add));

        Assert.Equal(("true", "false"), (circuit.Control("Members").GetAttribute("aria-expanded"), circuit.Control("Pinned").GetAttribute("aria-expanded")));
        await circuit.Click("Members");
        await circuit.Click("Pinned");

        Assert.Equal([RoomPanel.Members, RoomPanel.Pins], asked);
    }

    [Theory]
    [InlineData(Roles.Member, "Members, Go to a day, Add to favourites, Count every message, Count mentions only, Mute room, Invite people, Leave room")]
    [InlineData(Roles.Owner, "Members, Go to a day, Add to favourites, Count every message, Count mentions only, Mute room, Invite people, Rename or change topic, Let only moderators write, Archive room, Leave room")]
    public async Task Its_menu_has_what_one_may_do(string role, string items)
    {
        await using var circuit = Fed(_garden.Entry(role: role));

        await circuit.Click("Room menu");

        await circuit.See(() => Assert.Equal(items, string.Join(", ", circuit.Said(Menu))));
    }

    [Theory]
    [InlineData("Invite people", "Copy link")]
    [InlineData("Rename or change topic", "Save")]
    public async Task The_owners_items_open_their_dialogs(string item, string button)
    {
        await using var circuit = await Of(await shared.Server.User());

        await circuit.Click("Room menu");
        await circuit.Click(item);

        await circuit.See(() => Assert.True(circuit.Has(button, Circuit.InDialog)));
    }

    [Theory]
    [InlineData(true, 1, "its messages will be deleted")]
    [InlineData(true, 2, "You need a new invite")]
    [InlineData(false, 2, "You can join again at any time")]
    public async Task Leaving_asks_first_and_says_what_it_means(bool isPrivate, int members, string warning)
    {
        await using var circuit = Fed(_garden.Entry(isPrivate: isPrivate, members: members));
        await circuit.Click("Room menu");
        await circuit.Click("Leave room");
        await circuit.See(() => Assert.Contains(warning, circuit.Find(Circuit.InDialog).Said(), StringComparison.Ordinal));

        await circuit.Click("Cancel", Circuit.InDialog);

        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
        Assert.NotNull(circuit.State.Find(_garden.Room));
    }

    [Fact]
    public async Task Who_leaves_is_no_member_any_more_and_is_led_home()
    {
        var user = await shared.Server.User();
        await using var circuit = await Of(user);
        var room = circuit.State.Rooms.Single().Id;
        await circuit.Do(() => circuit.Navigation.NavigateTo($"rooms/{room}"));

        await circuit.Click("Room menu");
        await circuit.Click("Leave room");
        await circuit.Click("Leave room", Circuit.InDialog);

        await circuit.Until(() => circuit.Address.Length == 0);
        Assert.Empty(circuit.State.Rooms);
        Assert.Empty((await user.Get("/api/me")).Is(200).List("rooms"));
    }

    private Circuit Fed(RoomEntry entry)
    {
        var circuit = Circuit.Fed(Feed.Welcome(entry));
        circuit.Show<RoomHeader>(header => header.Add(h => h.Room, circuit.State.Find(_garden.Room)!));
        return circuit;
    }

    /// <summary>The header of the one room of somebody, which is his.</summary>
    private static async Task<Circuit> Of(TestUser user)
    {
        var room = Guid.Parse(await user.CreateRoom());
        var circuit = await Circuit.Of(user);
        circuit.Show<RoomHeader>(header => header.Add(h => h.Room, circuit.State.Find(room)!));
        return circuit;
    }
}
