using System.Globalization;
using System.Text.Json;
using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Chatter.Chat.Gateway;

/// <summary>Translates a refusal into RFC 9457 problem details; the socket's translator makes <c>error</c> frames of the same values.</summary>
internal static class Problems
{
    public static readonly Refusal NotAuthenticated = new(ErrorCodes.NotAuthenticated, "Log in first, and send the token as Authorization: Bearer TOKEN.");

    public static readonly Refusal Forbidden = new(ErrorCodes.Forbidden, "You have no right to do this.");

    public static readonly Refusal NoAntiforgeryToken = new(ErrorCodes.Forbidden, "A request by cookie that changes something needs the antiforgery token, in the header RequestVerificationToken or in the form.");

    /// <summary>The refusal as an endpoint's answer.</summary>
    public static IResult Result(Refusal refusal) => new ProblemResult(refusal);

    /// <summary>The refusal as the answer, where no endpoint is in charge.</summary>
    public static async Task Write(HttpContext http, Refusal refusal)
    {
        var response = http.Response;
        var status = ErrorCodes.HttpStatus(refusal.Code);
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        // RFC 9110 §15.5.2: a 401 names a way to authenticate.
        if (status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (refusal.RetryAfter is { } seconds) response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(seconds)).ToString("0", CultureInfo.InvariantCulture);
        var body = Body(refusal, status);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Body(Refusal refusal, int status)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ProtocolJson.Options.Encoder });
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
        json.WriteNumber("status", status);
        json.WriteString("detail", refusal.Message);
        json.WriteString("code", refusal.Code);
        if (refusal.RetryAfter is { } seconds) json.WriteNumber("retryAfter", Math.Round(seconds, 3));
        if (refusal.Last is { } last) json.WriteNumber("last", last);
        if (refusal.Errors is { } errors)
        {
            json.WriteStartObject("errors");
            foreach (var (field, messages) in errors)
            {
                json.WriteStartArray(field);
                foreach (var message in messages) json.WriteStringValue(message);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private sealed class ProblemResult(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext, refusal);
    }
}
