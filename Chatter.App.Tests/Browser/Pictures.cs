using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Chatter.Chat.Protocol;
using Microsoft.Playwright;
using SkiaSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>
/// Takes pictures of every view, in English, at both widths.
/// </summary>
public sealed class Pictures(Chromium chromium) : PictureStory(chromium)
{
    [Fact]
    public Task On_a_desk() => Walk("1440", Desk);

    [Fact]
    public Task In_a_hand() => Walk("390", Hand);

    private async Task Walk(string width, Action<BrowserNewContextOptions> window)
    {
        await Accounts(width, await Visitor("visitor", House.Site, window));
        await Empty(width, await Arrival(await House.Site.Register("newcomer", "New Comer"), House.Site, window));
        await Room(width, await Arrival(House.Ada, House.Site, window));
    }

    private async Task Accounts(string width, Person visitor)
    {
        await visitor.Page.GotoAsync(new Uri(House.Site.Address, "/login").ToString());
        await Take(visitor, $"login-{width}");
        await visitor.Page.GetByLabel("Name").FillAsync("ada");
        await visitor.Page.GetByLabel("Password").FillAsync("wrong");
        await visitor.Button("Log in").ClickAsync();
        await Expect(visitor.Page.Locator(".error")).Not.ToBeEmptyAsync();
        await Take(visitor, $"login-refused-{width}");
        await visitor.Page.GotoAsync(new Uri(House.Site.Address, "/register").ToString());
        await Take(visitor, $"register-{width}");
        await visitor.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync("ad a");
        await visitor.Page.GetByLabel("Password").FillAsync("short");
        await visitor.Button("Register").ClickAsync();
        await Expect(visitor.Page.Locator("[aria-invalid=true]")).ToHaveCountAsync(2);
        await Take(visitor, $"register-refused-{width}");
        await visitor.Leave();
    }

    private static async Task Empty(string width, Person newcomer)
    {
        await newcomer.Open();
        await Expect(newcomer.Page.GetByText("Welcome, New Comer")).ToBeVisibleAsync();
        await Take(newcomer, $"home-empty-{width}");
        await newcomer.Page.Locator(".empty").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Join room" }).ClickAsync();
        await Expect(newcomer.Button("Join garden")).ToBeVisibleAsync();
        await Take(newcomer, $"dialog-join-{width}");
        await newcomer.Page.Keyboard.PressAsync("Escape");
        await newcomer.Page.GotoAsync(new Uri(newcomer.Page.Url).GetLeftPart(UriPartial.Authority) + $"/rooms/{Guid.NewGuid()}");
        await newcomer.Ready();
        await Take(newcomer, $"door-{width}");
        await newcomer.Button("Join room").Last.ClickAsync();
        await Expect(newcomer.Page.Locator(".empty .error")).ToBeVisibleAsync();
        await Take(newcomer, $"door-refused-{width}");
        await newcomer.Leave();
    }

    private async Task Room(string width, Person ada)
    {
        var narrow = width == "390";
        await ada.Open(House.Garden);
        await ada.IsIn(BusyHouse.Room);
        await ada.Sees("I'll go at nine.");
        await Take(ada, $"room-{width}");
        await ada.Page.Locator(".log").EvaluateAsync("log => log.scrollTop = -log.scrollHeight");
        await Expect(ada.Button("Newest messages")).ToBeVisibleAsync();
        await Take(ada, $"room-above-{width}");
        await ada.Page.Locator(".to-end").ClickAsync();
        await Changes(width, ada);
        await Lists(width, ada);
        await Settings(width, ada);
        await Dialogs(width, ada);
        await Search(width, ada);
        await Files(width, ada);
        if (narrow)
        {
            await ada.Button("Rooms").ClickAsync();
            await Expect(ada.RoomLink("kitchen")).ToBeInViewportAsync();
            await Settled(ada);
            await Take(ada, $"drawer-{width}");
            await ada.Page.Keyboard.PressAsync("Escape");
        }
        else
        {
            await ada.OpenMenu("Settings and log out");
            await Take(ada, $"menu-settings-{width}");
            await ada.CloseMenu();
        }
        await Outage(width, ada);
    }

