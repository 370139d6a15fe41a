using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Who blocks somebody has peace of him, and he isn't told.</summary>
public sealed class BlockStories(Chromium chromium) : Story(chromium)
{
    private const string InPlace = "Message of somebody you blocked";

    [Fact]
    public async Task What_somebody_writes_who_is_blocked_is_a_line_that_opens_and_it_is_undone_in_the_settings()
    {
        var (ada, ben) = await TwoIn("Hall ");
        await ben.Write("buy my tomatoes");
        await ada.Sees("buy my tomatoes");
        await ada.Write("no thanks");
        await ben.Sees("no thanks");

        await Card(ada, ben);
        await ada.Button("Block").ClickAsync();
        await Expect(ada.Dialog).ToContainTextAsync("isn’t told");
        await ada.Button("Block").ClickAsync();
        await Expect(ada.Dialog).ToHaveCountAsync(0);

        await Expect(ada.Page.Locator(".withheld")).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".log")).Not.ToContainTextAsync("buy my tomatoes");
        await ben.Write($"@{ada.Name} really, buy them");
        await Expect(ada.Page.Locator(".withheld")).ToHaveCountAsync(2);
        await Expect(ada.Page.Locator(".row.mentions-me")).ToHaveCountAsync(0);
        await Expect(ada.Page.Locator(".log")).Not.ToContainTextAsync("buy");
        await ada.Page.Locator(".withheld").First.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Show" }).ClickAsync();
        await ada.Sees("buy my tomatoes");
        await Expect(ada.Page.Locator(".withheld")).ToHaveCountAsync(1);
        // He sees what he saw before.
        await Expect(ben.Page.Locator(".log")).Not.ToContainTextAsync("block");

        await ada.Reload();
        await Expect(ada.Page.Locator(".withheld")).ToHaveCountAsync(2);
        await Expect(ada.Page.Locator(".withheld").First).ToContainTextAsync(InPlace);
        var tab = await ada.Context.NewPageAsync();
        await tab.GotoAsync(new Uri(Site.Address, "/settings").ToString());
        await tab.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Unblock {ben.Name}" }).ClickAsync();
        await Expect(tab.GetByText("Nobody. You block")).ToBeVisibleAsync();
        // The other page hears of it.
        await Expect(ada.Page.Locator(".withheld")).ToHaveCountAsync(0);
        await ada.Sees("buy my tomatoes");
    }

    [Fact]
    public async Task In_a_conversation_of_two_both_hear_why_they_can_not_write_and_it_goes_on_when_the_block_is_lifted()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var room = Guid.Empty;
        await bens.With(async client => room = (await client.Converse([adas.Id])).Id);
        var (ada, ben) = (await Arrival(adas), await Arrival(bens));
        await Task.WhenAll(ada.Open(room), ben.Open(room));
        await Task.WhenAll(ada.IsIn(bens.Name), ben.IsIn(adas.Name));
        await ben.Write("hello");
        await ada.Sees("hello");

        await Card(ada, ben);
        await ada.Button("Block").ClickAsync();
        await ada.Button("Block").ClickAsync();
        await Expect(ada.Page.Locator(".composer-closed")).ToContainTextAsync($"You blocked {ben.Name}");
        await ben.Write("are you there?");
        await Expect(ben.Page.Locator(".row-state.refused")).ToContainTextAsync($"You can't write to {ada.Name}.");
        await Expect(ada.Page.Locator(".row")).ToHaveCountAsync(1);

        await ada.Page.Locator(".composer-closed").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Unblock" }).ClickAsync();
        await Expect(ada.Composer).ToBeVisibleAsync();
        await ben.Button("Try again").ClickAsync();
        await ada.Sees("are you there?");
    }

    private static async Task Card(Person who, Person of)
    {
        await who.Page.Locator(".row .author", new PageLocatorOptions { HasTextString = of.Name }).First.ClickAsync();
        await Expect(who.Dialog.Locator(".person")).ToBeVisibleAsync();
    }
}
