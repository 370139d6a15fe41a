using System.Net;
using System.Net.Http.Headers;
using Chatter.Chat.Settings;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Push;

/// <summary>What became of a push.</summary>
internal enum Pushed
{
    /// <summary>The push service has it.</summary>
    Taken,

    /// <summary>The browser no longer wants it, or the address isn't one to push to.</summary>
    Gone,

    /// <summary>It won't be taken, however often it is tried.</summary>
    Refused,

    /// <summary>Not now.</summary>
    Later,

    /// <summary>Nothing came back: not now, either.</summary>
    Silent,
}

/// <summary>Hands pushes to the services of the browsers' makers (RFC 8030): no redirect is followed, no answer is read, nothing lasts longer than some seconds.</summary>
internal sealed class PushService : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(15);

    /// <summary>How long the service keeps it for a browser that is off.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private readonly HttpClient _http;
    private readonly PushKeys _keys;
    private readonly PushSettings _settings;
    private readonly TimeProvider _time;

    public PushService(PushKeys keys, IOptions<PushSettings> settings, TimeProvider time)
    {
        (_keys, _settings, _time) = (keys, settings.Value, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 16,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ConnectCallback = (context, cancel) => PublicAddress.Connect(context.DnsEndPoint, _settings.AllowPrivate, cancel),
        })
        { Timeout = Within };
    }

    /// <summary>Hands over one push.</summary>
    /// <returns>What became of it, and how long to wait at least, where the service says so.</returns>
    public async Task<(Pushed Outcome, TimeSpan? After)> Push(PushSubscription to, Guid room, byte[] text, CancellationToken cancel)
    {
        if (PushSubscription.ReadEndpoint(to.Endpoint.AbsoluteUri, _settings) is null) return (Pushed.Gone, null);
        using var request = new HttpRequestMessage(HttpMethod.Post, to.Endpoint) { Content = new ByteArrayContent(PushCipher.Encrypt(text, to.Key, to.Auth)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add("aes128gcm");
        request.Headers.TryAddWithoutValidation("Authorization", _keys.Authorization(to.Endpoint, _time.GetUtcNow(), _settings.Contact is { Length: > 0 } contact ? contact : to.Origin));
        request.Headers.Add("TTL", ((long)KeptFor.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("Urgency", "high");
        // Of a room, a browser that comes back hears the newest only.
        request.Headers.Add("Topic", room.ToString("N"));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return (Judge(answer.StatusCode), After(answer.Headers.RetryAfter));
        }
        catch (HttpRequestException e) when (e.InnerException is PushForbiddenException)
        {
            return (Pushed.Gone, null);
        }
        catch (HttpRequestException)
        {
            return (Pushed.Silent, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (Pushed.Silent, null);
        }
    }

    public void Dispose() => _http.Dispose();

    private static Pushed Judge(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => Pushed.Taken,
        // The third: this server's key isn't the one that the browser subscribed to.
        404 or 410 or 403 => Pushed.Gone,
        429 or >= 500 => Pushed.Later,
        _ => Pushed.Refused,
    };

    private TimeSpan? After(RetryConditionHeaderValue? value) => value?.Delta ?? (value?.Date is { } date ? date - _time.GetUtcNow() : null);
}
