using Bunit;
using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class RoomDetailsTests(SharedServer shared)
{
    [Fact]
    public async Task It_lists_the_members_with_who_is_owner_and_who_is_there()
    {
        var owner = await shared.Server.User();
        var member = await shared.Server.User();
        var room = await owner.CreateRoom();
        await member.Join(room);

        await using var circuit = await Open(owner, room);

        await circuit.See(() => Assert.Equal(
            new[] { $"online {owner.Name} owner", $"offline {member.Name} last seen just now" }.Order(StringComparer.Ordinal),
            circuit.All(".members li").Select(static row => row.Said()).Order(StringComparer.Ordinal)));
        Assert.Equal($"Members of {circuit.State.Rooms[0].Info.Name}", circuit.Find("aside").GetAttribute("aria-label"));
        // Who has no name for display but his own isn't told twice.
        Assert.All(circuit.All(".member-name"), static name => Assert.Equal(name.QuerySelector("bdi")!.Said(), name.GetAttribute("title")));
    }

    [Fact]
    public async Task Who_joins_or_leaves_appears_and_disappears()
    {
        var owner = await shared.Server.User();
        var member = await shared.Server.User();
        var room = await owner.CreateRoom();
        await using var circuit = await Open(owner, room);
        await circuit.See(() => Assert.Single(circuit.All(".members li")));

        await member.Join(room);
        await circuit.Says(member.Name);
        await member.Leave(room);
        await circuit.See(() => Assert.Single(circuit.All(".members li")));
    }

    [Fact]
    public async Task The_owner_removes_a_member_after_being_asked()
    {
        var owner = await shared.Server.User();
        var member = await shared.Server.User();
        var room = await owner.CreateRoom();
        await member.Join(room);
        await using var circuit = await Open(owner, room);

        await circuit.See(() => Assert.Equal(2, circuit.All(".member").Count));
        await circuit.Do(() => circuit.All(".member").Single(row => row.Said().Contains(member.Name, StringComparison.Ordinal)).Click());
        await circuit.Click("Remove from room", Circuit.InDialog);
        await circuit.See(() => Assert.Contains($"{member.Name} can no longer read or write", circuit.Find(Circuit.InDialog).Said(), StringComparison.Ordinal));
        await circuit.Click("Back", Circuit.InDialog);
        await circuit.See(() => Assert.True(circuit.Has("Ban from room", Circuit.InDialog)));
        Assert.Equal(2, circuit.All(".members li").Count);

        await circuit.Click("Remove from room", Circuit.InDialog);
        await circuit.See(() => Assert.True(circuit.Has("Back", Circuit.InDialog)));
        await circuit.Click("Remove from room", Circuit.InDialog);
        await circuit.See(() => Assert.Single(circuit.All(".members li")));
        Assert.Empty((await member.Get("/api/me")).Is(200).List("rooms"));
    }

    [Fact]
    public async Task Who_is_no_owner_can_neither_remove_nor_invite_into_a_private_room()
    {
        var owner = await shared.Server.User();
        var member = await shared.Server.User();
        var room = await owner.CreateRoom(isPrivate: true);
        await member.Join(room, await owner.Invite(room));

        await using var circuit = await Open(member, room);

        await circuit.See(() => Assert.Equal(2, circuit.All(".members li").Count));
        Assert.Equal(["Close members"], circuit.All("aside button:not(.member)").Select(static button => button.Name()));
        await circuit.Do(() => circuit.All(".member")[0].Click());
        await circuit.See(() => Assert.Contains(owner.Name, circuit.Find(Circuit.InDialog).Said(), StringComparison.Ordinal));
        Assert.Equal(["Block"], circuit.Said($"{Circuit.InDialog} .choice"));
    }

    [Fact]
    public async Task Who_becomes_owner_may_invite()
    {
        var owner = await shared.Server.User();
        var member = await shared.Server.User();
        var room = await owner.CreateRoom();
        await member.Join(room);
        await using var circuit = await Open(member, room);
        await circuit.See(() => Assert.Equal(2, circuit.All(".members li").Count));

        await owner.Leave(room);

        await circuit.Click("Invite people");
        await circuit.See(() => Assert.True(circuit.Has("Copy link", Circuit.InDialog)));
    }

    [Fact]
    public async Task Many_members_come_by_pages()
    {
        var owner = await shared.Server.User();
        var room = await owner.CreateRoom();
        var others = await Task.WhenAll(Enumerable.Range(0, 51).Select(_ => shared.Server.User()));
        await Task.WhenAll(others.Select(other => other.Join(room)));
        await using var circuit = await Open(owner, room);
        await circuit.See(() => Assert.Equal(50, circuit.All(".members li").Count));

        await circuit.Click("Show more");

        await circuit.See(() => Assert.Equal(52, circuit.All(".members li").Count));
        Assert.False(circuit.Has("Show more"));
    }

    [Fact]
    public async Task It_can_be_closed()
    {
        var owner = await shared.Server.User();
        var room = Guid.Parse(await owner.CreateRoom());
        await using var circuit = await Circuit.Of(owner);
        var closed = 0;
        circuit.Show<RoomDetails>(details => details.Add(d => d.Room, circuit.State.Find(room)!).Add(d => d.OnClose, () => closed++));

        await circuit.Click("Close members");

        Assert.Equal(1, closed);
    }

    private static async Task<Circuit> Open(TestUser user, string room)
    {
        var circuit = await Circuit.Of(user);
        circuit.Show<RoomDetails>(details => details.Add(d => d.Room, circuit.State.Find(Guid.Parse(room))!));
        return circuit;
    }
}
