using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class RoomLinkTests
{
    private readonly Feed _garden = new();

    [Fact]
    public async Task It_leads_to_the_room()
    {
        await using var circuit = Shown();

        var link = circuit.Control("garden");
        Assert.Equal(($"rooms/{_garden.Room}", null), (link.GetAttribute("href"), link.GetAttribute("aria-current")));
        Assert.Empty(circuit.All(".badge"));
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(99, "99")]
    [InlineData(100, "99+")]
    public async Task What_is_unread_is_shown_short_and_read_out_in_full(long unread, string shown)
    {
        await using var circuit = Shown(unread);

        Assert.Equal($"garden {unread} unread", circuit.Text);
        Assert.Equal(shown, circuit.Find(".badge [aria-hidden]").TextContent);
        Assert.Contains("unread", circuit.Find("a").ClassList);
    }

    [Fact]
    public async Task The_room_one_is_in_is_marked_and_has_no_count()
    {
        await using var circuit = Shown(unread: 3, current: true);

        Assert.Equal("page", circuit.Control("garden").GetAttribute("aria-current"));
        Assert.Empty(circuit.All(".badge, .unread"));
    }

    [Theory]
    [InlineData(NotifyLevels.All, "garden 1 mention of you 3 unread", true)]
    [InlineData(NotifyLevels.Mentions, "garden 1 mention of you", true)]
    [InlineData(NotifyLevels.Nothing, "garden muted", false)]
    public async Task What_is_counted_is_what_the_reader_wants_to_be_told(string level, string said, bool unread)
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(last: 200, read: 0, unread: 3) with { Mentions = 1, Notify = level }));
        circuit.Show<RoomLink>(link => link.Add(l => l.Room, circuit.State.Find(_garden.Room)!));

        Assert.Equal(said, circuit.Text);
        Assert.Equal(unread, circuit.Find("a").ClassList.Contains("unread"));
    }

    [Fact]
    public async Task The_newest_message_is_shown_where_there_is_room_for_it()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        void Show(bool preview) => circuit.Show<RoomLink>(link => link.Add(l => l.Room, circuit.State.Find(_garden.Room)!).Add(l => l.Preview, preview).Add(l => l.Me, Feed.Me));
        Show(preview: true);
        Assert.Empty(circuit.All(".room-preview"));

        var message = _garden.Message(1, text: "frost\ntonight");
        await circuit.Feed(message);
        Show(preview: true);
        Assert.Equal("ben: frost tonight", circuit.Find(".room-preview").Said());
        await circuit.Feed(_garden.Edited(2, message, "no frost"));
        Show(preview: true);
        Assert.Equal("ben: no frost", circuit.Find(".room-preview").Said());
        await circuit.Feed(_garden.Deleted(3, message));
        Show(preview: true);
        Assert.Equal("ben: message deleted", circuit.Find(".room-preview").Said());
        await circuit.Feed(_garden.Message(4, Feed.Ada, "mine"));
        Show(preview: true);
        Assert.Equal("You: mine", circuit.Find(".room-preview").Said());
        Show(preview: false);
        Assert.Empty(circuit.All(".room-preview"));
    }

    [Fact]
    public async Task A_private_room_is_read_out_as_one()
    {
        await using var circuit = Circuit.Fed();

        circuit.Show<RoomMark>(mark => mark.Add(m => m.Private, true));
        Assert.Equal("private", circuit.Text);
        circuit.Show<RoomMark>(mark => mark.Add(m => m.Private, false));
        Assert.Equal(("", "#"), (circuit.Text, circuit.Find(".room-mark").TextContent));
    }

    private Circuit Shown(long unread = 0, bool current = false)
    {
        var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(last: 200, read: 0, unread: unread)));
        circuit.Show<RoomLink>(link => link.Add(l => l.Room, circuit.State.Find(_garden.Room)!).Add(l => l.Current, current));
        return circuit;
    }
}
