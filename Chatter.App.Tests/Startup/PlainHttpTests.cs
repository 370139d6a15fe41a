using System.Net;
using System.Net.Http.Json;
using Xunit;

namespace Chatter.App.Tests.Startup;

/// <summary>In Production nothing is served in the clear to other machines, unless the operator says so; and who may say who is calling is theirs to say, too.</summary>
public sealed class PlainHttpTests : IDisposable
{
    private const string Open = "http://0.0.0.0:0";

    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-plain-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://+:0")]
    [InlineData("http://chat.example.org:0")]
    [InlineData(null)] // Where nobody says where to listen, it is the default of Production.
    public async Task Production_refuses_to_serve_plain_HTTP_to_other_machines_and_says_what_to_do(string? urls)
    {
        var (code, errors, _) = await ServerProcess.RunToEnd(_folder, urls is null ? [] : ["--urls", urls], ("ASPNETCORE_ENVIRONMENT", "Production"));

        Assert.Equal(1, code);
        Assert.StartsWith("Chatter can't start: http://", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
        Assert.All(["plain HTTP", "Chatter:Proxies", "Chatter__Proxies__0=127.0.0.1", "--urls http://localhost:8080", "Chatter__PlainHttp"], part => Assert.Contains(part, errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Endpoints_of_Kestrels_own_settings_are_looked_at_as_well()
    {
        var (code, errors, _) = await ServerProcess.RunToEnd(_folder, [], ("ASPNETCORE_ENVIRONMENT", "Production"), ("Kestrel__Endpoints__Site__Url", "http://*:0"));

        Assert.Equal(1, code);
        Assert.Contains("plain HTTP", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "Chatter__Ui__AwayAfter", "00:10:00")] // This machine only needs no setting; the one here says nothing.
    [InlineData(Open, "Chatter__PlainHttp", "true")]
    [InlineData(Open, "Chatter__Proxies__0", "192.0.2.7")]
    public async Task It_serves_this_machine_and_others_where_it_is_told_to_or_a_proxy_is_listed(string urls, string variable, string value)
    {
        await using var server = await ServerProcess.Start(_folder, ["--urls", urls], ("ASPNETCORE_ENVIRONMENT", "Production"), (variable, value));

        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task Other_environments_serve_as_they_did()
    {
        await using var server = await ServerProcess.Start(_folder, ["--urls", Open], ("ASPNETCORE_ENVIRONMENT", "Staging"));

        Assert.Empty(server.Errors);
    }

    [Fact]
    public async Task The_frameworks_switch_that_believes_anybody_has_no_effect_and_is_warned_of()
    {
        await using var server = await ServerProcess.Start(_folder, null, ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"), ("Chatter__Limits__RegistrationsPerHour", "2"));
        using var http = new HttpClient { BaseAddress = server.Address };
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/register") { Content = JsonContent.Create(new { name = $"ada{i}", password = "frost on the tomatoes" }) };
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{i}");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.TooManyRequests], answers);
        Assert.Contains("ASPNETCORE_FORWARDEDHEADERS_ENABLED has no effect", server.Errors, StringComparison.Ordinal);
        await Condition.Until(() => server.Output.Contains("looks like a proxy", StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_list_that_is_written_as_one_value_is_warned_of()
    {
        await using var server = await ServerProcess.Start(_folder, null, ("Chatter__Proxies", "127.0.0.1"));

        Assert.Contains("Chatter:Proxies is a list", server.Errors, StringComparison.Ordinal);
        Assert.Contains("Chatter__Proxies__0=127.0.0.1", server.Errors, StringComparison.Ordinal);
    }
}
