using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>People write emoji by their names, with the help of a list.</summary>
public sealed class ShortcodeStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task While_a_shortcode_is_completed_Enter_and_the_arrows_are_the_lists()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Composer.PressSequentiallyAsync("Morning :smi");
        await Expect(Completions(ada).First).ToHaveTextAsync("😄:smile:");
        Assert.InRange(await Completions(ada).CountAsync(), 4, 8);
        var second = await Completions(ada).Nth(1).Locator(".completion-icon").InnerTextAsync();

        await ada.Composer.PressAsync("ArrowDown");
        await Expect(Completions(ada).Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(ada.Composer).ToHaveAttributeAsync("aria-activedescendant", (await Completions(ada).Nth(1).GetAttributeAsync("id"))!);
        await ada.Composer.PressAsync("ArrowUp");
        await ada.Composer.PressAsync("ArrowUp");
        await Expect(Completions(ada).Last).ToHaveAttributeAsync("aria-selected", "true");
        await ada.Composer.PressAsync("ArrowDown");
        await ada.Composer.PressAsync("ArrowDown");
        await ada.Composer.PressAsync("Enter");

        await Expect(Completions(ada)).ToHaveCountAsync(0);
        await Expect(ada.Composer).ToHaveValueAsync($"Morning {second} ");
        await Expect(ada.Texts).ToHaveCountAsync(0);
        await ada.Composer.PressSequentiallyAsync("all :tomat");
        await Expect(Completions(ada)).ToHaveTextAsync(["🍅:tomato:"]);
        await ada.Composer.PressAsync("Tab");
        await Expect(ada.Composer).ToBeFocusedAsync();
        await ada.Composer.PressSequentiallyAsync(":see");
        await Completions(ada).Filter(new LocatorFilterOptions { HasText = ":seedling:" }).ClickAsync();
        await Expect(ada.Composer).ToHaveValueAsync($"Morning {second} all 🍅 🌱 ");
        await ada.Composer.PressAsync("Enter");
        await ada.SeesExactly($"Morning {second} all 🍅 🌱");
    }

    [Fact]
    public async Task A_whole_shortcode_becomes_its_emoji_at_once_and_can_be_taken_back()
    {
        var (ada, _, _) = await AloneIn("Garden ");

        await ada.Composer.PressSequentiallyAsync("Done :tada:");
        await Expect(ada.Composer).ToHaveValueAsync("Done 🎉");
        await Expect(Completions(ada)).ToHaveCountAsync(0);
        await ada.Composer.PressAsync("Control+z");
        await Expect(ada.Composer).ToHaveValueAsync(new Regex("^Done :tada:?$"));
        await ada.Composer.FillAsync("");
        await ada.Composer.PressSequentiallyAsync("At 10:30:15 see a:b:c and :nothing:, not :tada:");
        await Expect(ada.Composer).ToHaveValueAsync("At 10:30:15 see a:b:c and :nothing:, not 🎉");
        await ada.Reload();
        await Expect(ada.Composer).ToHaveValueAsync("At 10:30:15 see a:b:c and :nothing:, not 🎉");
    }

    [Fact]
    public async Task Shortcodes_that_were_typed_while_the_emoji_were_on_their_way_become_emoji_when_these_come()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        var comes = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/emoji/en.json", async route =>
        {
            await comes.Task;
            await route.ContinueAsync();
        });

        await ada.Composer.PressSequentiallyAsync(":tada: :tomato: and :seedling: today");
        await Expect(ada.Composer).ToHaveValueAsync(":tada: :tomato: and :seedling: today");
        comes.SetResult();

        await Expect(ada.Composer).ToHaveValueAsync("🎉 🍅 and 🌱 today");
        await ada.Page.Keyboard.TypeAsync("!");
        await Expect(ada.Composer).ToHaveValueAsync("🎉 🍅 and 🌱 today!");
    }

    [Fact]
    public async Task Escape_closes_the_list_and_leaves_the_word_alone()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Composer.PressSequentiallyAsync(":smi");
        await Expect(Completions(ada).First).ToBeVisibleAsync();

        await ada.Composer.PressAsync("Escape");
        await Expect(Completions(ada)).ToHaveCountAsync(0);
        await ada.Composer.PressSequentiallyAsync("l");
        await ada.Composer.PressAsync("Enter");

        await ada.SeesExactly(":smil");
        await ada.Composer.PressSequentiallyAsync(":smi");
        await Expect(Completions(ada).First).ToBeVisibleAsync();
        await ada.Composer.PressAsync("Home");
        await Expect(Completions(ada)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_an_input_method_composes_is_left_to_it()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Composer.PressSequentiallyAsync(":smi");
        await Expect(Completions(ada).First).ToBeVisibleAsync();

        Assert.True(await ada.Composer.EvaluateAsync<bool>("box => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"));

        await Expect(Completions(ada).First).ToBeVisibleAsync();
        await Expect(ada.Composer).ToHaveValueAsync(":smi");
        await Expect(ada.Texts).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_list_has_no_barriers()
    {
        var (ada, _, _) = await AloneIn("Garden ");
        await ada.Composer.PressSequentiallyAsync("Morning :smi");
        await Expect(Completions(ada).First).ToBeVisibleAsync();

        await Barriers.AssertNone(ada, "completions");
    }

    private static ILocator Completions(Person person) => person.Page.GetByRole(AriaRole.Listbox, new PageGetByRoleOptions { Name = "Emoji", Exact = true }).GetByRole(AriaRole.Option);
}
