using Chatter.App.Tests.Browser.Support;
using Chatter.Chat.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Chatter in German, and in Arabic, which is written from right to left.</summary>
public sealed class LanguageStories(Chromium chromium) : Story(chromium)
{
    private static readonly Action<BrowserNewContextOptions> German = static options => options.Locale = "de-DE";
    private static readonly Action<BrowserNewContextOptions> Arabic = static options => options.Locale = "ar-EG";

    [Fact]
    public async Task Who_chooses_a_language_reads_it_at_once_and_goes_on_writing()
    {
        var (ada, _, room) = await AloneIn("Hall ");
        await ada.Composer.FillAsync("frost to");
        await ada.Choose("Settings and log out", "Settings");
        await ada.Page.GetByLabel("Deutsch").CheckAsync();

        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await ada.Ready();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Sprache" })).ToBeVisibleAsync();
        await Expect(ada.Page.GetByLabel("Deutsch")).ToBeCheckedAsync();
        await ada.Open(room);
        await Expect(ada.Composer).ToHaveValueAsync("frost to");
        await Expect(ada.Page.Locator(".bar-facts")).ToContainTextAsync("1 Mitglied");
    }

    [Fact]
    public async Task Without_a_choice_it_is_the_language_that_the_browser_asks_for()
    {
        var ada = await Arrival(await Site.Register(Site.Unique("ada")), with: Arabic);
        await ada.Open("/settings");
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await ada.Page.GetByLabel("English").CheckAsync();
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("dir", "ltr");
        await ada.Ready();
        // The first choice stands for none.
        await ada.Page.Locator("#language input").First.CheckAsync();
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
    }

    [Fact]
    public async Task In_German_one_registers_talks_and_reads_what_happens_in_a_room()
    {
        var (ada, bens) = (await Visitor(Site.Unique("ada"), with: German), await Site.Register(Site.Unique("ben")));
        await ada.Page.GotoAsync(new Uri(Site.Address, "/register").ToString());
        await ada.Page.GetByLabel("Name", new PageGetByLabelOptions { Exact = true }).FillAsync(ada.Name);
        await ada.Page.GetByLabel("Passwort").FillAsync("kurz");
        await ada.Button("Registrieren").ClickAsync();
        await Expect(ada.Page.GetByText("Das Passwort ist zu kurz")).ToBeVisibleAsync();
        await Barriers.AssertNone(ada, "register, German");
        await ada.Page.GetByLabel("Passwort").FillAsync(Site.Password);
        await ada.Button("Registrieren").ClickAsync();
        await ada.Ready();

        await ada.Button("Raum erstellen").First.ClickAsync();
        var hall = Site.Unique("Flur ");
        await ada.Dialog.GetByLabel("Name").FillAsync(hall);
        await ada.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Raum erstellen" }).ClickAsync();
        await ada.IsIn(hall);
        await ada.Write("heute Nacht gibt es Frost");
        await ada.Sees("heute Nacht gibt es Frost");
        // What comes from the server by itself speaks the page's language, too.
        await bens.Join(ada.Room);
        await Expect(ada.Page.Locator(".notice").Last).ToHaveTextAsync($"{bens.Name} ist beigetreten");
        await Expect(ada.Page.Locator(".bar-facts")).ToContainTextAsync("2 Mitglieder");
        await Expect(ada.Page.Locator(".day").Last).ToHaveTextAsync("Heute");
        await ada.Write("/gibtesnicht");
        await Expect(ada.Page.Locator("[data-hint]")).ToContainTextAsync("Es gibt keinen Befehl /gibtesnicht");
        await Barriers.AssertNone(ada, "room, German");
        await ada.Choose("Einstellungen und Abmelden", "Einstellungen");
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Konto löschen" })).ToHaveCountAsync(1);
        await Barriers.AssertNone(ada, "settings, German");
        await AssertFits(ada);
    }

