using System.Net.Http.Headers;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Fuzzing;

/// <summary>Sends mutated bodies to every call that has one, and requires an answer of docs/protocol.md §3: what was asked for, or problem details.</summary>
internal sealed class HttpFuzzer(FuzzWorld world, TestUser user) : IDisposable
{
    private static readonly string?[] MediaTypes = ["application/json", "application/json; charset=utf-8", "application/json; charset=utf-16", "text/plain", "application/problem+json", "nonsense", null];

    private static readonly HashSet<string> Codes =
    [
        "bad_frame", "not_authenticated", "bad_credentials", "no_such_room", "not_a_member", "forbidden", "muted", "banned", "too_long", "invalid", "nonce_reused", "no_such_event", "no_such_user", "no_such_attachment",
        "conflict", "name_taken", "too_many_rooms", "rate_limited", "out_of_order", "too_large", "unsupported_media_type",
    ];

    // Of its own, so that no connection outlives the round.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = Patience.Call };

    public async Task Body(int input, Random random)
    {
        var (method, path, fields) = new Corpus(random, world.Words with { Token = user.Token }).Call();
        var body = new JsonMutator(random).Mutate(fields);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(world.Server.Address, path)) { Content = new ByteArrayContent(body) };
            if (MediaTypes[random.Next(4) == 0 ? random.Next(MediaTypes.Length) : 0] is { } type) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            if (random.Next(20) != 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", user.Token);
            if (random.Next(4) == 0) request.Headers.TransferEncodingChunked = true;
            using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var reply = new Reply((int)response.StatusCode, text, response.Headers, response.Content.Headers);
            if (reply.Status is 200 or 201)
            {
                reply.Is(reply.Status);
                return;
            }
            if (reply.Status == 204) return;
            Assert.InRange(reply.Status, 400, 499);
            Assert.Equal("application/problem+json", reply.ContentHeaders.ContentType?.MediaType);
            Assert.Contains(reply.Json.Text("code"), Codes);
        }
        catch (Exception e)
        {
            throw FuzzSeed.Failure($"{method} {path} was answered wrongly.", input, body, e);
        }
    }

    public void Dispose() => _http.Dispose();
}
