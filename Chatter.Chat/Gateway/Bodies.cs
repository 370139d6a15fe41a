using System.Buffers;
using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Chatter.Chat.Gateway;

/// <summary>Reads the bodies of requests to <c>/api</c>, all by the same strict rules (docs/protocol.md §2, §3). Dispose the fields when they have been read.</summary>
internal static class Bodies
{
    /// <summary>Most bytes of a body.</summary>
    public const int Limit = 65_536;

    /// <summary>How long a body may be on its way: whoever trickles it keeps a place that others need.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(15);

    private static readonly Refusal TooSlow = new(ErrorCodes.BadFrame, $"The body took more than {Within.TotalSeconds} s. Send it again.");
    private static readonly Refusal NotJson = new(ErrorCodes.UnsupportedMediaType, "The body must be JSON in UTF-8, and not compressed. Send it with Content-Type: application/json.");
    private static readonly Refusal TooLarge = new(ErrorCodes.TooLarge, $"The body is too large; at most {Limit} bytes are allowed.");
    private static readonly Refusal Malformed = new(ErrorCodes.BadFrame, "The body must be one JSON object in UTF-8, without a name twice or half of a surrogate pair, and at most 16 levels deep.");

    /// <summary>Reads a body that has to be there.</summary>
    public static async ValueTask<Outcome<JsonFields>> Read(HttpRequest request, CancellationToken cancel)
    {
        // A form or text/plain could be posted by a foreign page without the browser asking first.
        if (!IsJson(request)) return NotJson;
        if (request.ContentLength > Limit) return TooLarge;
        var (body, refusal) = await ReadAll(request, cancel);
        if (refusal is not null) return refusal;
        return StrictJson.Parse(body) is { } document ? new JsonFields(document.RootElement, document) : Malformed;
    }

    /// <summary>Reads a body that may be left out.</summary>
    public static async ValueTask<Outcome<JsonFields>> ReadOptional(HttpRequest request, CancellationToken cancel)
    {
        // Many clients name the type of every request, whether it has a body or not.
        if (request.ContentLength is null or 0 && await IsEmpty(request, cancel)) return JsonFields.None;
        return await Read(request, cancel);
    }

    private static bool IsJson(HttpRequest request) =>
        request.HasJsonContentType() && request.Headers.ContentEncoding.Count == 0
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static async ValueTask<bool> IsEmpty(HttpRequest request, CancellationToken cancel)
    {
        using var intime = Until(Within, cancel);
        try
        {
            var read = await request.BodyReader.ReadAsync(intime.Token);
            request.BodyReader.AdvanceTo(read.Buffer.Start);
            return read.Buffer.IsEmpty && read.IsCompleted;
        }
        catch (Exception e) when (e is BadHttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false; // There was something; what is wrong with it is told where it is read.
        }
    }

    private static async ValueTask<(byte[] Body, Refusal? Refusal)> ReadAll(HttpRequest request, CancellationToken cancel)
    {
        var reader = request.BodyReader;
        CancellationTokenSource? intime = null;
        try
        {
            while (true)
            {
                // A body mostly came with its head: then there is nothing to be waited for.
                if (!reader.TryRead(out var read)) read = await reader.ReadAsync((intime ??= Until(Within, cancel)).Token);
                if (read.Buffer.Length > Limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return ([], TooLarge);
                }
                if (read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    reader.AdvanceTo(read.Buffer.End);
                    return (body, null);
                }
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ([], TooSlow);
        }
        catch (BadHttpRequestException e)
        {
            // The host's own limits, or a body that ended before its announced length.
            return ([], e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : Malformed);
        }
        finally
        {
            intime?.Dispose();
        }
    }

    private static CancellationTokenSource Until(TimeSpan limit, CancellationToken cancel)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        source.CancelAfter(limit);
        return source;
    }
}
