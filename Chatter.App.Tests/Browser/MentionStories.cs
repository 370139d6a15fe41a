using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>People are called by name.</summary>
public sealed class MentionStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task A_name_completes_itself_and_who_is_called_sees_it()
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("mallory_the_gardener_"), "Mallory"));
        var name = Site.Unique("Garden ");
        var rooms = await Rooms(ada, ben, name);
        var (hers, his) = (await Arrival(ada), await Arrival(ben));
        await Task.WhenAll(hers.Open(rooms[0]), his.Open(rooms[0]));
        await Task.WhenAll(hers.IsIn(name), his.IsIn(name));

        await hers.Composer.PressSequentiallyAsync("Frost, @mal");
        var list = hers.Page.GetByRole(AriaRole.Listbox, new PageGetByRoleOptions { Name = "People" });
        await Expect(list.GetByRole(AriaRole.Option)).ToHaveTextAsync([new System.Text.RegularExpressions.Regex($"{ben.Name} \\(Mallory\\)")]);
        await hers.Composer.PressAsync("Enter");
        await Expect(hers.Composer).ToHaveValueAsync($"Frost, @{ben.Name} ");
        await hers.Composer.PressSequentiallyAsync("what now?");
        await hers.Composer.PressAsync("Enter");

        await Expect(his.Page.Locator(".mentions-me .mention")).ToHaveTextAsync($"@{ben.Name}");
        await hers.SeesExactly($"Frost, @{ben.Name} what now?");
        await Expect(hers.Page.Locator(".mentions-me")).ToHaveCountAsync(0);

        await his.Write("@here look");
        await Expect(hers.Page.Locator(".mentions-me")).ToContainTextAsync("@here look");
    }

    [Fact]
    public async Task Who_comes_later_can_be_called_too_and_Escape_leaves_the_word_as_it_is()
    {
        var (ada, account, room) = await AloneIn("Garden ");
        await ada.Composer.PressSequentiallyAsync("@zo");
        await Expect(ada.Page.GetByRole(AriaRole.Listbox)).ToHaveCountAsync(0);
        var zoe = await Site.Register(Site.Unique("zoe"));
        await zoe.Join(room);
        await Expect(ada.Page.Locator(".notice").Last).ToContainTextAsync(zoe.Name);

        await ada.Composer.PressSequentiallyAsync("e");
        await Expect(ada.Page.GetByRole(AriaRole.Option)).ToContainTextAsync([zoe.Name]);
        await ada.Composer.PressAsync("Escape");
        await Expect(ada.Page.GetByRole(AriaRole.Listbox)).ToHaveCountAsync(0);
        await ada.Composer.PressAsync("Enter");

        await ada.SeesExactly("@zoe");
        Assert.Equal(account.Name, ada.Name);
    }
}
