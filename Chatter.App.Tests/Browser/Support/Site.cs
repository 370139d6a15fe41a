using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Chatter.Chat.Client;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Browser.Support;

/// <summary>A server as programs reach it: makes what a story starts from, faster than by hand in the browser.</summary>
internal sealed class Site(Uri address)
{
    public const string Password = "frost on the tomatoes";

    /// <summary>All stories come from one address, and some fill rooms.</summary>
    public static readonly (string, string)[] ManyFromOneAddress =
    [
        ("Chatter__Limits__RegistrationsPerHour", "100000"), ("Chatter__Limits__LoginsPerMinute", "100000"),
        ("Chatter__Limits__SendsPerSecond", "100000"), ("Chatter__Limits__SendBurst", "100000"),
    ];

    private static int _made;

    public Uri Address { get; } = address;

    /// <summary>A name that no other story uses.</summary>
    public static string Unique(string name) => $"{name}{Interlocked.Increment(ref _made)}";

    public async Task<Account> Register(string name, string? displayName = null)
    {
        var http = new HttpClient { BaseAddress = Address };
        var made = await Account.Answer(http.PostAsJsonAsync("/api/register", new { name, password = Password, displayName }, TestContext.Current.CancellationToken));
        var token = made.GetProperty("token").GetString()!;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new Account(Address, http, name, token, made.GetProperty("user").GetProperty("id").GetGuid());
    }
}

/// <summary>Somebody who acts without a browser.</summary>
internal sealed class Account(Uri address, HttpClient http, string name, string token, Guid id)
{
    public string Name => name;

    public string Token => token;

    public Guid Id => id;

    public async Task<Guid> CreateRoom(string roomName, string? topic = null, bool isPrivate = false) =>
        (await Answer(http.PostAsJsonAsync("/api/rooms", new { name = roomName, topic, @private = isPrivate }, Cancel))).GetProperty("id").GetGuid();

    public Task Join(Guid room, string? invite = null) => Answer(http.PostAsJsonAsync($"/api/rooms/{room}/join", new { invite }, Cancel));

    public Task Leave(Guid room) => Answer(http.PostAsync($"/api/rooms/{room}/leave", null, Cancel));

    /// <summary>Sends a message; gives its id.</summary>
    public async Task<Guid> Say(Guid room, string text, Guid? replyTo = null) =>
        (await Answer(http.PostAsJsonAsync($"/api/rooms/{room}/messages", new { text, replyTo }, Cancel))).GetProperty("id").GetGuid();

    public async Task Say(Guid room, IEnumerable<string> texts)
    {
        foreach (var text in texts) await Say(room, text);
    }

    /// <summary>Waits until so many messages with these words can be found: what was just said can be a moment later.</summary>
    public Task Finds(string words, int count) => Eventually.Equal(count, async () =>
        (await Answer(http.GetAsync($"/api/search?q={Uri.EscapeDataString(words)}", Cancel))).GetProperty("hits").GetArrayLength());

    /// <summary>Does something by a client of his own.</summary>
    public async Task With(Func<ChatClient, Task> act)
    {
        await using var client = new ChatClient(new ChatClientOptions { Server = address, Token = _ => ValueTask.FromResult<string?>(token) });
        client.Start();
        await act(client);
    }

    public Task LogOut() => Answer(http.PostAsync("/api/logout", null, Cancel));

    /// <summary>The texts of a room's messages, as the log has them.</summary>
    public async Task<List<string>> Texts(Guid room)
    {
        var page = await Answer(http.GetAsync($"/api/rooms/{room}/events?limit=200", Cancel));
        return [.. page.GetProperty("events").EnumerateArray().Where(static e => e.GetProperty("kind").GetString() == "message").Select(static e => e.GetProperty("text").GetString()!)];
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task<JsonElement> Answer(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {body}");
        return body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body);
    }
}
