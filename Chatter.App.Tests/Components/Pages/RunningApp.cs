using System.Net;
using AngleSharp.Html.Parser;
using Chatter.App.Tests.Startup;
using Xunit;

namespace Chatter.App.Tests.Components.Pages;

/// <summary>The program itself, for pages that set cookies.</summary>
public sealed class RunningApp : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatter-pages-").FullName;
    private ServerProcess? _server;
    private string? _session;

    internal Uri Address => (_server ?? throw new InvalidOperationException("The fixture isn't started.")).Address;

    public async ValueTask InitializeAsync() =>
        _server = await ServerProcess.Start(_folder, null, ("Chatter__Limits__RegistrationsPerHour", "1000000"), ("Chatter__Limits__LoginsPerMinute", "1000000"));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal Visitor Visit() => new(Address);

    /// <summary>Somebody who is logged in, in a session that several tests share.</summary>
    internal async Task<Visitor> Member()
    {
        var visitor = Visit();
        if (_session is null)
        {
            await visitor.Post("/register", ("Input.Name", "member"), ("Input.Password", "battery staple 7"));
            _session = visitor.Session;
        }
        else
        {
            visitor.Take(_session);
        }
        return visitor;
    }
}

/// <summary>A browser without scripts: keeps cookies, reads pages, posts forms with what stands in them.</summary>
internal sealed class Visitor(Uri address) : IDisposable
{
    private const string SessionCookie = "chatter";

    private readonly CookieContainer _cookies = new();
    private HttpClient? _http;

    private HttpClient Http => _http ??= new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = address };

    /// <summary>The token of the session that one is logged in by, or null.</summary>
    public string? Session => _cookies.GetCookies(address)[SessionCookie]?.Value;

    /// <summary>Takes a session as its own, as somebody might who kept a cookie.</summary>
    public void Take(string session) => _cookies.Add(address, new Cookie(SessionCookie, session));

    public async Task<Answer> Get(string path)
    {
        using var response = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        return await Answer.Of(response);
    }

    /// <summary>Opens a page and posts its form.</summary>
    public async Task<Answer> Post(string path, params (string Name, string Value)[] fields) => await Post(path, await Get(path), "form[method=post]", fields);

    /// <summary>Posts a form of a page that is open.</summary>
    public async Task<Answer> Post(string path, Answer page, string form, params (string Name, string Value)[] fields)
    {
        var hidden = page.Html.QuerySelectorAll($"{form} input[type=hidden]").Select(static input => (Name: input.GetAttribute("name") ?? "", Value: input.GetAttribute("value") ?? ""));
        return await Send(path, [.. hidden, .. fields]);
    }

    /// <summary>Posts fields as they are given.</summary>
    public async Task<Answer> Send(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        using var response = await Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        return await Answer.Of(response);
    }

    public void Dispose() => _http?.Dispose();
}

/// <summary>A page, or where it leads.</summary>
internal sealed record Answer(int Status, string? Location, IReadOnlyDictionary<string, string> Headers, AngleSharp.Html.Dom.IHtmlDocument Html)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public static async Task<Answer> Of(HttpResponseMessage response)
    {
        var headers = response.Headers.ToDictionary(static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        // The framework names the host, too, where it redirects from a page.
        var location = response.Headers.Location is { IsAbsoluteUri: true } there && there.Authority == response.RequestMessage?.RequestUri?.Authority ? there.PathAndQuery : response.Headers.Location?.ToString();
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, location, headers, await new HtmlParser().ParseDocumentAsync(text, TestContext.Current.CancellationToken));
    }
}
