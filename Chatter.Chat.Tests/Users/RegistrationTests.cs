using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Chatter.Chat.Tests.Users;

public sealed class RegistrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registering_answers_201_with_a_token_that_works()
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.Post("/api/register", new { name = "Ada", password = AccountsServer.Password, displayName = " Ada  Lovelace ✨ " });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("2026-12-24T08:00:00.000Z", body.GetProperty("expiresAt").GetString());
        Assert.Equal("Ada", body.GetProperty("user").GetProperty("name").GetString());
        Assert.Equal("Ada  Lovelace ✨", body.GetProperty("user").GetProperty("displayName").GetString());
        Assert.Equal("2026-11-24T08:00:00.000Z", body.GetProperty("user").GetProperty("createdAt").GetString());
        using var who = await server.WhoAmI(body.GetProperty("token").GetString());
        Assert.Equal("Ada", await who.Content.ReadAsStringAsync(Cancel));
        var user = await server.Get<UserService>().Find(body.GetProperty("user").GetProperty("id").GetGuid(), Cancel);
        Assert.Equal(("Ada", "Ada  Lovelace ✨"), (user?.Name, user?.DisplayName));
    }

    [Theory]
    [InlineData("de", "Europe/Berlin", null)]
    [InlineData("pt-BR", "UTC", null)]
    [InlineData("d", "Europe/Berlin", "language")]
    [InlineData("en US", null, "language")]
    [InlineData("abcdefgh-abcdefgh-abcdefgh-abcdefgh-a", null, "language")]
    [InlineData(null, "Mars/Olympus", "timeZone")]
    [InlineData(null, "../../etc/passwd", "timeZone")]
    [InlineData(null, "W. Europe Standard Time", "timeZone")]
    public async Task Language_and_time_zone_are_kept_and_shown_where_they_are_some(string? language, string? timeZone, string? wrong)
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.Post("/api/register", new { name = "ada", password = AccountsServer.Password, language, timeZone });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        if (wrong is not null)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            Assert.Equal([wrong], body.GetProperty("errors").EnumerateObject().Select(static error => error.Name));
            return;
        }
        Assert.Equal((language, timeZone), (body.GetProperty("user").GetProperty("language").GetString(), body.GetProperty("user").GetProperty("timeZone").GetString()));
        var user = await server.Get<UserService>().Find(body.GetProperty("user").GetProperty("id").GetGuid(), Cancel);
        Assert.Equal((language, timeZone), (user?.Language, user?.TimeZone));
    }

    [Fact]
    public async Task A_name_is_taken_without_regard_to_case()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("Ada")).Dispose();

        using var again = await server.Register("aDA");

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal("name_taken", await AccountsServer.Code(again));
    }

    [Fact]
    public async Task Of_many_who_want_a_name_at_once_one_gets_it()
    {
        await using var server = await AccountsServer.Start();

        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.Register("ada")));

        Assert.Single(responses, static response => response.StatusCode == HttpStatusCode.Created);
        Assert.Equal(9, responses.Count(static response => response.StatusCode == HttpStatusCode.Conflict));
    }

    [Theory]
    [InlineData("hkvprwtnmsgdbz", 422)]
    [InlineData("hkvprwtnmsgdbzl", 201)]
    [InlineData("a b c d e f g h", 201)]
    [InlineData("😀😃😄😁😆😅😂🤣😊😇🙂🙃😉😌", 422)]
    [InlineData("😀😃😄😁😆😅😂🤣😊😇🙂🙃😉😌😍", 201)]
    public async Task A_password_needs_15_code_points_of_any_kind(string password, int status)
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.Register("ada", password);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    public async Task A_long_password_is_neither_truncated_nor_folded(int length)
    {
        await using var server = await AccountsServer.Start();
        var password = string.Concat(Enumerable.Range(0, length - 1).Select(static i => (char)('a' + i * i % 26))) + "x";
        (await server.Register("ada", password)).EnsureSuccessStatusCode().Dispose();

        using var right = await server.LogIn("ada", password);
        using var last = await server.LogIn("ada", password[..^1] + "y");
        using var folded = await server.LogIn("ada", password[..^1] + "X");
        using var shorter = await server.LogIn("ada", password[..^1]);

        Assert.Equal([200, 401, 401, 401], new[] { right, last, folded, shorter }.Select(static response => (int)response.StatusCode));
    }

    [Fact]
    public async Task More_than_256_code_points_are_refused_without_hashing()
    {
        await using var server = await AccountsServer.Start();

        using var registered = await server.Register("ada", string.Concat(Enumerable.Repeat("ab", 128)) + "c");
        using var loggedIn = await server.LogIn("ada", new string('b', 60_000));

        Assert.Equal([422, 422], new[] { registered, loggedIn }.Select(static response => (int)response.StatusCode));
        Assert.Equal(0, server.Get<PasswordHashing>().Computed);
    }

    [Theory]
    [InlineData("123456789012345")]
    [InlineData("PasswordPassword")]
    [InlineData("qwertyuiopasdfgh")]
    [InlineData("correcthorsebatterystaple")]
    [InlineData("wonderful-ADA-lovelace")]
    [InlineData("we like ChAtTeR a lot")]
    [InlineData("we meet at 127.0.0.1 tonight")]
    public async Task Common_passwords_and_those_with_a_name_in_them_are_refused(string password)
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.Register("ada", password);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("invalid", body.GetProperty("code").GetString());
        Assert.Equal(["password"], body.GetProperty("errors").EnumerateObject().Select(static error => error.Name));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("iloveyou")]
    [InlineData("12345678")]
    [InlineData("qwertyuiop")]
    [InlineData("sunshine")]
    [InlineData("trustno1")]
    [InlineData("1q2w3e4r")]
    public async Task Where_8_characters_are_enough_the_famous_ones_are_refused(string password)
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<AccountsSettings>(static accounts => accounts.PasswordLength = 8));

        using var common = await server.Register("ada", password);
        using var rare = await server.Register("ada", "hkvprwtn");

        Assert.Equal([422, 201], new[] { common, rare }.Select(static response => (int)response.StatusCode));
    }

    [Fact]
    public void The_3000_commonest_passwords_of_a_length_that_may_be_chosen_are_refused_each()
    {
        using var reader = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt")!, Encoding.UTF8);
        var words = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var accounts = new AccountsSettings();
        var rules = new PasswordRules(Options.Create(accounts));

        var longEnough = words.Where(word => word.Length >= accounts.PasswordLength).ToArray();

        Assert.InRange(longEnough.Length, 3_000, int.MaxValue);
        Assert.All(longEnough, word => Assert.NotNull(rules.Judge(word, null, null)));
        Assert.All(longEnough, word => Assert.Null(rules.Judge(word + " and a wren", null, null)));
        Assert.Equal(words.Length, words.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task All_wrong_fields_are_told_at_once()
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.Post("/api/register", new { name = "a b", password = "short", displayName = "\u200e" });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["displayName", "name", "password"], body.GetProperty("errors").EnumerateObject().Select(static error => error.Name).Order());
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_told_as_503_and_needs_no_restart()
    {
        await using var server = await AccountsServer.Start();
        HttpResponseMessage refused;
        using (await server.Get<Database>().Gate.Enter(Cancel)) refused = await server.Register("ada");
        using var registered = await server.Register("ada");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (refused.StatusCode, await AccountsServer.Code(refused)));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
    }

    [Fact]
    public async Task Closed_registration_is_told()
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<AccountsSettings>(static accounts => accounts.Registration = Registration.Closed));

        using var response = await server.Register("ada");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("registration_closed", await AccountsServer.Code(response));
    }

    [Fact]
    public async Task An_address_registers_so_often_an_hour_and_a_subscriber_counts_as_one()
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<LimitsSettings>(static limits => limits.RegistrationsPerHour = 2));

        (await server.Register("ada1", address: "2001:db8::1")).EnsureSuccessStatusCode().Dispose();
        (await server.Register("ada2", address: "2001:db8::2")).EnsureSuccessStatusCode().Dispose();
        using var third = await server.Register("ada3", address: "2001:db8::ffff:3");
        using var elsewhere = await server.Register("ada3", address: "2001:db8:0:1::1");

        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Equal("rate_limited", await AccountsServer.Code(third));
        Assert.True(third.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.Created, elsewhere.StatusCode);
    }

    [Theory]
    [InlineData("""{"name":"ada","name":"bob"}""", "application/json", 400, "bad_frame")]
    [InlineData("""["ada"]""", "application/json", 400, "bad_frame")]
    [InlineData("""{"name":"\ud800"}""", "application/json", 400, "bad_frame")]
    [InlineData("", "application/json", 400, "bad_frame")]
    [InlineData("""{"name":5}""", "application/json", 422, "invalid")]
    [InlineData("{}", "application/json; charset=utf-8", 422, "invalid")]
    [InlineData("{}", "text/plain", 415, "unsupported_media_type")]
    [InlineData("{}", "application/json; charset=iso-8859-1", 415, "unsupported_media_type")]
    [InlineData("name=ada", "application/x-www-form-urlencoded", 415, "unsupported_media_type")]
    public async Task Bodies_are_read_strictly(string body, string type, int status, string code)
    {
        await using var server = await AccountsServer.Start();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await server.Send(HttpMethod.Post, "/api/register", content);

        Assert.Equal((status, code), ((int)response.StatusCode, await AccountsServer.Code(response)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_64_KiB_is_refused(bool chunked)
    {
        await using var server = await AccountsServer.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/login") { Content = JsonContent.Create(new { name = new string('a', 65_536) }) };
        request.Headers.TransferEncodingChunked = chunked;
        if (!chunked) await request.Content.LoadIntoBufferAsync(Cancel);

        using var response = await server.Client.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too_large"), (response.StatusCode, await AccountsServer.Code(response)));
    }
}
