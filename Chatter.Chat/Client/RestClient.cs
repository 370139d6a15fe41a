using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>The HTTP calls (docs/protocol.md §3): a token on each, and problem details as <see cref="ChatException"/>.</summary>
internal sealed class RestClient(HttpClient http, Func<CancellationToken, ValueTask<string?>> token)
{
    public async Task<T> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) => await Read(await Call(HttpMethod.Get, path, null, cancel), type, cancel);

    public async Task<T> Send<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancel) =>
        await Read(await Call(method, path, body, cancel), type, cancel);

    public async Task Send(HttpMethod method, string path, HttpContent? body, CancellationToken cancel) => (await Call(method, path, body, cancel)).Dispose();

    /// <summary>An answer's bytes, as they come.</summary>
    public async Task<Stream> Open(string path, CancellationToken cancel) =>
        await (await Call(HttpMethod.Get, path, null, cancel, HttpCompletionOption.ResponseHeadersRead)).Content.ReadAsStreamAsync(cancel);

    public static HttpContent Body<T>(T body, JsonTypeInfo<T> type) => JsonContent.Create(body, type);

    /// <summary>A path with those of the parameters that have a value.</summary>
    public static string Path(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (value is null) continue;
            path += $"{separator}{name}={Uri.EscapeDataString(value)}";
            separator = '&';
        }
        return path;
    }

    private async Task<HttpResponseMessage> Call(HttpMethod method, string path, HttpContent? body, CancellationToken cancel, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (await token(cancel) is { } bearer) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, completion, cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new ChatException(new Refusal(ErrorCodes.Unavailable, "The server could not be reached."), failure);
        }
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw new ChatException(await Refusal(answer, cancel));
    }

    private static async Task<T> Read<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using (answer)
        {
            try
            {
                return await answer.Content.ReadFromJsonAsync(type, cancel) ?? throw new JsonException("The answer is null.");
            }
            catch (Exception failure) when (failure is JsonException or HttpRequestException or IOException)
            {
                throw new ChatException(new Refusal(ErrorCodes.Unavailable, "The server's answer could not be read."), failure);
            }
        }
    }

    private static async Task<Refusal> Refusal(HttpResponseMessage answer, CancellationToken cancel)
    {
        var problem = await ReadProblem(answer, cancel);
        return new Refusal(problem?.Code ?? CodeOf(answer.StatusCode), problem?.Detail ?? problem?.Title ?? $"The server answered {(int)answer.StatusCode}.")
        {
            RetryAfter = answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? problem?.RetryAfter,
            Last = problem?.Last,
            Errors = problem?.Errors,
        };
    }

    private static async Task<Problem?> ReadProblem(HttpResponseMessage answer, CancellationToken cancel)
    {
        // Whatever stands between may answer, too, with a page for people.
        if (answer.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json")) return null;
        try
        {
            return await answer.Content.ReadFromJsonAsync(ClientJson.Context.Problem, cancel);
        }
        catch (Exception failure) when (failure is JsonException or HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Where an answer has no code of its own.</summary>
    private static string CodeOf(HttpStatusCode status) => (int)status switch
    {
        400 => ErrorCodes.BadFrame,
        401 => ErrorCodes.NotAuthenticated,
        403 => ErrorCodes.Forbidden,
        404 => ErrorCodes.NoSuchRoom,
        409 => ErrorCodes.Conflict,
        413 => ErrorCodes.TooLarge,
        415 => ErrorCodes.UnsupportedMediaType,
        429 => ErrorCodes.RateLimited,
        >= 500 => ErrorCodes.Unavailable,
        _ => ErrorCodes.Invalid,
    };
}
