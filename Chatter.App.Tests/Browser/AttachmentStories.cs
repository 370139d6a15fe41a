using System.Text;
using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Made = Chatter.Chat.Tests.Support.Pictures;

namespace Chatter.App.Tests.Browser;

/// <summary>Files on their way up: picked, pasted, dropped, taken back and tried again.</summary>
public sealed partial class AttachmentStories(Chromium chromium) : AttachmentStory(chromium)
{
    [Fact]
    public async Task Picked_pictures_and_files_are_there_before_the_message_is_and_everybody_sees_them()
    {
        var (ada, ben, room) = await Two("garden");

        await Pick(ada, ("tomatoes.jpg", "image/jpeg", Made.Photo(1600, 1200)), ("notes.txt", "text/plain", Encoding.UTF8.GetBytes("frost")));
        await Expect(Tray(ada)).ToHaveCountAsync(2);
        await Expect(Tray(ada).Filter(new LocatorFilterOptions { HasText = "notes.txt" })).ToContainTextAsync("5 B");
        await ada.Write("Look at these");

        foreach (var person in new[] { ada, ben })
        {
            await person.Sees("Look at these");
            var picture = person.Row("Look at these").Locator(".picture img");
            await Expect(picture).ToHaveAttributeAsync("alt", "tomatoes.jpg");
            await IsShown(picture);
            Assert.Equal((400, 300), await SizeOf(picture));
            await Expect(person.Row("Look at these").Locator(".file")).ToHaveTextAsync(new Regex(@"notes\.txt\s*5 B"));
        }
        await Expect(Tray(ada)).ToHaveCountAsync(0);
        await ada.SeesExactly("Look at these");
    }

