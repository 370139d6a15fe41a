using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>People write with emphasis, lists and code.</summary>
public sealed class MarkdownStories(Chromium chromium) : Story(chromium)
{
    private const string Recipe =
        """
        **Frost tonight**, see [the report](https://example.org/frost):
        - cover the *tomatoes*
        - run `frost --check`:

        ```sh
        frost --check \
          --all
        ```
        > Will it last?
        No.
        """;

    [Fact]
    public async Task What_one_writes_in_Markdown_the_other_sees_can_open_and_copy()
    {
        var (ada, ben, _) = await Two();

        await ada.Write(Recipe);

        foreach (var person in new[] { ada, ben })
        {
            var text = person.Texts.First;
            await Expect(text.Locator("strong")).ToHaveTextAsync("Frost tonight");
            await Expect(text.Locator("li")).ToHaveTextAsync(["• cover the tomatoes", "• run frost --check:"]);
            await Expect(text.Locator("blockquote")).ToHaveTextAsync("Will it last?");
            await Expect(text.Locator("p").Last).ToHaveTextAsync("No.");
            await Expect(text.Locator(".code-name")).ToHaveTextAsync("sh");
            var link = text.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "the report", Exact = true });
            await Expect(link).ToHaveAttributeAsync("href", "https://example.org/frost");
            await Expect(link).ToHaveAttributeAsync("target", "_blank");
        }

        await ben.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await ben.Button("Copy code").ClickAsync();
        await Expect(ben.Button("Copied")).ToBeVisibleAsync();
        Assert.Equal("frost --check \\\n  --all", await ben.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await Expect(ben.Button("Copy code")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_selected_by_hand_is_what_was_said()
    {
        var (ada, ben, _) = await Two();

        await ada.Write(Recipe);
        await Expect(ben.Texts).ToHaveCountAsync(1);

        var selected = await ben.Texts.First.EvaluateAsync<string>("text => { getSelection().selectAllChildren(text); return getSelection().toString(); }");
        Assert.Equal("Frost tonight, see the report:\n• cover the tomatoes\n• run frost --check:\nfrost --check \\\n  --all\nWill it last?\nNo.", selected.Replace("\n\n", "\n", StringComparison.Ordinal).Trim());
    }

    [Fact]
    public async Task A_long_message_is_folded_until_somebody_wants_all_of_it()
    {
        var (ada, ben, _) = await Two();

        await ada.Write(string.Join('\n', Enumerable.Range(1, 40).Select(static line => $"line {line}")));
        await ada.Write("- short");

        await ben.Sees("short");
        var folded = await Height(ben.Texts.First);
        Assert.InRange(folded, 100, 400);
        await ben.Button("Show more").ClickAsync();
        await Expect(ben.Button("Show less")).ToHaveAttributeAsync("aria-expanded", "true");
        Assert.InRange(await Height(ben.Texts.First), folded * 2, 1_000);
        await ben.Button("Show less").ClickAsync();
        await Expect(ben.Button("Show more")).ToHaveAttributeAsync("aria-expanded", "false");
        Assert.Equal(folded, await Height(ben.Texts.First));
    }

    [Fact]
    public async Task The_newest_message_unfolds_downwards()
    {
        var (_, account, room) = await AloneIn("Garden ");
        await account.Say(room, Enumerable.Range(1, 30).Select(static i => $"before {i}"));
        await account.Say(room, string.Join('\n', Enumerable.Range(1, 60).Select(static i => $"line {i}")));
        var reader = await Arrival(account);
        await reader.Open(room);
        var row = reader.Row("line 60");
        await Expect(reader.Button("Show more")).ToBeInViewportAsync();
        var before = (await row.BoundingBoxAsync())!.Y;

        await reader.Button("Show more").ClickAsync();

        await Expect(reader.Button("Show less")).ToHaveCountAsync(1);
        await Expect(reader.Page.Locator(".to-end")).ToBeVisibleAsync();
        Assert.InRange((await row.BoundingBoxAsync())!.Y, before - 2, before + 2);
    }

    private async Task<(Person Ada, Person Ben, Guid Room)> Two()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var garden = Site.Unique("Garden ");
        var room = await adas.CreateRoom(garden);
        await bens.Join(room);
        var (ada, ben) = (await Arrival(adas), await Arrival(bens));
        await Task.WhenAll(ada.Open(room), ben.Open(room));
        await Task.WhenAll(ada.IsIn(garden), ben.IsIn(garden));
        return (ada, ben, room);
    }

    private static async Task<float> Height(ILocator text) => (await text.BoundingBoxAsync())!.Height;
}
