using Chatter.App.Tests.Browser.Support;
using Chatter.App.Tests.Startup;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Chatter.App.Tests.Browser.Support;

/// <summary>
/// The distribution's Chromium and one server for all stories that leave it alone. Both are started by the first story that asks and live as long as the
/// run does: starting costs more than most stories.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-browser-").FullName;
    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _browser = new(Launch);
    private readonly Lazy<Task<ServerProcess>> _server;

    public Chromium() => _server = new Lazy<Task<ServerProcess>>(() => ServerProcess.Start(_folder, null, Site.ManyFromOneAddress));

    internal async Task<IBrowser> Browser() => (await _browser.Value).Browser;

    /// <summary>A browser of its own, for who has it set up in another way.</summary>
    internal async Task<IBrowser> Another(params IEnumerable<string> arguments) => await Start((await _browser.Value).Driver, arguments);

    internal async Task<Site> SharedSite() => new((await _server.Value).Address);

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated)
        {
            var (driver, browser) = await _browser.Value;
            await browser.DisposeAsync();
            driver.Dispose();
        }
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> Launch()
    {
        // Limits, not waits: the machine may be busy with other tests.
        Assertions.SetDefaultExpectTimeout((float)Patience.Limit.TotalMilliseconds);
        var driver = await Playwright.CreateAsync();
        return (driver, await Start(driver, []));
    }

    private static Task<IBrowser> Start(IPlaywright driver, IEnumerable<string> arguments) => driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
        Headless = true,
        Args = [.. Arguments, .. arguments],
    });
}