    private static async Task Changes(string width, Person ada)
    {
        const string own = "I'll go at nine.";
        if (width == "390") await ada.Row(own).DispatchEventAsync("pointerdown", new { pointerType = "touch", bubbles = true });
        else await ada.PointAt(own);
        await Expect(ada.Tool("Edit")).ToBeVisibleAsync();
        await Take(ada, $"tools-{width}");
        await ada.Tool("More").ClickAsync();
        await Take(ada, $"tools-menu-{width}");
        await ada.Tool("Forward").ClickAsync();
        await Expect(ada.Dialog).ToBeVisibleAsync();
        await Take(ada, $"dialog-forward-{width}");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
        if (width == "390") await ada.Row(own).DispatchEventAsync("pointerdown", new { pointerType = "touch", bubbles = true });
        else await ada.PointAt(own);
        await Expect(ada.Tool("Edit")).ToBeVisibleAsync();
        await ada.Tool("Edit").ClickAsync();
        await Expect(ada.Page.Locator(".writing")).ToBeVisibleAsync();
        await Take(ada, $"editing-{width}");
        await ada.Page.Keyboard.PressAsync("Escape");
        await ada.Button("edited").ClickAsync();
        await Expect(ada.Dialog.Locator(".versions li")).ToHaveCountAsync(2);
        await Take(ada, $"dialog-history-{width}");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
    }

    private async Task Settings(string width, Person ada)
    {
        await ada.Open("/settings");
        await Expect(ada.Page.Locator(".sessions li")).Not.ToHaveCountAsync(0);
        await Take(ada, $"settings-{width}");
        await ada.Button("At lunch").ClickAsync();
        await ada.Button("Set status").ClickAsync();
        await ada.Button("Delete my account").ClickAsync();
        await ada.Button("Keep it").ScrollIntoViewIfNeededAsync();
        await Take(ada, $"settings-end-{width}");
        await ada.Page.Locator("#password").ScrollIntoViewIfNeededAsync();
        await Take(ada, $"settings-middle-{width}");
        await ada.Open(House.Garden);
        await ada.IsIn(BusyHouse.Room);
        await ada.Sees("I'll go at nine.");
    }

    private static async Task Lists(string width, Person ada)
    {
        foreach (var page in (string[])["inbox", "saved"])
        {
            if (width == "390") await ada.Button("Rooms").ClickAsync();
            await ada.Page.Locator($".side-places [href={page}]").ClickAsync();
            await Expect(ada.Page.Locator(".listed").Last).ToBeVisibleAsync();
            await Settled(ada);
            await Take(ada, $"{page}-{width}");
        }
        await ada.Page.Locator(".listed").First.ClickAsync();
        await ada.IsIn(BusyHouse.Room);
        await ada.Page.Locator(".to-end").ClickAsync();
        await ada.Button("Pinned").ClickAsync();
        await Expect(ada.Page.Locator(".details .listed")).ToHaveCountAsync(2);
        await Take(ada, $"pins-{width}");
        await ada.Button("Close pinned").ClickAsync();
    }

