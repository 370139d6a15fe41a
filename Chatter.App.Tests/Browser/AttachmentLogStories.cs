using System.Text;
using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Markup;
using Chatter.Chat.Protocol;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Made = Chatter.Chat.Tests.Support.Pictures;

namespace Chatter.App.Tests.Browser;

/// <summary>Files in the log: looked at, saved, and gone.</summary>
public sealed class AttachmentLogStories(Chromium chromium) : AttachmentStory(chromium)
{
    [Fact]
    public async Task A_picture_is_looked_at_by_keyboard_alone()
    {
        var (ada, ben, room) = await Two("garden");
        await Send(room, "two", ("one.png", Made.Png(640, 480)), ("two.jpg", Made.Photo(480, 640)));
        await Send(room, "more", ("three.webp", Made.Webp(300, 300)));
        await ben.Sees("more");
        await IsShown(ben.Page.Locator(".picture img").First);
        var box = ben.Page.Locator("dialog.lightbox");

        await ben.Page.Locator(".picture").First.FocusAsync();
        await ben.Page.Keyboard.PressAsync("Enter");
        await Expect(box).ToBeVisibleAsync();
        await Expect(box.Locator(".lightbox-name")).ToHaveTextAsync("one.png");
        await Expect(box.Locator(".lightbox-count")).ToHaveTextAsync("1 of 3");
        await IsShown(box.Locator("img"));
        await ben.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(box.Locator(".lightbox-name")).ToHaveTextAsync("one.png");
        await ben.Page.Keyboard.PressAsync("ArrowRight");
        await ben.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(box.Locator("img")).ToHaveAttributeAsync("alt", "three.webp");
        for (var i = 0; i < 8; i++)
        {
            await ben.Page.Keyboard.PressAsync("Tab");
            Assert.True(await ben.Page.EvaluateAsync<bool>("() => document.activeElement === document.body || document.activeElement.closest('dialog.lightbox') !== null"), "The focus left the picture.");
        }
        await ben.Page.Keyboard.PressAsync("Escape");
        await Expect(box).ToBeHiddenAsync();
        await Expect(ben.Page.Locator(".picture").Last).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_picture_is_looked_at_by_mouse_and_saved()
    {
        var (ada, _, room) = await Two("garden");
        await Send(room, "one", ("one.png", Made.Png(640, 480)));
        await ada.Page.Locator(".picture").ClickAsync();
        var box = ada.Page.Locator("dialog.lightbox");
        await Expect(box.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Next picture" })).ToBeHiddenAsync();
        var saved = await ada.Page.RunAndWaitForDownloadAsync(() => box.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Save picture" }).ClickAsync());
        Assert.Equal("one.png", saved.SuggestedFilename);
        await box.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Close" }).ClickAsync();
        await Expect(box).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_file_is_saved_under_its_name()
    {
        var (ada, ben, room) = await Two("garden");
        await Send(room, "", ("Protokoll der Gartenversammlung vom ersten Samstag im März – endgültige Fassung.pdf", Encoding.ASCII.GetBytes("%PDF-1.7 and so on")));
        var file = ben.Page.Locator(".file");
        await Expect(file.Locator(".file-name span").Last).ToHaveTextAsync(" Fassung.pdf");
        var saved = await ben.Page.RunAndWaitForDownloadAsync(() => file.ClickAsync());
        Assert.Equal("Protokoll der Gartenversammlung vom ersten Samstag im März – endgültige Fassung.pdf", saved.SuggestedFilename);
        Assert.Equal("%PDF-1.7 and so on", await File.ReadAllTextAsync(await saved.PathAsync(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_moves_when_a_picture_comes()
    {
        var (ada, ben, room) = await Two("garden");
        var gate = new TaskCompletionSource();
        await ben.Page.RouteAsync(new Regex("/thumbnail$"), async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await Send(room, "one", ("one.png", Made.Png(640, 480)));
        await ada.Write("below");
        await ben.Sees("below");
        var before = await ben.Row("below").BoundingBoxAsync();
        gate.SetResult();
        await IsShown(ben.Page.Locator(".picture img"));
        Assert.Equal(before?.Y, (await ben.Row("below").BoundingBoxAsync())?.Y);
        Assert.Equal((400, 300), await SizeOf(ben.Page.Locator(".picture img")));
    }

    [Fact]
    public async Task A_deleted_message_takes_its_picture_along_for_everybody()
    {
        var (ada, ben, room) = await Two("garden");
        await Send(room, "look", ("one.png", Made.Png(640, 480)));
        await IsShown(ben.Page.Locator(".picture img"));
        var address = new Uri(new Uri(ben.Page.Url), await ben.Page.Locator(".picture").GetAttributeAsync("href")).ToString();
        Assert.Equal(200, (await ben.Context.APIRequest.GetAsync(address)).Status);

        await ada.Use("look", "Delete");
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Delete message" }).ClickAsync();

        foreach (var person in new[] { ada, ben }) await Expect(person.Page.Locator(".picture")).ToHaveCountAsync(0);
        Assert.Equal(404, (await ben.Context.APIRequest.GetAsync(address)).Status);
        Assert.Equal(404, (await ben.Context.APIRequest.GetAsync(address + "/thumbnail")).Status);
    }

    [Fact]
    public async Task Who_has_left_or_looks_from_elsewhere_has_no_picture()
    {
        var (ada, ben, room) = await Two("garden");
        await Send(room, "look", ("one.png", Made.Png()));
        await IsShown(ben.Page.Locator(".picture img"));
        var address = new Uri(new Uri(ben.Page.Url), await ben.Page.Locator(".picture").GetAttributeAsync("href")).ToString();
        var stranger = await Visitor("stranger");
        Assert.Equal(404, (await stranger.Context.APIRequest.GetAsync(address)).Status);
        Assert.Equal(404, (await ben.Context.APIRequest.GetAsync(address, new APIRequestContextOptions { Headers = new Dictionary<string, string> { ["Sec-Fetch-Site"] = "cross-site" } })).Status);

        await ben.Choose("Room menu", "Leave room");
        await ben.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Leave room" }).ClickAsync();
        await Expect(ben.Page.Locator(".log")).ToHaveCountAsync(0);
        Assert.Equal(404, (await ben.Context.APIRequest.GetAsync(address)).Status);
    }

    [Fact]
    public async Task A_film_stands_still_for_who_wants_it_so()
    {
        var (ada, _, room) = await Two("garden");
        await Send(room, "look", ("film.gif", Made.Gif()));
        var image = ada.Page.Locator(".picture img");
        await Expect(image).ToHaveJSPropertyAsync("complete", true);
        Assert.DoesNotContain("/thumbnail", await image.EvaluateAsync<string>("image => image.currentSrc"), StringComparison.Ordinal);
        await ada.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ReducedMotion = ReducedMotion.Reduce });
        await ada.Reload();
        await IsShown(image);
        Assert.EndsWith("/thumbnail", await image.EvaluateAsync<string>("image => image.currentSrc"), StringComparison.Ordinal);
        await Expect(ada.Page.Locator(".picture-moves")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Nothing_that_a_file_is_called_runs()
    {
        var (ada, account, room) = await AloneIn("garden");
        var names = HostileTexts.All.ToList();
        await account.With(async client =>
        {
            foreach (var few in names.Chunk(10))
            {
                var files = new List<AttachmentInfo>();
                foreach (var name in few) files.Add((await client.Upload(room, new MemoryStream([1]), name, cancel: TestContext.Current.CancellationToken)).Attachment);
                await client.Send(room, "", attachments: files, cancel: TestContext.Current.CancellationToken);
            }
            var picture = (await client.Upload(room, new MemoryStream(Made.Png()), "\"><img src=x onerror=\"window.hacked=1\">.png", "image/png", cancel: TestContext.Current.CancellationToken)).Attachment;
            await client.Send(room, "the last", attachments: [picture], cancel: TestContext.Current.CancellationToken);
        });
        await ada.Sees("the last");
        await IsShown(ada.Row("the last").Locator("img"));
        Assert.True(names.Count >= 200 && await ada.Page.Locator(".file").CountAsync() == names.Count);
        foreach (var file in (await ada.Page.Locator(".file").AllAsync()).Take(20)) await file.HoverAsync();
        await ada.Row("the last").Locator(".picture").ClickAsync();
        await Expect(ada.Page.Locator(".lightbox-name")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Pick(ada, ("<img src=x onerror=window.hacked=2>.txt", "text/plain", [1]));
        await Expect(Tray(ada)).ToHaveAttributeAsync("data-state", "done");

        Assert.Null(await ada.Page.EvaluateAsync<object?>("() => window.hacked ?? null"));
        Assert.Equal(0, await ada.Page.Locator(".log img:not(.picture img), .tray img, .log script, .log iframe, .log style").CountAsync());
        foreach (var link in await ada.Page.Locator(".file").AllAsync())
            Assert.StartsWith("/api/rooms/", await link.GetAttributeAsync("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_files_the_tray_and_the_lightbox_have_no_barriers()
    {
        var (ada, ben, room) = await Two("garden");
        await Send(room, "some", ("one.png", Made.Png(640, 480)), ("two.png", Made.Png(200, 400)), ("film.gif", Made.Gif()), ("notes.txt", [1, 2, 3]));
        await Send(room, "one", ("one.png", Made.Png(640, 480)));
        await ben.Sees("one");
        await Pick(ben, ("a.png", "image/png", Made.Png()), ("notes.txt", "text/plain", [1]));
        await Expect(Tray(ben).And(ben.Page.Locator("[data-state=done]"))).ToHaveCountAsync(2);
        await Barriers.AssertNone(ben, "files");
        await ben.Page.Locator(".picture").First.ClickAsync();
        await IsShown(ben.Page.Locator(".lightbox img"));
        await Barriers.AssertNone(ben, "lightbox", ".lightbox");
    }
}
