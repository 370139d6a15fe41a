using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Pages that nobody means to be on.</summary>
public sealed class NowhereStories(Chromium chromium) : Story(chromium)
{
    [Theory]
    [InlineData("/nothing/here", 404, "There is nothing at this address", "Go to your rooms")]
    [InlineData("/not-found", 200, "There is nothing at this address", "Go to your rooms")]
    [InlineData("/error", 200, "Something went wrong on our side", "Try again")]
    public async Task They_lead_back_to_the_rooms(string path, int status, string heading, string link)
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        var address = new Uri(Site.Address, path);
        if (status == 404) ada.Watch.ExpectNothingAt(address);
        Assert.Equal(status, (await ada.Page.GotoAsync(address.ToString()))?.Status);
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = heading })).ToBeVisibleAsync();

        await ada.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = link }).ClickAsync();

        await ada.Ready();
        await Expect(ada.Page).ToHaveURLAsync(Site.Address.ToString());
    }
}