    private async Task Files(string width, Person ada)
    {
        // The house was started anew since she registered.
        await new Account(House.Site.Address, new HttpClient(), House.Ada.Name, House.Ada.Token, House.Ada.Id).With(async client =>
        {
            var cancel = TestContext.Current.CancellationToken;
            async Task<AttachmentInfo> Up(string name, byte[] bytes) => (await client.Upload(House.Garden, new MemoryStream(bytes), name, cancel: cancel)).Attachment;
            await client.Send(House.Garden, "From the shed this morning:", attachments: [await Up("beds-in-frost.jpg", Scenery.Paint(1600, 1200, 7, SKEncodedImageFormat.Jpeg))], cancel: cancel);
            await client.Send(House.Garden, "", attachments:
            [
                await Up("one.png", Scenery.Paint(900, 700, 1)), await Up("two.png", Scenery.Paint(500, 900, 2)), await Up("three.png", Scenery.Paint(1400, 500, 3)), await Up("four.png", Scenery.Paint(800, 800, 4)),
            ], cancel: cancel);
            await client.Send(House.Garden, "And the papers", attachments:
            [
                await Up("Protokoll der Gartenversammlung vom ersten Samstag im März – endgültige Fassung.pdf", [.. "%PDF-1.7"u8, .. new byte[183_000]]), await Up("bees.mp3", [.. "ID3"u8, .. new byte[4_300_000]]),
            ], cancel: cancel);
        });
        if (await ada.Page.Locator(".to-end").IsVisibleAsync()) await ada.Page.Locator(".to-end").ClickAsync();
        await ada.Sees("And the papers");
        await Expect(ada.Page.Locator(".picture img")).ToHaveCountAsync(5);
        await ada.Page.EvaluateAsync("() => Promise.all([...document.querySelectorAll('.picture img')].map(image => { image.loading = 'eager'; return image.decode(); }))");
        await Take(ada, $"files-{width}");
        await ada.Page.Locator(".picture").Nth(1).ScrollIntoViewIfNeededAsync();
        await ada.Page.Locator(".picture").Nth(1).ClickAsync();
        await ada.Page.EvaluateAsync("() => document.querySelector('.lightbox img').decode()");
        await Take(ada, $"lightbox-{width}");
        await ada.Page.Keyboard.PressAsync("Escape");
        var refuse = new Regex("name=refused");
        ada.Watch.ExpectOutage();
        await ada.Page.RouteAsync(new Regex("name=film"), static _ => Task.CompletedTask);
        await ada.Page.RouteAsync(refuse, static route => route.AbortAsync());
        await ada.Page.Locator("[data-files]").SetInputFilesAsync(
        [
            new FilePayload { Name = "beds-in-frost.jpg", MimeType = "image/jpeg", Buffer = Scenery.Paint(1600, 1200, 7, SKEncodedImageFormat.Jpeg) },
            new FilePayload { Name = "a name that is much longer than there is room for it.pdf", MimeType = "application/pdf", Buffer = [.. "%PDF-1.7"u8, .. new byte[183_000]] },
            new FilePayload { Name = "refused.txt", MimeType = "text/plain", Buffer = [1] },
            new FilePayload { Name = "film.mp4", MimeType = "video/mp4", Buffer = new byte[9_000_000] },
        ]);
        await Expect(ada.Page.Locator(".tray-file[data-state=done]")).ToHaveCountAsync(2);
        await Expect(ada.Page.Locator(".tray-file[data-state=failed]")).ToHaveCountAsync(1);
        await ada.Composer.FillAsync("Two more, and the film");
        await Take(ada, $"tray-{width}");
        await ada.Page.EvaluateAsync("() => document.querySelector('.room').classList.add('dropping')");
        await Take(ada, $"drop-{width}");
        await ada.Page.EvaluateAsync("() => document.querySelector('.room').classList.remove('dropping')");
        await ada.Page.UnrouteAllAsync();
        while (await ada.Page.Locator(".tray-remove").CountAsync() > 0) await ada.Page.Locator(".tray-remove").First.ClickAsync();
        await ada.Composer.FillAsync("");
        ada.Watch.OutageIsOver();
    }

