using Bunit;
using Chatter.App.Components.Rooms;
using Chatter.App.Session;
using Chatter.App.Tests.Components.Support;
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

    [Theory]
    [InlineData(true, "Copied.")]
    [InlineData(false, "Your browser doesn't allow copying. Select the link and copy it.")]
    public async Task It_is_copied_where_the_browser_allows_it(bool allowed, string hint)
    {
        var owner = await shared.Server.User();
        await using var circuit = await Open(owner, await owner.CreateRoom());
        var copying = circuit.Browser.SetupModule("./js/browser.js").Setup<bool>("copy", static _ => true).SetResult(allowed);

        await circuit.Click("Copy link");

        await circuit.See(() => Assert.Equal(hint, circuit.Find("[role=status]").Said()));
        Assert.Equal(Link(circuit), Assert.Single(copying.Invocations).Arguments[0]);
    }

    [Fact]
    public async Task Who_may_not_invite_is_told_so()
    {
        var owner = await shared.Server.User();
        var member = await shared.Server.User();
        var room = await owner.CreateRoom();
        await member.Join(room);

        await using var circuit = await Open(member, room);

        await circuit.See(() => Assert.NotEmpty(circuit.Find("[role=alert]").Said()));
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
