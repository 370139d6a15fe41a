using System.Text;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using SkiaSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>The pictures of people: chosen in one place, and seen in all others at once.</summary>
public sealed class PictureStories(Chromium chromium) : Story(chromium)
{
    [Fact]
    public async Task A_picture_that_is_chosen_is_seen_by_everybody_at_once_and_so_is_that_it_is_gone()
    {
        var (ada, ben) = await TwoIn("Hall ");
        await ada.Write("frost tonight");
        await ben.Sees("frost tonight");
        await ben.Write("thanks");
        await ada.Sees("thanks");
        await ben.Button("Members").ClickAsync();
        await Expect(ben.Page.Locator(".member")).ToHaveCountAsync(2);
        await ada.Choose("Settings and log out", "Settings");

        await Choose(ada, "me.jpg", "image/jpeg", Chat.Tests.Support.Pictures.Photo(600, 400));

        await Expect(ada.Page.GetByText("Picture saved")).ToBeVisibleAsync();
        await IsShown(ada.Page.Locator(".setting .person img"));
        await IsShown(ada.Page.Locator(".user .avatar img"));
        await IsShown(ben.Row("frost tonight").Locator(".avatar img"));
        await IsShown(ben.Page.Locator(".member", new PageLocatorOptions { HasTextString = ada.Name }).Locator("img"));
        await Expect(ben.Page.Locator(".avatar img")).ToHaveCountAsync(2);
        await ben.Page.Locator(".row .author", new PageLocatorOptions { HasTextString = ada.Name }).ClickAsync();
        await IsShown(ben.Dialog.Locator(".avatar img"));
        await ben.Page.Keyboard.PressAsync("Escape");

        await ada.Button("Remove picture").ClickAsync();
        await Expect(ada.Page.Locator(".avatar img")).ToHaveCountAsync(0);
        await Expect(ben.Page.Locator(".avatar img")).ToHaveCountAsync(0);
        await Expect(ben.Row("frost tonight").Locator(".avatar")).ToHaveTextAsync("A");
    }

    [Fact]
    public async Task Who_comes_later_and_finds_only_messages_sees_the_pictures_of_who_wrote_them()
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var room = await adas.CreateRoom(Site.Unique("Hall "));
        await bens.Join(room);
        await adas.Say(room, "frost tonight");
        await adas.With(async client =>
        {
            await client.ChangeAvatar(new MemoryStream(Chat.Tests.Support.Pictures.Png(300, 300)));
            await client.Converse([bens.Id]);
        });
        var ben = await Arrival(bens);
        await ben.Open(room);
        await IsShown(ben.Row("frost tonight").Locator(".avatar img"));
        await IsShown(ben.RoomLink(adas.Name).Locator(".avatar img"));
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_with_what_to_do_and_another_can_be_chosen()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")));
        await ada.Open("/settings");
        ada.Watch.ExpectRefusal(422);
        await Choose(ada, "me.png", "image/png", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"));
        await Expect(ada.Page.Locator("#picture-said")).ToContainTextAsync("This is no picture.");
        await Choose(ada, "me.png", "image/png", new byte[6_000_000]);
        await Expect(ada.Page.Locator("#picture-said")).ToContainTextAsync("too large");
        await Choose(ada, "me.webp", "image/webp", Chat.Tests.Support.Pictures.Webp());
        await Expect(ada.Page.Locator("#picture-said")).ToBeEmptyAsync();
        await IsShown(ada.Page.Locator(".setting .person img"));
    }

    [Fact]
    public async Task A_picture_that_does_not_come_leaves_the_initials()
    {
        var account = await Site.Register(Site.Unique("ada"));
        await account.With(client => client.ChangeAvatar(new MemoryStream(Chat.Tests.Support.Pictures.Encode(100, 100, SKEncodedImageFormat.Png))));
        var ada = await Arrival(account);
        var asked = 0;
        await ada.Context.RouteAsync("**/api/avatars/*", route =>
        {
            asked++;
            // No picture, in words that a browser doesn't complain about.
            return route.FulfillAsync(new RouteFulfillOptions { Status = 200, ContentType = "image/webp", Body = "" });
        });
        await ada.Open();
        await Expect(ada.Page.Locator(".user .avatar img")).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".user .avatar img")).ToBeHiddenAsync();
        await Expect(ada.Page.Locator(".user .avatar")).ToHaveTextAsync("A");
        Assert.True(asked > 0);
    }

    private static Task Choose(Person person, string name, string type, byte[] bytes) =>
        person.Page.Locator(".picture-choice input").SetInputFilesAsync(new FilePayload { Name = name, MimeType = type, Buffer = bytes });

    private static async Task IsShown(ILocator image)
    {
        await Expect(image.First).ToBeVisibleAsync();
        await Expect(image.First).ToHaveJSPropertyAsync("complete", true);
        await Expect(image.First).Not.ToHaveJSPropertyAsync("naturalWidth", 0);
    }
}
