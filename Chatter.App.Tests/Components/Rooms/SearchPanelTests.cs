using Bunit;
using Chatter.App.Components.Rooms;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Rooms;

/// <summary>The states of the search panel, and what is asked of the server when.</summary>
public sealed class SearchPanelTests(SharedServer shared)
{
    [Fact]
    public async Task With_nothing_to_search_for_it_says_what_can_be_searched_for()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SearchPanel>();
        Assert.Contains("from:ada", circuit.Text, StringComparison.Ordinal);
        Assert.Empty(circuit.All(".hit"));
        Assert.Equal("", circuit.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task While_the_server_searches_it_has_the_shape_of_what_comes()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SearchPanel>();
        _ = circuit.Do(() => circuit.Session.SearchFor("frost"));
        await circuit.See(() => Assert.NotEmpty(circuit.All(".skeleton-hits")));
        Assert.Equal("Searching", circuit.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task What_is_found_is_text_with_marks_and_leads_to_its_place()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SearchPanel>();
        var hit = Hit("<b>", ("<b>", false), ("frost", true), ("</b> & more", false));

        await Answer(circuit, new SearchPage([hit], Complete: true));

        Assert.Equal($"rooms/{hit.Room}?at=7", circuit.Find(".hit").GetAttribute("href"));
        Assert.Equal("<b>frost</b> & more", circuit.Find(".hit-text").TextContent.Trim());
        Assert.Equal(["frost"], circuit.Said(".hit mark"));
        Assert.Empty(circuit.All(".hit-text b"));
        Assert.Equal("1 message found", circuit.Find("[role=status]").TextContent);
        Assert.False(circuit.Has("Show more"));
        Assert.DoesNotContain("still reading", circuit.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_somebody_wrote_who_is_blocked_no_word_is_shown()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SearchPanel>();
        var hit = Hit("frost", ("frost", true));
        await Answer(circuit, new SearchPage([hit], Complete: true));

        await circuit.Feed(new BlockFrame(hit.Event.From!, On: true));
        await circuit.See(() => Assert.Equal(["Message of somebody you blocked"], circuit.Said(".hit-text")));
        Assert.Empty(circuit.All(".hit mark"));

        await circuit.Feed(new BlockFrame(hit.Event.From!, On: false));
        await circuit.See(() => Assert.Equal(["frost"], circuit.Said(".hit-text")));
    }

    [Fact]
    public async Task An_index_that_is_being_built_is_told()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SearchPanel>();
        await Answer(circuit, new SearchPage([], Complete: false));
        Assert.Contains("still reading older messages", circuit.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing found", circuit.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_that_failed_can_be_tried_again_and_a_wrong_one_says_what_is_wrong()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SearchPanel>();
        await circuit.Do(() =>
        {
            circuit.State.Search.Begin("frost");
            circuit.State.Search.Failed(new Refusal(ErrorCodes.Unavailable, "The server could not be reached."));
            circuit.State.Touch();
        });
        Assert.Equal("The server could not be reached.", circuit.Find("[role=alert] .error").TextContent);
        Assert.True(circuit.Has("Try again"));

        await circuit.Do(() =>
        {
            circuit.State.Search.Begin("has:teeth");
            circuit.State.Search.Failed(new Refusal(ErrorCodes.Invalid, "has: knows file and link."));
            circuit.State.Touch();
        });
        Assert.Equal("has: knows file and link.", circuit.Find("[role=alert] .error").TextContent);
        Assert.False(circuit.Has("Try again"));
    }

    [Fact]
    public async Task A_page_that_failed_leaves_what_was_found_before()
    {
        await using var circuit = Circuit.Fed();
        circuit.Show<SearchPanel>();
        await Answer(circuit, new SearchPage([Hit("a", ("frost", true))], Complete: true, Next: "n"));
        Assert.True(circuit.Has("Show more"));
        await circuit.Do(() =>
        {
            circuit.State.Search.BeginMore();
            circuit.State.Search.Failed(new Refusal(ErrorCodes.Unavailable, "The server could not be reached."));
            circuit.State.Touch();
        });
        Assert.Single(circuit.All(".hit"));
        Assert.True(circuit.Has("Try again"));
    }

    [Fact]
    public async Task Somebody_searches_all_his_rooms_page_by_page()
    {
        var ada = await shared.Server.User();
        var (garden, kitchen) = (await ada.CreateRoom(), await ada.CreateRoom());
        for (var i = 0; i < 25; i++) await ada.Say(i % 2 == 0 ? garden : kitchen, $"frost {i}");
        await Eventually.Equal(1, async () => (await ada.Get("/api/search?q=%22frost%2024%22")).Is(200).List("hits").Count);
        await using var circuit = await Circuit.Of(ada);
        circuit.Show<SearchPanel>();

        await circuit.Do(() => circuit.Component<SearchPanel>().Typed("frost "));
        await circuit.See(() => Assert.Equal(20, circuit.All(".hit").Count));
        Assert.Equal("20 or more messages found", circuit.Find("[role=status]").TextContent);
        await circuit.Click("Show more");
        await circuit.See(() => Assert.Equal(25, circuit.All(".hit").Count));
        Assert.False(circuit.Has("Show more"));
        Assert.Equal(25, circuit.All(".hit").Select(static hit => hit.GetAttribute("href")).Distinct().Count());

        await circuit.Do(() => circuit.Component<SearchPanel>().Typed("nothing of the kind"));
        await circuit.Says("Nothing found");
        await circuit.Do(() => circuit.Component<SearchPanel>().Typed(""));
        await circuit.Says("from:ada");
    }

    [Fact]
    public async Task In_a_room_only_that_is_searched_until_all_are_wanted()
    {
        var ada = await shared.Server.User();
        var (garden, kitchen) = (await ada.CreateRoom(), await ada.CreateRoom());
        await ada.Say(garden, "frost in the garden");
        await ada.Say(kitchen, "frost in the kitchen");
        await Eventually.Equal(2, async () => (await ada.Get("/api/search?q=frost")).Is(200).List("hits").Count);
        await using var circuit = await Circuit.Of(ada);
        circuit.Navigation.NavigateTo($"rooms/{garden}");
        await circuit.Do(() => circuit.Session.Open(Guid.Parse(garden)));
        await circuit.Do(() => circuit.Session.OpenSearch(inRoom: true));
        circuit.Show<SearchPanel>();

        await circuit.Do(() => circuit.Component<SearchPanel>().Typed("frost"));
        await circuit.See(() => Assert.Equal(["frost in the garden"], circuit.Said(".hit-text")));
        await circuit.Click("All rooms");
        await circuit.See(() => Assert.Equal(2, circuit.All(".hit").Count));
        Assert.Equal(["false", "true"], circuit.All(".scope button").Select(static button => button.GetAttribute("aria-pressed")));

        await ada.Leave(kitchen);
        await circuit.See(() => Assert.Equal(["frost in the garden"], circuit.Said(".hit-text")));
    }

    private static Task Answer(Circuit circuit, SearchPage page) => circuit.Do(() =>
    {
        circuit.State.Search.Begin("frost");
        circuit.State.Search.Found(page);
        circuit.State.Touch();
    });

    private static SearchHit Hit(string text, params (string Text, bool Hit)[] parts)
    {
        var room = Guid.CreateVersion7();
        var message = new RoomEvent(room, 7, Guid.CreateVersion7(), Feed.Morning, EventKinds.Message) { From = new UserRef(Guid.CreateVersion7(), "ben"), Text = text };
        return new SearchHit(room, message, [.. parts.Select(static part => new SnippetPart(part.Text, part.Hit))]);
    }
}
