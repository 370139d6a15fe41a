using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace Chatter.Chat.Tests.Support;

/// <summary>An HTTP answer, read whole.</summary>
internal sealed record Reply(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => Support.Json.Read(Body);

    /// <summary>A header's first value, or null.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.First() : null;

    /// <summary>Requires a status, and what goes for every answer of the API; gives the body.</summary>
    public JsonElement Is(int status)
    {
        Assert.True(Status == status, $"{status} was expected, {Status} came: {Body}");
        Assert.True(Headers.CacheControl?.NoStore, $"Cache-Control: no-store is missing, there is: {Headers.CacheControl}");
        if (Body.Length == 0) return default;
        Assert.Equal("application/json", ContentHeaders.ContentType?.MediaType);
        return Json;
    }

    /// <summary>Requires a refusal as problem details (RFC 9457); gives them.</summary>
    public JsonElement Refused(int status, string code)
    {
        Assert.True(Status == status, $"{status} {code} was expected, {Status} came: {Body}");
        Assert.Equal("application/problem+json", ContentHeaders.ContentType?.MediaType);
        var problem = Json;
        Assert.Equal(code, problem.Text("code"));
        Assert.Equal(status, problem.Number("status"));
        Assert.NotEmpty(problem.Text("title"));
        return problem;
    }

    /// <summary>All that a caller can tell this answer by, with <paramref name="id"/> and what differs between any two answers taken out.</summary>
    public string Fingerprint(string id)
    {
        var headers = Headers.Concat(ContentHeaders).Where(static h => h.Key is not ("Date" or "Content-Length")).OrderBy(static h => h.Key, StringComparer.Ordinal)
            .Select(static h => $"{h.Key}: {string.Join(", ", h.Value)}");
        var body = Body;
        if (Body.StartsWith('{') && Json.TextOrNull("traceId") is { } trace) body = body.Replace(trace, "TRACE", StringComparison.Ordinal);
        return $"{Status}\n{string.Join('\n', headers)}\n\n{body}".Replace(id, "ID", StringComparison.Ordinal);
    }
}
