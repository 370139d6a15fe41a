using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Chatter.Chat.Tests.Users;

public sealed class LoginTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logging_in_answers_200_with_a_new_token_each_time()
    {
        await using var server = await AccountsServer.Start();
        var first = await server.Token("ada");

        using var response = await server.Post("/api/login", new { name = "ADA", password = AccountsServer.Password, device = "laptop" });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.NotEqual(first, body.GetProperty("token").GetString());
        Assert.Equal("ada", body.GetProperty("user").GetProperty("name").GetString());
        Assert.Equal(["expiresAt", "token", "user"], body.EnumerateObject().Select(static field => field.Name).Order());
    }

    [Fact]
    public async Task A_session_is_kept_with_what_its_device_was_called()
    {
        await using var server = await AccountsServer.Start();
        await server.Token("ada");

        foreach (var device in new[] { "laptop", " Ada\u0308's phone\n", " " })
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            (await server.Post("/api/login", new { name = "ada", password = AccountsServer.Password, device })).EnsureSuccessStatusCode().Dispose();
        }

        await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);
        var devices = await context.Sessions.OrderBy(static session => session.CreatedAt).Select(static session => session.Device).ToListAsync(Cancel);
        Assert.Equal([null, "laptop", "Ad\u00e4's phone", null], devices);
    }

    [Fact]
    public async Task An_unknown_name_is_answered_like_a_wrong_password_and_costs_the_same()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("ada")).Dispose();
        var hashing = server.Get<PasswordHashing>();

        var before = hashing.Computed;
        using var wrong = await server.LogIn("ada", "not her password");
        var afterWrong = hashing.Computed;
        using var unknown = await server.LogIn("bob", "not her password");
        var afterUnknown = hashing.Computed;
        using var impossible = await server.LogIn("no name at all", "not her password");

        Assert.Equal([1, 1, 1], new[] { afterWrong - before, afterUnknown - afterWrong, hashing.Computed - afterUnknown });
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal("bad_credentials", await AccountsServer.Code(wrong));
        foreach (var other in new[] { unknown, impossible })
        {
            Assert.Equal(wrong.StatusCode, other.StatusCode);
            Assert.Equal(await wrong.Content.ReadAsStringAsync(Cancel), await other.Content.ReadAsStringAsync(Cancel));
            Assert.Equal(Headers(wrong), Headers(other));
        }

        static IEnumerable<string> Headers(HttpResponseMessage response) =>
            response.Headers.Concat(response.Content.Headers).Where(static header => header.Key != "Date").Select(static header => $"{header.Key}: {string.Join(",", header.Value)}").Order();
    }

    [Fact]
    public async Task Guessing_from_one_address_is_stopped_after_ten_whether_the_name_exists_or_not()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("ada")).Dispose();
        foreach (var name in new[] { "ada", "nobody" })
        {
            for (var i = 0; i < 10; i++)
                using (var guess = await server.LogIn(name, $"guess number {i}", "192.0.2.1"))
                    Assert.Equal(HttpStatusCode.Unauthorized, guess.StatusCode);

            using var eleventh = await server.LogIn(name, AccountsServer.Password, "192.0.2.1");

            Assert.Equal(HttpStatusCode.TooManyRequests, eleventh.StatusCode);
            Assert.Equal("rate_limited", await AccountsServer.Code(eleventh));
            Assert.Equal(TimeSpan.FromMinutes(1), eleventh.Headers.RetryAfter?.Delta);
        }

        server.Time.Advance(TimeSpan.FromMinutes(1));
        using var later = await server.LogIn("ada", address: "192.0.2.1");
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Guessing_from_a_hundred_addresses_is_throttled_and_does_not_lock_the_owner_out_where_he_is_at_home()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("ada", address: "198.51.100.7")).Dispose();
        (await server.Register("eve", address: "203.0.113.1")).Dispose();

        var guesses = new List<HttpStatusCode>();
        for (var i = 1; i <= 100; i++)
            using (var guess = await server.LogIn("ada", $"guess number {i}", $"192.0.2.{i}"))
                guesses.Add(guess.StatusCode);
        using var stranger = await server.LogIn("ada", address: "203.0.113.1");
        using var owner = await server.LogIn("ada", address: "198.51.100.7");
        using var other = await server.LogIn("eve", address: "192.0.2.1");

        Assert.Equal(30, guesses.Count(static status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(70, guesses.Count(static status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.TooManyRequests, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.OK, owner.StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Right_passwords_do_not_use_up_the_tries()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("ada")).Dispose();

        for (var i = 0; i < 40; i++)
            using (var login = await server.LogIn("ada", address: "192.0.2.1"))
                Assert.Equal(HttpStatusCode.OK, login.StatusCode);
    }

    [Fact]
    public async Task Guesses_at_the_same_time_count_before_their_outcome_is_known()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("ada")).Dispose();

        var guesses = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => server.LogIn("ada", $"guess number {i}", "192.0.2.1")));

        Assert.Equal(10, guesses.Count(static guess => guess.StatusCode == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task An_address_logs_in_so_often_a_minute()
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<LimitsSettings>(static limits => limits.LoginsPerMinute = 3));
        (await server.Register("ada")).Dispose();

        for (var i = 0; i < 3; i++) (await server.LogIn("ada", address: "192.0.2.1")).EnsureSuccessStatusCode().Dispose();
        using var fourth = await server.LogIn("ada", address: "192.0.2.1");
        using var mapped = await server.LogIn("ada", address: "::ffff:192.0.2.1");
        using var elsewhere = await server.LogIn("ada", address: "192.0.2.2");

        Assert.Equal([429, 429, 200], new[] { fourth, mapped, elsewhere }.Select(static response => (int)response.StatusCode));
        Assert.True(fourth.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Fact]
    public async Task Logins_beyond_those_that_may_wait_for_a_hash_are_refused_and_count_as_no_guesses()
    {
        await using var server = await AccountsServer.Start(static services => services
            .Configure<AccountsSettings>(static accounts => (accounts.HashesAtOnce, accounts.HashesWaiting) = (1, 1))
            .Configure<PasswordHasherOptions>(static hasher => hasher.IterationCount = 200_000));
        (await server.Register("ada")).EnsureSuccessStatusCode().Dispose();

        var logins = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.LogIn("ada")));
        using var after = await server.LogIn("ada");

        Assert.Contains(logins, static login => login.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Contains(logins, static login => login.StatusCode == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_renewed_at_login()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("ada")).Dispose();
        await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);
        var user = await context.Users.SingleAsync(Cancel);
        var old = new PasswordHasher<ChatterUser>(Options.Create(new PasswordHasherOptions { IterationCount = 10 })).HashPassword(user, AccountsServer.Password);
        user.PasswordHash = old;
        await context.SaveChangesAsync(Cancel);

        (await server.LogIn("ada")).EnsureSuccessStatusCode().Dispose();
        (await server.LogIn("ada")).EnsureSuccessStatusCode().Dispose();

        Assert.NotEqual(old, await context.Users.AsNoTracking().Select(static u => u.PasswordHash).SingleAsync(Cancel));
    }

    [Theory]
    [InlineData(null, "x")]
    [InlineData("ada", null)]
    [InlineData("", "")]
    public async Task A_missing_field_is_told(string? name, string? password)
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.Post("/api/login", new { name, password });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid"), (response.StatusCode, await AccountsServer.Code(response)));
    }
}
