using Bunit;
using Chatter.App.Components.Pages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Components.Pages;

public sealed class HomeTests
{
    private readonly Feed _garden = new();
    private readonly Feed _kitchen = new("kitchen");

    [Fact]
    public async Task Who_has_no_rooms_is_welcomed_with_what_to_do()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<Home>();
        Assert.NotNull(circuit.Find(".skeleton-rows"));

        await circuit.Feed(Feed.Welcome());

        Assert.Equal("Welcome, Ada Lovelace", circuit.Find("h1").Said());
        Assert.Equal("Chatter", circuit.Title);
        await circuit.Click("Create room");
        await circuit.See(() => Assert.Contains("Topic", circuit.Find(Circuit.InDialog).Said(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_comes_back_goes_on_in_the_room_he_was_in_last()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry(), _kitchen.Entry()));
        LastRoom(circuit).SetResult(_kitchen.Room.ToString());

        circuit.Show<Home>();

        await circuit.Until(() => circuit.Address == $"rooms/{_kitchen.Room}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0198c1a0-0000-7000-8000-00000000000a")]
    [InlineData("nonsense")]
    public async Task Without_a_last_room_the_first_is_opened(string? last)
    {
        await using var circuit = Circuit.Fed();
        LastRoom(circuit).SetResult(last);
        circuit.Show<Home>();

        await circuit.Feed(Feed.Welcome(_kitchen.Entry(), _garden.Entry()));

        await circuit.Until(() => circuit.Address == $"rooms/{_garden.Room}");
    }

    [Fact]
    public async Task Who_goes_elsewhere_before_the_browser_has_answered_is_not_called_back()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_kitchen.Entry(), _garden.Entry()));
        var asked = LastRoom(circuit);
        circuit.Show<Shift>(shift => shift.Add(s => s.Home, true));

        await circuit.Do(() => circuit.Navigation.NavigateTo("join/elsewhere"));
        await circuit.Do(() => circuit.Component<Shift>().Leave());
        await circuit.Do(() => asked.SetResult(_garden.Room.ToString()));

        Assert.Equal("join/elsewhere", circuit.Address);
    }

    [Fact]
    public async Task Who_loses_his_rooms_before_the_browser_has_answered_stays()
    {
        await using var circuit = Circuit.Fed(Feed.Welcome(_garden.Entry()));
        var asked = LastRoom(circuit);
        circuit.Show<Home>();

        await circuit.Feed(new UnsubscribedFrame(_garden.Room, UnsubscribedReasons.Removed));
        await circuit.Do(() => asked.SetResult(_garden.Room.ToString()));

        Assert.Equal("Welcome, Ada Lovelace", circuit.Find("h1").Said());
        Assert.Equal("", circuit.Address);
    }

    private static JSRuntimeInvocationHandler<string?> LastRoom(Circuit circuit) => circuit.Browser.SetupModule("./js/browser.js").Setup<string?>("lastRoom");
}
