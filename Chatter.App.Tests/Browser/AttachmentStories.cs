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

/// <summary>Files in the page: on their way up, in the log, by themselves, and gone.</summary>
public sealed partial class AttachmentStories(Chromium chromium) : Story(chromium)
{
    private Account? _adas;

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

    private async Task<(Person Ada, Person Ben, Guid Room)> Two(string name)
    {
        var (ada, account, room) = await AloneIn(name);
        var bens = await Site.Register(Site.Unique("ben"));
        await bens.Join(room);
        var ben = await Arrival(bens);
        await ben.Open(room);
        await Expect(ben.Composer).ToBeEnabledAsync();
        _adas = account;
        return (ada, ben, room);
    }

    /// <summary>Ada sends files, without her page.</summary>
    private Task Send(Guid room, string text, params (string Name, byte[] Bytes)[] files) => _adas!.With(async client =>
    {
        var sent = new List<AttachmentInfo>();
        foreach (var (name, bytes) in files) sent.Add((await client.Upload(room, new MemoryStream(bytes), name, cancel: TestContext.Current.CancellationToken)).Attachment);
        await client.Send(room, text, attachments: sent, cancel: TestContext.Current.CancellationToken);
    });

    private static ILocator Tray(Person person) => person.Page.Locator(".tray-file");

    private static Task Pick(Person person, params (string Name, string Type, byte[] Bytes)[] files) => person.Page.Locator("[data-files]").SetInputFilesAsync(
        files.Select(static file => new FilePayload { Name = file.Name, MimeType = file.Type, Buffer = file.Bytes }));

    private static Task Give(Person person, string what, string where, (string Name, string Type, byte[] Bytes) file, params (string Name, string Type, byte[] Bytes)[] more) =>
        Give(person, what, where, null, [file, .. more]);

    private static Task Give(Person person, string what, string where, (string Name, string Type, byte[] Bytes) file, string text) => Give(person, what, where, text, [file]);

    /// <summary>As the browser does it: an event that carries files.</summary>
    private static Task Give(Person person, string what, string where, string? text, (string Name, string Type, byte[] Bytes)[] files) => person.Page.EvaluateAsync(
        """
        ([what, where, text, files]) => {
            const data = new DataTransfer();
            for (const [name, type, bytes] of files) data.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type }));
            if (text) data.setData('text/plain', text);
            const about = { bubbles: true, cancelable: true };
            document.querySelector(where).dispatchEvent(what === 'paste' ? new ClipboardEvent(what, { ...about, clipboardData: data }) : new DragEvent(what, { ...about, dataTransfer: data }));
        }
        """, new object?[] { what, where, text, files.Select(static file => new[] { file.Name, file.Type, Convert.ToBase64String(file.Bytes) }).ToArray() });

    /// <summary>It has come, and is what it was sent as.</summary>
    private static async Task IsShown(ILocator image)
    {
        await Expect(image).ToBeVisibleAsync();
        Assert.True(await image.EvaluateAsync<bool>("async image => { image.loading = 'eager'; await image.decode(); return image.naturalWidth > 0; }"));
    }

    private static async Task<(int Width, int Height)> SizeOf(ILocator element)
    {
        var box = await element.BoundingBoxAsync() ?? throw new InvalidOperationException("It isn't shown.");
        return ((int)Math.Round(box.Width), (int)Math.Round(box.Height));
    }

    [GeneratedRegex(@"/attachments\?name=")]
    private static partial Regex Uploads();
}
