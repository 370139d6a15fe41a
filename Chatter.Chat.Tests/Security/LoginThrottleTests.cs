using System.Net;
using System.Text;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Users;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Chatter.Chat.Tests.Security;

/// <summary>
/// The throttle of logins is no weapon: neither somebody at the same address nor somebody who knows the name keeps an owner out on a device that their account knows.
/// </summary>
public sealed class LoginThrottleTests
{
    private const string Office = "192.0.2.1";
    private const string Elsewhere = "198.51.100.7";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_at_the_same_address_does_not_keep_the_owner_out()
    {
        await using var server = await Start();
        var device = await NewDevice(server, "ada", Elsewhere);
        (await server.Register("ben", address: Office)).Dispose();
        (await server.Register("eve", address: Elsewhere)).Dispose();

        for (var i = 0; i < 40; i++) (await server.LogIn($"nobody{i}", "a wrong password", Office)).Dispose();

        Assert.Equal(HttpStatusCode.TooManyRequests, await Status(server.LogIn("eve", address: Office)));
        // By the device's cookie, where the account was never before; and without one, where it was.
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogInOn(device, "ada", address: Office)));
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogIn("ben", address: Office)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task A_stranger_who_knows_the_name_does_not_keep_the_owner_out(int addresses)
    {
        await using var server = await Start();
        var device = await NewDevice(server, "ada", Office);

        for (var i = 0; i < 200; i++) (await server.LogIn("ada", "a wrong password", addresses == 1 ? Office : $"203.0.113.{i}")).Dispose();

        Assert.Equal(HttpStatusCode.TooManyRequests, await Status(server.LogIn("ada", address: addresses == 1 ? Office : Elsewhere)));
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogInOn(device, "ada", address: Office)));
    }

    [Fact]
    public async Task A_device_has_ten_tries_of_its_own_and_uses_up_nobody_elses()
    {
        await using var server = await Start();
        var (phone, laptop) = (await NewDevice(server, "ada", Office), await NewDevice(server, "ada", Office, register: false));
        (await server.Register("ben", address: Elsewhere)).Dispose();

        var guesses = new List<HttpStatusCode>();
        for (var i = 0; i < 40; i++) guesses.Add(await Status(server.LogInOn(phone, "ada", "a wrong password", Office)));

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 10), .. Enumerable.Repeat(HttpStatusCode.TooManyRequests, 30)], guesses);
        Assert.Equal(HttpStatusCode.TooManyRequests, await Status(server.LogInOn(phone, "ada", address: Office)));
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogInOn(laptop, "ada", address: Office)));
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogIn("ben", address: Office)));
        server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogInOn(phone, "ada", address: Office)));
    }

    [Fact]
    public async Task A_device_is_known_after_a_logout_and_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-devices-").FullName;
        string device;
        await using (var server = await AccountsServer.Start(Defaults, folder, keep: true))
        {
            using var registered = await server.Register("ada", address: Elsewhere);
            device = AccountsServer.DeviceOf(registered)!;
            using var body = System.Text.Json.JsonDocument.Parse(await registered.Content.ReadAsStringAsync(Cancel));
            (await server.Post("/api/logout", token: body.RootElement.GetProperty("token").GetString())).EnsureSuccessStatusCode().Dispose();
        }
        await using var again = await AccountsServer.Start(Defaults, folder);

        for (var i = 0; i < 40; i++) (await again.LogIn("ada", "a wrong password", Office)).Dispose();

        Assert.Equal(HttpStatusCode.TooManyRequests, await Status(again.LogIn("ada", address: Office)));
        Assert.Equal(HttpStatusCode.OK, await Status(again.LogInOn(device, "ada", address: Office)));
    }

    [Fact]
    public async Task Each_login_gives_a_device_another_token_and_the_former_one_is_worth_nothing()
    {
        await using var server = await Start();
        var former = await NewDevice(server, "ada", Elsewhere);
        string device;
        using (var login = await server.LogInOn(former, "ada", address: Elsewhere)) device = AccountsServer.DeviceOf(login)!;
        await Exhaust(server, "ada", Office);

        Assert.NotEqual(former, device);
        Assert.Equal(HttpStatusCode.TooManyRequests, await Status(server.LogInOn(former, "ada", address: Office)));
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogInOn(device, "ada", address: Office)));
    }

    [Fact]
    public async Task A_device_of_another_account_and_invented_ones_are_unknown()
    {
        await using var server = await Start();
        (await server.Register("ada", address: Elsewhere)).Dispose();
        var eves = await NewDevice(server, "eve", Elsewhere);
        await Exhaust(server, "ada", Office);

        foreach (var device in new[] { eves, "cd_" + new string('A', 43), "cd_", "nonsense", string.Join('.', Enumerable.Repeat(eves, 500)), $"{eves}.{eves}.", "." })
            Assert.Equal(HttpStatusCode.TooManyRequests, await Status(server.LogInOn(device, "ada", address: Office)));
    }

    [Fact]
    public async Task People_who_share_a_browser_are_all_known_on_it()
    {
        await using var server = await Start();
        var device = await NewDevice(server, "ada", Elsewhere);
        (await server.Register("ben", address: Elsewhere)).Dispose();
        using (var login = await server.LogInOn(device, "ben", address: Elsewhere)) device = AccountsServer.DeviceOf(login)!;
        await Exhaust(server, "ada", Office);
        await Exhaust(server, "ben", Office);

        using (var login = await server.LogInOn(device, "ada", address: Office))
        {
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
            device = AccountsServer.DeviceOf(login)!;
        }
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogInOn(device, "ben", address: Office)));
        Assert.Equal(2, device.Split('.').Length);
    }

    [Fact]
    public async Task A_program_without_cookies_does_not_push_out_a_device_that_comes_back()
    {
        await using var server = await Start();
        var device = await NewDevice(server, "ada", Elsewhere);
        using (var login = await server.LogInOn(device, "ada", address: Elsewhere)) device = AccountsServer.DeviceOf(login)!;

        for (var i = 0; i < 2 * DeviceRows.MaxPerUser; i++) (await server.LogIn("ada", address: $"203.0.113.{i}")).EnsureSuccessStatusCode().Dispose();
        await Exhaust(server, "ada", Office);

        Assert.Equal(HttpStatusCode.OK, await Status(server.LogInOn(device, "ada", address: Office)));
        Assert.Equal(DeviceRows.MaxPerUser, await server.Get<Database>().Read(static store => store.First("select count(*) from known_devices", static row => row.GetInt32(0)), Cancel));
    }

    [Fact]
    public async Task The_store_has_no_token_of_a_device()
    {
        await using var server = await Start();
        var device = await NewDevice(server, "ada", Office);

        foreach (var file in Directory.GetFiles(server.Folder, "chatter.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(device, await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Where_strangers_used_up_the_tries_nobody_learns_who_is_known_there()
    {
        await using var server = await Start();
        (await server.Register("ada", address: Office)).Dispose();
        for (var i = 0; i < 40; i++) (await server.LogIn($"nobody{i}", "a wrong password", Office)).Dispose();

        using var known = await server.LogIn("ada", "a wrong password", Office);
        using var unknown = await server.LogIn("nobody at all", "a wrong password", Office);

        Assert.Equal(HttpStatusCode.TooManyRequests, known.StatusCode);
        Assert.Equal(await unknown.Content.ReadAsStringAsync(Cancel), await known.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(Headers(unknown), Headers(known));
        Assert.Equal(HttpStatusCode.OK, await Status(server.LogIn("ada", address: Office)));

        static IEnumerable<string> Headers(HttpResponseMessage response) =>
            response.Headers.Concat(response.Content.Headers).Where(static header => header.Key != "Date").Select(static header => $"{header.Key}: {string.Join(",", header.Value)}").Order();
    }

    [Fact]
    public async Task Guesses_at_a_known_address_at_that_very_account_are_stopped_there()
    {
        await using var server = await Start();
        (await server.Register("ada", address: Office)).Dispose();

        var guesses = new List<HttpStatusCode>();
        for (var i = 0; i < 100; i++) guesses.Add(await Status(server.LogIn("ada", "a wrong password", Office)));

        Assert.Equal(10, guesses.Count(static status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Status(server.LogIn("ada", address: Office)));
    }

    [Fact]
    public async Task An_office_full_of_people_logs_in_within_a_minute()
    {
        await using var server = await Start();
        for (var i = 0; i < 100; i++) (await server.Register($"person{i}", address: $"203.0.113.{i}")).EnsureSuccessStatusCode().Dispose();

        for (var i = 0; i < 100; i++) Assert.Equal(HttpStatusCode.OK, await Status(server.LogIn($"person{i}", address: Office)));
    }

    private static Task<AccountsServer> Start() => AccountsServer.Start(Defaults);

    /// <summary>The limits as they are where nobody sets them, but for registering, which is needed so often here.</summary>
    private static void Defaults(IServiceCollection services) => services.Configure<LimitsSettings>(static limits => limits.LoginsPerMinute = new LimitsSettings().LoginsPerMinute);

    /// <summary>Has an account's password be right on a device that keeps its cookie.</summary>
    private static async Task<string> NewDevice(AccountsServer server, string name, string address, bool register = true)
    {
        using var response = register ? await server.Register(name, address: address) : await server.LogIn(name, address: address);
        response.EnsureSuccessStatusCode();
        return AccountsServer.DeviceOf(response) ?? throw new InvalidOperationException("The answer has no cookie for the device.");
    }

    private static async Task Exhaust(AccountsServer server, string name, string address)
    {
        for (var i = 0; i < 40; i++) (await server.LogIn(name, "a wrong password", address)).Dispose();
    }

    private static async Task<HttpStatusCode> Status(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        return response.StatusCode;
    }
}