    private static async Task Dialogs(string width, Person ada)
    {
        await ada.OpenMenu("Room menu");
        await Take(ada, $"menu-room-{width}");
        await ada.CloseMenu();
        foreach (var (item, name) in new[] { ("Invite people", "invite"), ("Rename or change topic", "edit"), ("Leave room", "leave") })
        {
            await ada.Choose("Room menu", item);
            await Expect(ada.Dialog).ToBeVisibleAsync();
            if (name == "invite") await Expect(ada.Page.Locator("#invite-link")).ToHaveValueAsync(new Regex("/rooms/"));
            await Take(ada, $"dialog-{name}-{width}");
            await ada.Page.Keyboard.PressAsync("Escape");
            await Expect(ada.Dialog).ToHaveCountAsync(0);
        }
        if (width == "390") await ada.Button("Rooms").ClickAsync();
        await ada.Button("Create room").ClickAsync();
        await Expect(ada.Dialog).ToBeVisibleAsync();
        await Take(ada, $"dialog-create-{width}");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
        if (width == "390") await ada.Page.Touchscreen.TapAsync(380, 400);

        await ada.Choose("Room menu", "Members");
        await Expect(ada.Page.Locator(".members li")).Not.ToHaveCountAsync(0);
        await Take(ada, $"members-{width}");
        await ada.Page.Locator(".member", new PageLocatorOptions { HasTextString = "cleo" }).ClickAsync();
        await Expect(ada.Dialog.GetByText("Mute for 1 hour")).ToBeVisibleAsync();
        await Take(ada, $"dialog-person-{width}");
        await ada.Dialog.GetByText("Ban from room").ClickAsync();
        await Expect(ada.Dialog.GetByLabel("Reason")).ToBeVisibleAsync();
        await Take(ada, $"dialog-ban-{width}");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog.GetByText("Mute for 1 hour")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Dialog).ToHaveCountAsync(0);
        await ada.Button("Close members").ClickAsync();
    }

    private static async Task Search(string width, Person ada)
    {
        await ada.Button("Search in this room").ClickAsync();
        var box = ada.Page.GetByRole(AriaRole.Searchbox, new PageGetByRoleOptions { Name = "Search messages" });
        await Expect(box).ToBeFocusedAsync();
        await Expect(ada.Page.Locator(".search-hints")).ToBeVisibleAsync();
        await Take(ada, $"search-hints-{width}");
        await box.FillAsync("the");
        await Expect(ada.Page.Locator(".hit mark").First).ToBeVisibleAsync();
        await Take(ada, $"search-found-{width}");
        await ada.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "All rooms" }).ClickAsync();
        await Expect(ada.Page.Locator(".hit-room").First).ToBeVisibleAsync();
        await box.FillAsync("番茄");
        await Expect(ada.Page.Locator(".hit mark")).ToHaveTextAsync(["番茄"]);
        await Take(ada, $"search-all-{width}");
        await box.FillAsync("nothing of the kind");
        await Expect(ada.Page.Locator(".search-none")).ToBeVisibleAsync();
        await Take(ada, $"search-none-{width}");
        await box.FillAsync("has:teeth");
        await Expect(ada.Page.Locator(".search-none .error")).ToBeVisibleAsync();
        await Take(ada, $"search-refused-{width}");
        await ada.Button("Close search").ClickAsync();
    }

    /// <summary>What was written two days ago is refused, what is written while the server is away waits.</summary>
    private async Task Outage(string width, Person ada)
    {
        await ada.Page.EvaluateAsync(
            "([user, room]) => localStorage.setItem(`chatter.outbox.${user}.${room}`, JSON.stringify([{ nonce: 'old', text: 'Who has the key of the shed?', at: Date.now() - 2 * 86400000 }]))",
            new[] { House.Ada.Id, House.Garden });
        await ada.Reload();
        await Expect(ada.Page.GetByText("Not sent: it waited for more than a day.")).ToBeVisibleAsync();
        ada.Watch.ExpectOutage();
        await House.Kill();
        await Expect(ada.Banner).ToBeVisibleAsync();
        await ada.Write("The gate is shut, good night.");
        await Expect(ada.Page.GetByText("Waiting for connection")).ToBeVisibleAsync();
        await Take(ada, $"reconnecting-{width}");
    }
}
