using Bunit;
using Chatter.App.Components.Rooms;
using Chatter.App.Session;
using Chatter.App.Tests.Components.Support;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using MudBlazor;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

public sealed class InviteDialogTests(SharedServer shared)
{
    [Fact]
    public async Task Its_link_lets_somebody_into_a_private_room()
    {
        var owner = await shared.Server.User();
        var room = await owner.CreateRoom(isPrivate: true);
        await using var circuit = await Open(owner, room);
        await circuit.See(() => Assert.NotEmpty(Link(circuit)));

        Assert.StartsWith($"{circuit.Navigation.BaseUri}join/{room}/", Link(circuit), StringComparison.Ordinal);
        Assert.True(circuit.Find("#invite-link").HasAttribute("readonly"));
        await (await shared.Server.User()).Join(room, InviteLink.Parse(Link(circuit))!.Code);
    }

    [Fact]
    public async Task Its_link_is_good_for_as_long_and_as_many_as_one_says()
    {
        var owner = await shared.Server.User();
        var room = await owner.CreateRoom(isPrivate: true);
        await using var circuit = await Open(owner, room);
        await circuit.See(() => Assert.NotEmpty(Link(circuit)));
        var before = Link(circuit);

        await circuit.Do(() => circuit.All(".invite-terms select")[1].Change("1"));
        await circuit.See(() => Assert.True(Link(circuit) is { Length: > 0 } link && link != before));

        var code = InviteLink.Parse(Link(circuit))!.Code;
        await (await shared.Server.User()).Join(room, code);
        var late = await shared.Server.User();
        (await late.Post($"/api/rooms/{room}/join", new { invite = code })).Refused(404, "no_such_room");
        // The one that was handed on before is as good as it was.
        await late.Join(room, InviteLink.Parse(before)!.Code);
    }

    [Fact]
    public async Task Of_a_public_room_anybody_hands_on_where_it_is()
    {
        var room = await (await shared.Server.User()).CreateRoom();
        var member = await shared.Server.User();
        await member.Join(room);

        await using var circuit = await Open(member, room);

        await circuit.See(() => Assert.Equal($"{circuit.Navigation.BaseUri}rooms/{room}", Link(circuit)));
        Assert.Empty(circuit.All("select"));
    }

    [Fact]
    public async Task Who_is_invited_by_name_is_told_by_a_message_and_gets_in_by_it()
    {
        var (owner, guest, member) = (await shared.Server.User(), await shared.Server.User(), await shared.Server.User());
        var room = await owner.CreateRoom(isPrivate: true);
        await using var circuit = await Open(owner, room);
        await circuit.See(() => Assert.NotEmpty(Link(circuit)));
        await member.Join(room, InviteLink.Parse(Link(circuit))!.Code);
        foreach (var person in (TestUser[])[guest, member])
        {
            await circuit.Do(() => circuit.Find("#people-search").Input(person.Name));
            await circuit.Click(person.Name, ".choices");
        }

        await circuit.Click("Send invites");

        await circuit.See(() => Assert.Equal([$"{guest.Name} has been invited.", $"{member.Name} is in this room already."], circuit.Said(".outcomes li")));
        Assert.Empty(circuit.All(".chosen"));
        await using var his = await Circuit.Of(guest);
        var told = Assert.Single(his.State.Rooms, static r => r.IsDirect);
        await his.Do(() => his.Session.Open(told.Id));
        await his.Until(() => told.Window.Events.Count > 0);
        var text = Assert.Single(told.Window.Events, static e => e.Kind == EventKinds.Message).Text!;
        Assert.StartsWith($"Come to {circuit.State.Find(Guid.Parse(room))!.Info.Name}:\n{circuit.Navigation.BaseUri}join/", text, StringComparison.Ordinal);
        await guest.Join(room, InviteLink.Parse(text)!.Code);
        // It was for one.
        (await (await shared.Server.User()).Post($"/api/rooms/{room}/join", new { invite = InviteLink.Parse(text)!.Code })).Refused(404, "no_such_room");
    }

    [Theory]
    [InlineData(true, "Copied.")]
    [InlineData(false, "Your browser doesn't allow copying. Select the link and copy it.")]
    public async Task It_is_copied_where_the_browser_allows_it(bool allowed, string hint)
    {
        var owner = await shared.Server.User();
        await using var circuit = await Open(owner, await owner.CreateRoom());
        var copying = circuit.Browser.SetupModule("./js/browser.js").Setup<bool>("copy", static _ => true).SetResult(allowed);

        await circuit.Click("Copy link");

        await circuit.See(() => Assert.Equal(hint, circuit.Find(".invite-link [role=status]").Said()));
        Assert.Equal(Link(circuit), Assert.Single(copying.Invocations).Arguments[0]);
    }

    [Fact]
    public async Task Who_may_not_invite_is_told_so()
    {
        var owner = await shared.Server.User();
        var member = await shared.Server.User();
        var room = await owner.CreateRoom(isPrivate: true);
        await using (var his = await Open(owner, room))
        {
            await his.See(() => Assert.NotEmpty(Link(his)));
            await member.Join(room, InviteLink.Parse(Link(his))!.Code);
        }

        await using var circuit = await Open(member, room);

        await circuit.See(() => Assert.NotEmpty(circuit.Find(".invite-link [role=alert]").Said()));
        Assert.True(circuit.Control("Copy link").HasAttribute("disabled"));
        await circuit.Click("Close");
        await circuit.See(() => Assert.Empty(circuit.All(Circuit.InDialog)));
    }

    private static string Link(Circuit circuit) => circuit.Find("#invite-link").GetAttribute("value") ?? "";

    private static async Task<Circuit> Open(TestUser user, string room)
    {
        var circuit = await Circuit.Of(user);
        await circuit.ShowDialog(new DialogParameters<InviteDialog> { { d => d.Room, circuit.State.Find(Guid.Parse(room))! } });
        return circuit;
    }
}
