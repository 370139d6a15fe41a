using System.Net;
using System.Net.Http.Json;
using Chatter.Chat.Gateway;
using Chatter.Chat.Users;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Chatter.Chat.Tests.Users;

public sealed class CookieTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cookie_is_HttpOnly_and_Lax_and_over_TLS_Secure_and_of_this_host_alone()
    {
        await using var server = await AccountsServer.Start();
        (await server.Register("ada")).Dispose();

        var plain = await SetCookie(server, "http");
        var secure = await SetCookie(server, "https");

        Assert.StartsWith("chatter=cs_", plain, StringComparison.Ordinal);
        Assert.EndsWith("; max-age=15552000; path=/; samesite=lax; httponly", plain, StringComparison.Ordinal);
        Assert.StartsWith("__Host-chatter=cs_", secure, StringComparison.Ordinal);
        Assert.EndsWith("; max-age=15552000; path=/; secure; samesite=lax; httponly", secure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_by_cookie_that_changes_something_needs_the_antiforgery_token()
    {
        await using var server = await AccountsServer.Start();
        using var browser = await SignIn(server);

        using var reading = await browser.GetAsync("/api/whoami", Cancel);
        using var forged = await browser.PostAsync("/api/change", null, Cancel);
        using var forgedLogout = await browser.PostAsync("/api/logout", new FormUrlEncodedContent([]), Cancel);
        var token = await browser.GetStringAsync("/page", Cancel);
        using var header = await Post(browser, "/api/change", token);
        using var field = await browser.PostAsync("/api/logout", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), Cancel);
        using var after = await browser.GetAsync("/api/whoami", Cancel);

        Assert.Equal([200, 403, 403, 204, 204, 401], new[] { reading, forged, forgedLogout, header, field, after }.Select(static response => (int)response.StatusCode));
        Assert.Equal("forbidden", await AccountsServer.Code(forged));
        Assert.Contains(field.Headers.GetValues("Set-Cookie"), static cookie => cookie.StartsWith("chatter=; expires=Thu, 01 Jan 1970", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("multipart/form-data", "no boundary")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nbroken")]
    [InlineData("application/x-www-form-urlencoded", "%%%&&&===")]
    [InlineData("text/plain", "{}")]
    public async Task A_body_that_can_not_be_read_for_the_token_has_none(string type, string body)
    {
        await using var server = await AccountsServer.Start();
        using var browser = await SignIn(server);
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await browser.PostAsync("/api/change", content, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task The_antiforgery_token_of_another_user_does_not_do()
    {
        await using var server = await AccountsServer.Start();
        using var ada = await SignIn(server);
        using var eve = await SignIn(server, "eve");
        var token = await eve.GetStringAsync("/page", Cancel);
        await ada.GetStringAsync("/page", Cancel);

        using var response = await Post(ada, "/api/change", token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Json_as_text_cannot_be_posted_across_sites()
    {
        await using var server = await AccountsServer.Start();
        using var browser = await SignIn(server);

        using var response = await browser.PostAsync("/api/login", new StringContent("""{"name":"eve","password":"x"}"""), Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        using var got = await browser.GetAsync("/api/logout", Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, got.StatusCode);
    }

    [Fact]
    public async Task A_header_wins_over_the_cookie_and_a_wrong_one_is_401()
    {
        await using var server = await AccountsServer.Start();
        using var browser = await SignIn(server);
        var bob = await server.Token("bob");

        using var asBob = await Get(browser, $"Bearer {bob}");
        using var wrong = await Get(browser, "Bearer cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        using var empty = await Get(browser, "Bearer");
        using var proxy = await Get(browser, "Basic YTpi");

        Assert.Equal("bob", await asBob.Content.ReadAsStringAsync(Cancel));
        Assert.Equal([401, 401], new[] { wrong, empty }.Select(static response => (int)response.StatusCode));
        Assert.Equal("ada", await proxy.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Bearer_requests_need_no_antiforgery_token()
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.Post("/api/change", token: await server.Token("ada"));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Without_a_token_401_is_a_problem_that_names_the_scheme()
    {
        await using var server = await AccountsServer.Start();

        using var response = await server.WhoAmI(null);

        Assert.Equal((HttpStatusCode.Unauthorized, "not_authenticated"), (response.StatusCode, await AccountsServer.Code(response)));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Where_there_is_a_login_page_a_page_leads_to_it_and_the_api_stays_401()
    {
        await using var server = await AccountsServer.Start(static services => services.Configure<ChatterAuthenticationOptions>(Principals.Scheme, static options => options.LoginPath = "/login"));
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Client.BaseAddress };

        using var page = await client.GetAsync("/page?room=1", Cancel);
        using var api = await client.GetAsync("/api/whoami", Cancel);

        Assert.Equal((HttpStatusCode.Found, "/login?returnUrl=%2Fpage%3Froom%3D1"), (page.StatusCode, page.Headers.Location?.OriginalString));
        Assert.Equal(HttpStatusCode.Unauthorized, api.StatusCode);
    }

    private static async Task<HttpClient> SignIn(AccountsServer server, string name = "ada")
    {
        (await server.Register(name)).EnsureSuccessStatusCode().Dispose();
        var browser = server.Open();
        (await browser.PostAsync($"/sign-in?name={name}", null, Cancel)).EnsureSuccessStatusCode().Dispose();
        return browser;
    }

    private static async Task<string> SetCookie(AccountsServer server, string scheme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in?name=ada");
        request.Headers.Add("Test-Scheme", scheme);
        using var response = await server.Client.SendAsync(request, Cancel);
        return response.Headers.GetValues("Set-Cookie").Single();
    }

    private static async Task<HttpResponseMessage> Post(HttpClient browser, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(new { }) };
        request.Headers.Add("RequestVerificationToken", token);
        return await browser.SendAsync(request, Cancel);
    }

    private static async Task<HttpResponseMessage> Get(HttpClient browser, string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await browser.SendAsync(request, Cancel);
    }
}
