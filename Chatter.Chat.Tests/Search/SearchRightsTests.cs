using Chatter.Chat.Protocol;
using Chatter.Chat.Rooms;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Search;

/// <summary>Who may read a room finds what is in it, at once and no longer.</summary>
public sealed class SearchRightsTests
{
    [Theory]
    [InlineData("owner", false, true)]
    [InlineData("owner", true, true)]
    [InlineData("member", false, true)]
    [InlineData("member", true, true)]
    [InlineData("stranger", false, false)]
    [InlineData("stranger", true, false)]
    [InlineData("left", false, false)]
    [InlineData("left", true, false)]
    [InlineData("removed", false, false)]
    [InlineData("removed", true, false)]
    [InlineData("left and back", false, true)]
    public async Task Who_finds_what_is_in_a_room(string who, bool isPrivate, bool finds)
    {
        await using var search = await SearchStore.Start();
        var (ada, ben) = (await search.Store.AddUser("ada"), await search.Store.AddUser("ben"));
        var room = await search.Room(ada, "garden", isPrivate);
        if (who is not ("owner" or "stranger")) await Enter(search, ada, ben, room, isPrivate);
        await search.Say(ada, room, "frost tonight");
        await search.Say(ada, room, "frost again");
        await search.Indexed();
        // Found before what happens next, and never after it: there is nothing to wait for.
        if (who is not ("owner" or "stranger")) Assert.Equal(2, (await search.Texts(ben, "frost")).Length);
        if (who.StartsWith("left", StringComparison.Ordinal)) await search.Leave(ben, room);
        if (who == "left and back") await search.Join(ben, room);
        if (who == "removed") await search.Remove(ada, room, ben);

        var reader = who == "owner" ? ada : ben;
        foreach (var query in (string[])["frost", "from:ada", "in:garden frost", $"in:{room}", "-rain", "fro", "\"frost tonight\""])
        {
            var page = await search.Search(reader, query, limit: 1);
            Assert.Equal(finds, page.Hits.Count > 0);
            // Nor does it say that there would be more.
            if (!finds) Assert.Null(page.Next);
        }
        Assert.Equal(finds, (await search.Texts(reader, "frost", room)).Length > 0);
        Assert.Equal(2, (await search.Texts(ada, "frost")).Length);
    }

    [Fact]
    public async Task Whose_room_is_deleted_finds_nothing_of_it()
    {
        await using var search = await SearchStore.Start();
        var ada = await search.Store.AddUser("ada");
        var room = await search.Room(ada, "cellar", isPrivate: true);
        await search.Say(ada, room, "frost");
        await search.Indexed();
        await search.Leave(ada, room);
        Assert.Empty(await search.Texts(ada, "frost"));
    }

    [Fact]
    public async Task Pages_are_not_starved_by_what_others_write()
    {
        await using var search = await SearchStore.Start();
        var (ada, ben) = (await search.Store.AddUser("ada"), await search.Store.AddUser("ben"));
        var (quiet, busy) = (await search.Room(ada, "quiet"), await search.Room(ben, "busy"));
        for (var i = 0; i < 5; i++) await search.Say(ada, quiet, $"frost {i}");
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => search.Say(ben, busy, $"frost {i}")));
        await search.Indexed();

        var page = await search.Search(ada, "frost", limit: 3);

        Assert.Equal(["frost 4", "frost 3", "frost 2"], page.Hits.Select(static hit => hit.Event.Text));
        page = await search.Search(ada, "frost", after: page.Next, limit: 3);
        Assert.Equal(["frost 1", "frost 0"], page.Hits.Select(static hit => hit.Event.Text));
        Assert.Null(page.Next);
    }

    /// <summary>Who is in more rooms than fit into the expression is searched for in another way, which finds the same.</summary>
    [Fact]
    public async Task Who_is_in_hundreds_of_rooms_finds_the_same_as_in_one()
    {
        var time = new MovableTime();
        await using var search = await SearchStore.Start(time: time);
        var (ada, ben) = (await search.Store.AddUser("ada"), await search.Store.AddUser("ben"));
        var rooms = new List<Guid>();
        for (var i = 0; i < 130; i++) rooms.Add(await search.Room(ada, $"room {i}"));
        var elsewhere = await search.Room(ben, "elsewhere");
        await search.Say(ada, rooms[3], "rare thing");
        await search.Say(ada, rooms[7], "common thing");
        await Task.WhenAll(Enumerable.Range(0, 1_500).Select(i => search.Say(ben, elsewhere, $"common {i}")));
        for (var i = 0; i < 60; i++)
        {
            await search.Say(ada, rooms[i], $"thing number {i}");
            time.Move(TimeSpan.FromMilliseconds(1)); // Within one the order of rooms is nobody's.
        }
        await search.Indexed();

        Assert.Equal(["rare thing"], await search.Texts(ada, "rare"));
        Assert.Equal(["common thing"], await search.Texts(ada, "common"));
        Assert.Equal(["thing number 59", "thing number 58"], (await search.Search(ada, "thing", limit: 2)).Hits.Select(static hit => hit.Event.Text));
        Assert.Equal(["rare thing", "common thing"], (await search.Texts(ada, "thing -number")).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(50, (await search.Texts(ada, "-common")).Length);
        Assert.Equal(50, (await search.Texts(ada, "after:2020-01-01")).Length);
        Assert.Equal(50, (await search.Texts(ada, "from:me -rare")).Length);
        Assert.Empty(await search.Texts(ada, "from:ben"));
    }

    private static async Task Enter(SearchStore search, UserRef owner, UserRef guest, Guid room, bool isPrivate)
    {
        if (!isPrivate)
        {
            await search.Join(guest, room);
            return;
        }
        var made = await search.Store.Get<RoomService>().Invite(owner, room, null, null);
        Assert.True(made.Is(out var invite, out _));
        Assert.True((await search.Store.Get<RoomService>().Join(guest, room, invite.Invite)).Is(out _, out _));
    }
}
