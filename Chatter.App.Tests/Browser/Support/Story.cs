using Chatter.App.Tests.Docs;
using Microsoft.Playwright;
using Xunit;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>
/// A test with people at browsers. When it ends, each of their pages must have been without fault; where it fails, what they saw last is kept as
/// <c>artifacts/browser/failed-….png</c>.
/// </summary>
public abstract class Story(Chromium chromium) : IAsyncLifetime
{
    private protected const int PhoneWidth = 390;

    private readonly List<Person> _people = [];
    private IBrowser? _own;

    private protected Site Site { get; set; } = null!;

    private protected static string Artifacts => Path.Combine(Repository.Root, "artifacts", "browser");

    public virtual async ValueTask InitializeAsync() => Site = await chromium.SharedSite();

    /// <summary>A phone, and the language that its browser asks for.</summary>
    private protected static Action<BrowserNewContextOptions> Phone(string locale = "en-GB") => options =>
    {
        (options.Locale, options.ViewportSize) = (locale, new ViewportSize { Width = PhoneWidth, Height = 844 });
        (options.IsMobile, options.HasTouch) = (true, true);
    };

    /// <summary>Whoever comes from now on has a browser that is started with these arguments.</summary>
    private protected async Task StartBrowser(params IEnumerable<string> arguments) => _own = await chromium.Another(arguments);

    /// <summary>Somebody with a fresh browser and no account.</summary>
    private protected async Task<Person> Visitor(string name, Site? site = null, Action<BrowserNewContextOptions>? with = null)
    {
        site ??= Site;
        var options = new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 800 }, Locale = "en-GB", TimezoneId = "Europe/Berlin" };
        with?.Invoke(options);
        var context = await (_own ?? await chromium.Browser()).NewContextAsync(options);
        context.SetDefaultTimeout((float)Patience.Limit.TotalMilliseconds);
        var page = await context.NewPageAsync();
        var person = new Person(site, context, page, await PageWatch.Over(page, site.Address), name);
        _people.Add(person);
        return person;
    }

    /// <summary>Somebody who is logged in, not yet on any page.</summary>
    private protected async Task<Person> Arrival(Account account, Site? site = null, Action<BrowserNewContextOptions>? with = null)
    {
        site ??= Site;
        var person = await Visitor(account.Name, site, with);
        await person.Context.AddCookiesAsync([new Cookie { Name = "chatter", Value = account.Token, Url = site.Address.ToString(), HttpOnly = true, SameSite = SameSiteAttribute.Lax }]);
        return person;
    }

    /// <summary>Somebody in a room of his own, which is open.</summary>
    private protected async Task<(Person Person, Account Account, Guid Room)> AloneIn(string name, Action<BrowserNewContextOptions>? with = null)
    {
        var account = await Site.Register(Site.Unique("ada"));
        var roomName = Site.Unique(name);
        var room = await account.CreateRoom(roomName);
        var person = await Arrival(account, with: with);
        await person.Open(room);
        await person.IsIn(roomName);
        return (person, account, room);
    }

    /// <summary>Rooms of two people.</summary>
    private protected static async Task<List<Guid>> Rooms(Account owner, Account member, params string[] names)
    {
        var rooms = new List<Guid>();
        foreach (var name in names)
        {
            rooms.Add(await owner.CreateRoom(name));
            await member.Join(rooms[^1]);
        }
        return rooms;
    }

    /// <summary>Two people in a room, the first of whom owns it.</summary>
    private protected async Task<(Person Ada, Person Ben)> TwoIn(string room, Action<BrowserNewContextOptions>? his = null)
    {
        var (ada, ben, _, _) = await PairIn(room, his);
        return (ada, ben);
    }

    /// <summary>As <see cref="TwoIn"/>, with what is needed to act for the first of them without her page.</summary>
    private protected async Task<(Person Ada, Person Ben, Account Adas, Guid Room)> PairIn(string room, Action<BrowserNewContextOptions>? his = null)
    {
        var (adas, bens) = (await Site.Register(Site.Unique("ada")), await Site.Register(Site.Unique("ben")));
        var name = Site.Unique(room);
        var rooms = await Rooms(adas, bens, [name]);
        var (ada, ben) = (await Arrival(adas), await Arrival(bens, with: his));
        await Task.WhenAll(ada.Open(rooms[0]), ben.Open(rooms[0]));
        await Task.WhenAll(ada.IsIn(name), ben.IsIn(name));
        return (ada, ben, adas, rooms[0]);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        try
        {
            foreach (var person in _people)
            {
                if (failed && !person.Page.IsClosed) await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Artifacts, $"failed-{TestContext.Current.TestMethod?.MethodName}-{person.Name}.png") });
                await person.Leave();
            }
        }
        finally
        {
            foreach (var person in _people) await person.Context.CloseAsync();
            if (_own is not null) await _own.DisposeAsync();
        }
    }
}