    [Fact]
    public async Task In_Arabic_everything_begins_at_the_right()
    {
        var (ada, account, room) = await AloneIn("قاعة ", Arabic);
        await account.Say(room, ["مرحبًا بالجميع", "hello everybody"]);
        await ada.Sees("hello everybody");
        var wide = ada.Page.ViewportSize!.Width;
        var side = (await ada.Page.Locator(".side").BoundingBoxAsync())!;
        Assert.Equal(wide, side.X + side.Width, 1f);
        var (avatar, text) = ((await ada.Page.Locator(".row.head > .avatar").First.BoundingBoxAsync())!, (await ada.Row("مرحبًا").Locator(".text").BoundingBoxAsync())!);
        Assert.True(text.X + text.Width <= avatar.X, "The text is not to the left of the picture.");
        // What people wrote keeps its own direction, and so does what is being written.
        Assert.Equal(["rtl", "ltr"], await ada.Texts.EvaluateAllAsync<string[]>("texts => texts.map(text => getComputedStyle(text).direction)"));
        var send = (await ada.Button("إرسال").BoundingBoxAsync())!;
        Assert.True(send.X < wide / 2f, "The button that sends is not at the left.");
        await Expect(ada.Page.Locator(".notice").First).ToContainTextAsync("انضممت");
        await Barriers.AssertNone(ada, "room, Arabic");

        await ada.OpenMenu("قائمة الغرفة");
        var menu = (await ada.Page.Locator(".mud-popover-open").BoundingBoxAsync())!;
        Assert.True(menu.X >= 0 && menu.X + menu.Width <= wide, "The menu is not on the page.");
        await ada.CloseMenu();
        await ada.PointAt("hello everybody");
        var tools = (await ada.Tools.BoundingBoxAsync())!;
        Assert.True(tools.X + tools.Width / 2 < wide / 2f, "The tools are not over the end of the row.");
        // What runs from left to right is cut off at its right, wherever the page begins.
        await account.CreateRoom("a name from left to right that is much longer than the list is wide");
        var name = ada.Page.Locator(".side-rooms .room-name", new PageLocatorOptions { HasText = "a name from left" });
        await Expect(name).ToBeVisibleAsync();
        Assert.True(await name.EvaluateAsync<bool>("""
            name => {
                const range = document.createRange(), box = name.getBoundingClientRect();
                range.setStart(name.firstChild, 0);
                range.setEnd(name.firstChild, 1);
                const first = range.getBoundingClientRect();
                return getComputedStyle(name).direction === 'ltr' && name.scrollWidth > name.clientWidth && first.left >= box.left - 1 && first.right <= box.right + 1;
            }
            """), "The beginning of the name is cut off.");
        // A short one stands at the right all the same, below the others.
        await account.CreateRoom("zoo");
        var shorter = ada.Page.Locator(".side-rooms .room-name", new PageLocatorOptions { HasText = "zoo" });
        await Expect(shorter).ToBeVisibleAsync();
        Assert.True(await shorter.EvaluateAsync<bool>("""
            name => {
                const range = document.createRange();
                range.selectNodeContents(name);
                return Math.abs(range.getBoundingClientRect().right - name.getBoundingClientRect().right) < 2;
            }
            """), "The name doesn't stand where the page's lines begin.");
        await ada.Open("/settings");
        await Expect(ada.Page.GetByLabel("النظام", new PageGetByLabelOptions { Exact = true })).ToBeCheckedAsync();
        await Barriers.AssertNone(ada, "settings, Arabic");
    }

    [Fact]
    public async Task On_an_Arabic_phone_the_drawer_comes_from_the_right_and_nothing_is_wider_than_the_screen()
    {
        var (ada, account, room) = await AloneIn("قاعة باسم أطول من عرض الهاتف بكثير ", Phone("ar-EG"));
        await account.Say(room, ["مرحبًا", new string('W', 200), "https://example.org/" + new string('x', 300)]);
        await ada.Sees("مرحبًا");
        await AssertFits(ada);
        await Barriers.AssertNone(ada, "room on a phone, Arabic");

        await ada.Button("الغرف").ClickAsync();
        await Expect(ada.Page.Locator(".drawer-open .side")).ToBeVisibleAsync();
        await Eventually.Equal(390, async () => (int)Math.Round((await ada.Page.Locator(".side").BoundingBoxAsync())!.X + (await ada.Page.Locator(".side").BoundingBoxAsync())!.Width));
        Assert.True((await ada.Page.Locator(".side").BoundingBoxAsync())!.X > 0);
        await ada.Choose("الإعدادات وتسجيل الخروج", "الإعدادات");
        await Expect(ada.Page.Locator("#delete")).ToBeVisibleAsync();
        await AssertFits(ada);
        await Barriers.AssertNone(ada, "settings on a phone, Arabic");
        await ada.Open("/inbox");
        await AssertFits(ada);
        await Barriers.AssertNone(ada, "inbox on a phone, Arabic");
    }

    [Fact]
    public async Task Without_the_server_it_is_said_in_the_language_of_the_page_that_was_open()
    {
        var (ada, _, room) = await AloneIn("Hall ", Arabic);
        await ada.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await Eventually.Equal("ar", () => ada.Page.EvaluateAsync<string>("caches.open('chatter-language').then(kept => kept.match('/')).then(kept => kept?.text() ?? '')"));
        ada.Watch.ExpectOutage();
        await ada.Context.SetOfflineAsync(true);
        await ada.Page.GotoAsync(new Uri(Site.Address, $"/rooms/{room}").ToString());

        await Expect(ada.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("تعذّر الوصول إلى Chatter");
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await Barriers.AssertNone(ada, "offline, Arabic");
    }

    private static async Task AssertFits(Person person) =>
        Assert.Equal(0, await person.Page.EvaluateAsync<int>("() => Math.max(...[document.documentElement, ...document.querySelectorAll('.log, .side, .page-body, .settings, .details-body')].map(e => e.scrollWidth - e.clientWidth))"));
}