    [Fact]
    public async Task A_pasted_picture_goes_without_a_word()
    {
        var (ada, ben, _) = await Two("garden");
        await ada.Composer.FocusAsync();
        await Give(ada, "paste", ".composer textarea", ("image.png", "image/png", Made.Png(200, 100)));
        await Expect(Tray(ada)).ToContainTextAsync("image.png");
        await ada.Composer.PressAsync("Enter");
        await IsShown(ben.Page.Locator(".row .picture img"));
        Assert.Equal((200, 100), await SizeOf(ben.Page.Locator(".row .picture img")));
        await Expect(ben.Texts).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Text_that_is_pasted_with_a_picture_of_itself_is_text()
    {
        var (ada, _, _) = await AloneIn("garden");
        await ada.Composer.FocusAsync();
        await Give(ada, "paste", ".composer textarea", ("image.png", "image/png", Made.Png()), text: "a table's cell");
        await Expect(Tray(ada)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_dragged_over_the_room_can_be_dropped_anywhere_in_it()
    {
        var (ada, ben, _) = await Two("garden");
        await Give(ada, "dragenter", ".log", ("a.png", "image/png", Made.Png()));
        await Expect(ada.Page.Locator(".drop")).ToBeVisibleAsync();
        await Give(ada, "drop", ".log", ("a.png", "image/png", Made.Png()), ("b.pdf", "application/pdf", Encoding.ASCII.GetBytes("%PDF-1.7")));
        await Expect(ada.Page.Locator(".drop")).ToBeHiddenAsync();
        await Expect(Tray(ada)).ToHaveCountAsync(2);
        await Expect(ada.Composer).ToBeFocusedAsync();
        await ada.Composer.PressAsync("Enter");
        await IsShown(ben.Page.Locator(".picture img"));
        await Expect(ben.Page.Locator(".file")).ToContainTextAsync("b.pdf");
    }

    [Fact]
    public async Task A_message_waits_for_its_files_and_goes_by_itself()
    {
        var (ada, ben, _) = await Two("garden");
        var gate = new TaskCompletionSource();
        await ada.Page.RouteAsync(Uploads(), async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });
        await Pick(ada, ("a.png", "image/png", Made.Png(300, 200)));
        await Expect(Tray(ada).GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await ada.Write("Here it is");
        await Expect(ada.Page.Locator("[data-hint]")).ToHaveTextAsync("Sent when its files are there.");
        await Expect(ben.Texts).ToHaveCountAsync(0);

        gate.SetResult();

        await ben.Sees("Here it is");
        await IsShown(ben.Page.Locator(".picture img"));
        await Expect(ada.Composer).ToHaveValueAsync("");
        await Expect(ada.Page.Locator("[data-hint]")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task An_upload_that_is_taken_back_is_over()
    {
        var (ada, _, _) = await AloneIn("garden");
        ada.Watch.ExpectOutage();
        await ada.Page.RouteAsync(Uploads(), static _ => Task.CompletedTask);
        var ended = new TaskCompletionSource();
        ada.Page.RequestFailed += (_, request) =>
        {
            if (Uploads().IsMatch(request.Url)) ended.TrySetResult();
        };
        await Pick(ada, ("a.png", "image/png", Made.Png()), ("b.png", "image/png", Made.Png()));
        await ada.Button("Remove a.png").ClickAsync();
        await ended.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        await Expect(Tray(ada)).ToHaveCountAsync(1);
        await ada.Button("Remove b.png").ClickAsync();
        await Expect(ada.Page.Locator("[data-tray]")).ToBeHiddenAsync();
        await ada.Write("Never mind");
        await ada.SeesExactly("Never mind");
    }

    [Fact]
    public async Task An_upload_that_is_cut_off_says_so_and_is_tried_again()
    {
        var (ada, ben, _) = await Two("garden");
        ada.Watch.ExpectOutage();
        await ada.Page.RouteAsync(Uploads(), static route => route.AbortAsync());
        await Pick(ada, ("a.png", "image/png", Made.Png()));
        await Expect(Tray(ada)).ToContainTextAsync("No connection.");
        await ada.Page.UnrouteAsync(Uploads());
        await Tray(ada).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Try again" }).ClickAsync();
        await ada.Write("At last");
        await ben.Sees("At last");
        await IsShown(ben.Page.Locator(".picture img"));
    }

    [Fact]
    public async Task What_is_too_large_empty_or_too_much_is_said_at_once()
    {
        var (ada, _, _) = await AloneIn("garden");
        await ada.Page.EvaluateAsync(
            """
            () => {
                const files = new DataTransfer();
                files.items.add(new File([new Uint8Array(20971521)], 'film.mov'));
                files.items.add(new File([], 'nothing.txt'));
                document.querySelector('.room').dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
            }
            """);
        await Expect(ada.Page.Locator("[data-hint]")).ToHaveTextAsync("“film.mov” is too large: a file has at most 21.0 MB. “nothing.txt” is empty, or a folder.");
        await Expect(Tray(ada)).ToHaveCountAsync(0);
        await Pick(ada, [.. Enumerable.Range(1, 11).Select(static i => ($"{i}.txt", "text/plain", new byte[] { 1 }))]);
        await Expect(ada.Page.Locator("[data-hint]")).ToHaveTextAsync("A message has at most 10 files.");
        await Expect(Tray(ada)).ToHaveCountAsync(10);
    }

    [Fact]
    public async Task What_the_server_refuses_says_why_and_holds_the_message_back()
    {
        var (ada, _, _) = await AloneIn("garden");
        ada.Watch.ExpectRefusal(422);
        await Pick(ada, ("broken.png", "image/png", Made.Png()[..60]));
        await Expect(Tray(ada)).ToContainTextAsync("The picture is damaged");
        await ada.Write("With a picture");
        await Expect(ada.Page.Locator("[data-hint]")).ToHaveTextAsync("A file isn’t there. Try it again, or remove it.");
        await ada.Button("Remove broken.png").ClickAsync();
        await ada.Composer.PressAsync("Enter");
        await ada.SeesExactly("With a picture");
    }

    [Fact]
    public async Task What_was_uploaded_is_there_after_a_reload_and_in_no_other_room()
    {
        var (ada, adas, room) = await AloneIn("garden");
        var kitchen = Site.Unique("kitchen");
        await adas.CreateRoom(kitchen);
        await Pick(ada, ("a.png", "image/png", Made.Png()));
        await Expect(Tray(ada)).ToHaveAttributeAsync("data-state", "done");
        await ada.Reload();
        await Expect(Tray(ada)).ToContainTextAsync("a.png");
        await ada.GoTo(kitchen);
        await Expect(Tray(ada)).ToHaveCountAsync(0);
        await ada.Open(room);
        await Expect(Tray(ada)).ToContainTextAsync("a.png");
        await ada.Composer.PressAsync("Enter");
        await IsShown(ada.Page.Locator(".picture img"));
    }

    [Fact]
    public async Task Sent_without_a_connection_it_waits_and_goes_once()
    {
        var (ada, ben, _) = await Two("garden");
        await Pick(ada, ("a.png", "image/png", Made.Png()), ("notes.txt", "text/plain", [1, 2]));
        await Expect(Tray(ada).And(ada.Page.Locator("[data-state=done]"))).ToHaveCountAsync(2);
        ada.Watch.ExpectOutage();
        await ada.Context.SetOfflineAsync(true);
        await ada.Write("From the train");
        await Expect(ada.Page.Locator("[data-unsent] .row")).ToContainTextAsync("a.png");
        await Expect(ada.Page.GetByText("Waiting for connection")).ToBeVisibleAsync();
        await ada.Context.SetOfflineAsync(false);
        await ada.Reload();
        await ben.Sees("From the train");
        await IsShown(ben.Page.Locator(".picture img"));
        await Expect(ben.Page.Locator(".file")).ToHaveCountAsync(1);
        await ada.SeesExactly("From the train");
        await ben.SeesExactly("From the train");
    }

    [GeneratedRegex(@"/attachments\?name=")]
    private static partial Regex Uploads();
}
