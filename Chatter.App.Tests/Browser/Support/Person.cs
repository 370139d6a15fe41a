using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>Somebody at a browser of his own, and what people do there.</summary>
internal sealed class Person(Site site, IBrowserContext context, IPage page, PageWatch watch, string name)
{
    public string Name => name;

    public IPage Page => page;

    public IBrowserContext Context => context;

    public PageWatch Watch => watch;

    public ILocator Composer => page.Locator(".composer textarea");

    /// <summary>The messages of the room that is open.</summary>
    public ILocator Texts => page.Locator(".log .text");

    /// <summary>The row of a message.</summary>
    public ILocator Row(string text) => page.Locator(".row", new PageLocatorOptions { Has = page.Locator(".text", new PageLocatorOptions { HasTextString = text }) });

    /// <summary>What can be done with the message that is pointed at.</summary>
    public ILocator Tools => page.Locator("[data-tools]");

    /// <summary>One of them, in the bar or in its menu.</summary>
    public ILocator Tool(string label) => Tools.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = label, Exact = true, IncludeHidden = true })
        .Or(Tools.GetByRole(AriaRole.Menuitem, new LocatorGetByRoleOptions { Name = label, Exact = true, IncludeHidden = true }));

    public ILocator Reaction(string emoji) => page.Locator(".reaction").Filter(new LocatorFilterOptions { HasText = emoji });

    public ILocator Banner => page.Locator(".banner");

    public ILocator Badge(string room) => RoomLink(room).Locator(".badge");

    public ILocator RoomLink(string room) => page.Locator(".side-rooms .room-link", new PageLocatorOptions { Has = page.GetByText(room, new PageGetByTextOptions { Exact = true }) });

    public ILocator Dialog => page.GetByRole(AriaRole.Dialog);

    public ILocator Button(string label) => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = label, Exact = true });

    public Guid Room => Guid.Parse(new Uri(page.Url).Segments[^1]);

    /// <summary>Goes to an address and waits until the page answers.</summary>
    public async Task Open(string path = "/")
    {
        await page.GotoAsync(new Uri(site.Address, path).ToString());
        await Ready();
    }

    public Task Open(Guid room) => Open($"/rooms/{room}");

    /// <summary>The page answers what is clicked, and knows its rooms.</summary>
    public async Task Ready()
    {
        await page.Locator("#ready[data-ready=True]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        await Expect(page.Locator(".side .skeleton-list")).ToHaveCountAsync(0);
    }

    /// <summary>The room is open, and one can write.</summary>
    public async Task IsIn(string room)
    {
        await Expect(page.Locator("h1.bar-title")).ToContainTextAsync(room);
        await Expect(Composer).ToBeEnabledAsync();
    }

    public async Task Reload()
    {
        await page.ReloadAsync();
        await Ready();
    }

    public async Task Register()
    {
        await page.GotoAsync(new Uri(site.Address, "/register").ToString());
        await page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync(name);
        await page.GetByLabel("Password").FillAsync(Site.Password);
        await Button("Register").ClickAsync();
        await Ready();
    }

    public async Task LogIn()
    {
        await page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync(name);
        await page.GetByLabel("Password").FillAsync(Site.Password);
        await Button("Log in").ClickAsync();
        await Ready();
    }

    public async Task CreateRoom(string room, string? topic = null, bool isPrivate = false)
    {
        await page.Locator(".side-actions").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Create room" }).ClickAsync();
        await Dialog.GetByLabel("Name").FillAsync(room);
        if (topic is not null) await Dialog.GetByLabel("Topic").FillAsync(topic);
        if (isPrivate) await Dialog.GetByLabel("Private").CheckAsync();
        await Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Create room" }).ClickAsync();
        await IsIn(room);
    }

    public async Task JoinRoom(string room)
    {
        await page.Locator(".side-actions").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Join room" }).ClickAsync();
        await Dialog.GetByLabel("Search public rooms").FillAsync(room);
        await Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = $"Join {room}", Exact = true }).ClickAsync();
        await IsIn(room);
    }

    public async Task GoTo(string room)
    {
        await RoomLink(room).ClickAsync();
        await IsIn(room);
    }

    public async Task OpenMenu(string menu)
    {
        await Button(menu).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem).First).ToBeVisibleAsync();
    }

    public async Task CloseMenu()
    {
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Menuitem)).ToHaveCountAsync(0);
    }

    public async Task Choose(string menu, string item)
    {
        await OpenMenu(menu);
        await page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = item }).ClickAsync();
    }

    public async Task Write(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Moves the pointer to a message, which brings its tools.</summary>
    public async Task PointAt(string text)
    {
        // A log that is still being filled moves under the pointer: then one points again, as people do.
        for (var tries = 0; tries < 10; tries++)
        {
            await Row(text).Locator(".text").HoverAsync();
            var seq = await Row(text).GetAttributeAsync("data-seq");
            if (await Tools.IsVisibleAsync() && await Tools.GetAttributeAsync("data-for") == seq) return;
            await page.Mouse.MoveAsync(1, 1);
        }
        await Row(text).Locator(".text").HoverAsync();
        await Expect(Tools).ToBeVisibleAsync();
    }

    /// <summary>Uses one of a message's tools.</summary>
    public async Task Use(string text, string tool)
    {
        await PointAt(text);
        if (await Tool(tool).GetAttributeAsync("role") == "menuitem") await Tool("More").ClickAsync();
        await Tool(tool).ClickAsync();
    }

    /// <summary>The room shows this message, once.</summary>
    public Task Sees(string text) => Expect(Text(text)).ToHaveCountAsync(1);

    public ILocator Text(string text) => Texts.Filter(new LocatorFilterOptions { HasText = text });

    /// <summary>The room shows these messages and no others, in this order, each confirmed.</summary>
    public async Task SeesExactly(params IReadOnlyList<string> texts)
    {
        await Expect(Texts).ToHaveTextAsync(texts, new LocatorAssertionsToHaveTextOptions { UseInnerText = true });
        await Expect(page.Locator(".row.waiting")).ToHaveCountAsync(0);
    }

    /// <summary>Closes the browser's window.</summary>
    public async Task Leave()
    {
        await context.CloseAsync();
        watch.AssertClean();
    }
}
