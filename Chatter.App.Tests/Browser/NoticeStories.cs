using System.Text.Json;
using System.Text.RegularExpressions;
using Chatter.App.Tests.Browser.Support;
using Chatter.Chat.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Chatter.App.Tests.Browser;

/// <summary>Who isn't looking is told of what calls him, once, and not of anything else.</summary>
public sealed class NoticeStories(Chromium chromium) : Story(chromium)
{
    /// <summary>Notes the notifications that a page makes, which nobody can look at from outside.</summary>
    private const string Noting = """
        window.notices = [];
        window.Notification = class extends Notification {
          constructor(title, options) { super(title, options); window.notices.push({ title, body: options.body, made: this }); }
        };
        """;

    /// <summary>A browser that hasn't asked its reader yet, and whose reader says yes.</summary>
    private const string Undecided = """
        let decided = 'default';
        window.asked = 0;
        Object.defineProperty(Notification, 'permission', { get: () => decided });
        Notification.requestPermission = async () => { window.asked++; return decided = 'granted'; };
        """;

    [Fact]
    public async Task A_mention_elsewhere_is_told_and_leads_to_its_message()
    {
        var (reader, ben, rooms, names) = await Reader();
        await ben.Say(rooms[1], "nobody is called");
        await ben.Say(rooms[1], $"@{reader.Name} **frost** tonight?");

        await Tells(reader, $"{ben.Name} in {names[1]}: @{reader.Name} frost tonight?");
        await reader.Page.EvaluateAsync("window.notices[0].made.onclick()");
        await reader.IsIn(names[1]);
        await Expect(reader.Row("frost tonight?")).ToBeInViewportAsync();
        Assert.EndsWith("?at=4", reader.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_is_told_and_what_is_looked_at_is_not()
    {
        var (reader, ben, rooms, _) = await Reader();
        await ben.Say(rooms[0], $"@{reader.Name} you see this");
        await reader.Sees("you see this");
        await ben.With(async client => await client.Send((await client.Converse([Me])).Id, "psst"));

        await Tells(reader, $"{ben.Name}: psst");
    }

    [Fact]
    public async Task Of_several_tabs_one_tells()
    {
        var (reader, ben, rooms, names) = await Reader();
        var tabs = new List<Person> { reader };
        for (var i = 0; i < 2; i++) tabs.Add(await Tab(reader, rooms[0], names[0]));
        await ben.Say(rooms[1], $"@{reader.Name} once");
        await Eventually.Equal(1, async () => (await Told(tabs)).Count);
        await ben.Say(rooms[2], $"@{reader.Name} twice");

        await Eventually.Equal(2, async () => (await Told(tabs)).Count);
        Assert.Equal([$"@{reader.Name} once", $"@{reader.Name} twice"], (await Told(tabs)).Order(StringComparer.Ordinal).Select(static told => told.Split(": ", 2)[1]));
        foreach (var tab in tabs) tab.Watch.AssertClean();
    }

    [Fact]
    public async Task Nobody_is_asked_before_something_calls_him_and_who_declines_is_not_asked_again()
    {
        var (reader, ben, rooms, _) = await Reader(Undecided);
        var bar = reader.Page.Locator(".notice-bar");
        await ben.Say(rooms[1], "nobody is called");
        await Expect(reader.Page.Locator(".room-link.unread")).ToHaveCountAsync(1);
        await Expect(bar).ToBeHiddenAsync();

        await ben.Say(rooms[1], $"@{reader.Name} frost tonight?");
        await Expect(bar).ToBeVisibleAsync();
        await Barriers.AssertNone(reader, "notice bar");
        await bar.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Not now" }).ClickAsync();
        await Expect(bar).ToBeHiddenAsync();
        Assert.Equal(0, await reader.Page.EvaluateAsync<int>("window.asked"));

        await InDialog(reader, static async dialog =>
        {
            await dialog.GetByLabel("Notifications in this browser").CheckAsync();
            await Expect(dialog.GetByLabel("Notifications in this browser")).ToBeCheckedAsync();
        });
        Assert.Equal(1, await reader.Page.EvaluateAsync<int>("window.asked"));
        await ben.Say(rooms[2], $"@{reader.Name} and now?");
        await Tells(reader, new Regex("and now\\?$"));
    }

    [Fact]
    public async Task Who_says_yes_is_told_from_then_on()
    {
        var (reader, ben, rooms, _) = await Reader(Undecided);
        await ben.Say(rooms[1], $"@{reader.Name} frost tonight?");
        await reader.Button("Notify me").ClickAsync();
        await Expect(reader.Page.Locator(".notice-bar")).ToBeHiddenAsync();
        Assert.Equal(1, await reader.Page.EvaluateAsync<int>("window.asked"));
        await ben.Say(rooms[1], $"@{reader.Name} hello?");
        await Tells(reader, new Regex("hello\\?$"));
    }

    [Fact]
    public async Task Key_words_and_whole_rooms_are_told_where_wanted_and_nothing_while_not_to_be_disturbed()
    {
        var (reader, ben, rooms, names) = await Reader();
        await InDialog(reader, static async dialog =>
        {
            await dialog.GetByLabel("Key words").FillAsync("frost, deploy");
            await dialog.GetByLabel("Key words").BlurAsync();
        });
        await ben.Say(rooms[1], ["defrosted", "a Frost, they say"]);
        await Tells(reader, $"{ben.Name} in {names[1]}: a Frost, they say");

        await InDialog(reader, static async dialog =>
        {
            await dialog.GetByLabel("Every message").CheckAsync();
            await dialog.GetByLabel("A short sound").CheckAsync();
        });
        await ben.Say(rooms[2], "anything");
        await Tells(reader, $"{ben.Name} in {names[1]}: a Frost, they say", $"{ben.Name} in {names[2]}: anything");

        await InDialog(reader, static async dialog =>
        {
            await dialog.GetByLabel("Do not disturb").SelectOptionAsync("hour");
            await Expect(dialog.GetByLabel("Do not disturb")).ToHaveValueAsync("on");
        });
        await ben.Say(rooms[1], $"@{reader.Name} quiet");
        await Expect(reader.Badge(names[1])).ToHaveTextAsync([new Regex("^@1"), new Regex("^3")]);
        await ben.Say(rooms[2], "quiet, too");
        await Expect(reader.Badge(names[2])).ToContainTextAsync("2 unread");
        await InDialog(reader, static dialog => dialog.GetByLabel("Do not disturb").SelectOptionAsync("off"));
        await ben.Say(rooms[2], "loud");
        await Tells(reader, $"{ben.Name} in {names[1]}: a Frost, they say", $"{ben.Name} in {names[2]}: anything", $"{ben.Name} in {names[2]}: loud");
    }

    [Fact]
    public async Task What_is_pushed_is_shown_by_the_service_worker()
    {
        var (reader, _, rooms, _) = await Reader();
        await reader.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await Push(reader, new { title = "ben in attic", body = "frost tonight?", room = rooms[1], seq = 4 });

        await Eventually.Equal($"ben in attic: frost tonight? {rooms[1]} 4", async () =>
            await reader.Page.EvaluateAsync<string>("navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(n => `${n.title}: ${n.body} ${n.data.room} ${n.data.seq}`).join())"));
    }

    [Fact]
    public async Task What_is_pushed_says_where_it_is_from_in_the_language_of_the_page_that_was_open()
    {
        var (reader, _, rooms, _) = await Reader(locale: "ar-EG");
        await reader.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await Eventually.Equal("ar", () => reader.Page.EvaluateAsync<string>("caches.open('chatter-language').then(kept => kept.match('/')).then(kept => kept?.text() ?? '')"));
        await Push(reader, new { title = "ben in attic", body = "frost tonight?", room = rooms[1], seq = 4, author = "ben", name = "attic" });

        await Eventually.Equal("\u2068ben\u2069 في \u2068attic\u2069", async () =>
            await reader.Page.EvaluateAsync<string>("navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.map(n => n.title).join())"));
    }

    [Fact]
    public async Task Without_the_server_a_page_says_so_and_comes_back()
    {
        var (reader, _, rooms, names) = await Reader();
        await reader.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        reader.Watch.ExpectOutage();
        await reader.Context.SetOfflineAsync(true);
        await reader.Page.GotoAsync(new Uri(Site.Address, $"/rooms/{rooms[1]}").ToString());
        await Expect(reader.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Chatter can’t be reached");
        await Barriers.AssertNone(reader, "offline");

        await reader.Context.SetOfflineAsync(false);
        reader.Watch.OutageIsOver();
        // By itself.
        await reader.IsIn(names[1]);
    }

    [Fact]
    public async Task It_can_be_installed()
    {
        var (reader, _, _, _) = await Reader();
        await reader.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        using var http = new HttpClient { BaseAddress = Site.Address };
        var cancel = TestContext.Current.CancellationToken;

        using var manifest = await http.GetAsync("/manifest.webmanifest", cancel);
        Assert.Equal("application/manifest+json", manifest.Content.Headers.ContentType?.MediaType);
        var said = JsonSerializer.Deserialize<JsonElement>(await manifest.Content.ReadAsStringAsync(cancel));
        Assert.Equal(["192x192", "512x512", "512x512"], said.GetProperty("icons").EnumerateArray().Select(static icon => icon.GetProperty("sizes").GetString()));
        foreach (var icon in said.GetProperty("icons").EnumerateArray())
        {
            var picture = await reader.Page.EvaluateAsync<string>("src => fetch(src).then(a => a.blob()).then(createImageBitmap).then(p => `${p.width}x${p.height}`)", "/" + icon.GetProperty("src").GetString());
            Assert.Equal(icon.GetProperty("sizes").GetString(), picture);
        }
        using var worker = await http.GetAsync("/sw.js", cancel);
        Assert.Equal("text/javascript", worker.Content.Headers.ContentType?.MediaType);
        Assert.True(worker.Headers.CacheControl?.NoCache);

        var devtools = await reader.Context.NewCDPSessionAsync(reader.Page);
        var read = await devtools.SendAsync("Page.getAppManifest");
        Assert.Equal(0, read?.GetProperty("errors").GetArrayLength());
        var wrong = await devtools.SendAsync("Page.getInstallabilityErrors");
        // Each person of a story has a private window, in which nothing can be installed.
        Assert.Equal(["in-incognito"], wrong!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(static error => error.GetProperty("errorId").GetString()));
    }

    private Guid Me { get; set; }

    /// <summary>Somebody who looks at the first of three rooms, and another member of them.</summary>
    private async Task<(Person Reader, Account Ben, List<Guid> Rooms, string[] Names)> Reader(string script = "", string locale = "en-GB")
    {
        var (ada, ben) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        Me = ada.Id;
        string[] names = [Site.Unique("Attic "), Site.Unique("Barn "), Site.Unique("Cellar ")];
        var rooms = await Rooms(ada, ben, names);
        var reader = await Arrival(ada, with: options => options.Locale = locale);
        await reader.Context.GrantPermissionsAsync(["notifications"]);
        await reader.Context.AddInitScriptAsync(Noting + script);
        await reader.Open(rooms[0]);
        await reader.IsIn(names[0]);
        return (reader, ben, rooms, names);
    }

    private async Task<Person> Tab(Person reader, Guid room, string name)
    {
        var page = await reader.Context.NewPageAsync();
        var tab = new Person(Site, reader.Context, page, await PageWatch.Over(page, Site.Address), reader.Name);
        await tab.Open(room);
        await tab.IsIn(name);
        return tab;
    }

    /// <summary>Changes choices; when the dialog is gone, the page has told the server what it wants to hear of.</summary>
    private static async Task InDialog(Person reader, Func<ILocator, Task> change)
    {
        await reader.Choose("Settings and log out", "Notifications");
        await Expect(reader.Dialog.GetByLabel("Notifications in this browser")).ToBeFocusedAsync();
        // What is changed before the script listens is put back by it.
        await Expect(reader.Dialog.Locator("[data-attached]")).ToHaveCountAsync(1);
        await change(reader.Dialog);
        await reader.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Close" }).ClickAsync();
        await Expect(reader.Dialog).ToHaveCountAsync(0);
    }

    /// <summary>A push as the browser's push service hands it over, whoever sent it.</summary>
    private static async Task Push(Person reader, object pushed)
    {
        var devtools = await reader.Context.NewCDPSessionAsync(reader.Page);
        var registration = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        devtools.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, told) =>
        {
            if (told?.GetProperty("registrations") is { } all && all.GetArrayLength() > 0) registration.TrySetResult(all[0].GetProperty("registrationId").GetString()!);
        };
        await devtools.SendAsync("ServiceWorker.enable");
        await devtools.SendAsync("ServiceWorker.deliverPushMessage", new Dictionary<string, object>
        {
            ["origin"] = reader.Page.Url[..reader.Page.Url.IndexOf('/', 8)],
            ["registrationId"] = await registration.Task.WaitAsync(Support.Patience.Limit),
            ["data"] = JsonSerializer.Serialize(pushed),
        });
    }

    private static Task Tells(Person reader, params string[] notices) => Eventually.Equal(string.Join("\n", notices), async () => string.Join("\n", await Told([reader])));

    private static Task Tells(Person reader, Regex last) => Eventually.Equal(true, async () => (await Told([reader])).LastOrDefault() is { } told && last.IsMatch(told));

    private static async Task<List<string>> Told(IEnumerable<Person> tabs)
    {
        var told = new List<string>();
        foreach (var tab in tabs) told.AddRange(await tab.Page.EvaluateAsync<string[]>("window.notices.map(n => `${n.title}: ${n.body}`)"));
        return told;
    }
}
