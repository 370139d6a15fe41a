using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Chatter.Chat.Push;
using Chatter.Chat.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Chatter.Chat.Tests.Push;

/// <summary>A push service with one browser behind it: takes pushes by real HTTP, and reads them as the browser does.</summary>
internal sealed class PushReceiver : IAsyncDisposable
{
    private readonly ECDiffieHellman _browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _auth = RandomNumberGenerator.GetBytes(16);
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<JsonElement> _taken = new();
    private int _asked;

    private PushReceiver(WebApplication app) => _app = app;

    /// <summary>How the next pushes are answered; 201 once they are used up.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Answers { get; } = new();

    public int Asked => Volatile.Read(ref _asked);

    public IReadOnlyList<JsonElement> Taken => [.. _taken];

    public Uri Endpoint => new(new Uri(_app.Urls.First()), "/push/1");

    private byte[] Point => PushCipher.Point(_browser.ExportParameters(false).Q);

    /// <summary>What a browser says of its subscription.</summary>
    public object Subscription => new { endpoint = Endpoint.AbsoluteUri, expirationTime = (string?)null, keys = new { p256dh = Base64Url.EncodeToString(Point), auth = Base64Url.EncodeToString(_auth) } };

    public static async Task<PushReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new PushReceiver(app);
        app.MapPost("/push/1", (Delegate)receiver.Take);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _browser.Dispose();
    }

    private async Task<IResult> Take(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Interlocked.Increment(ref _asked);
        if (Answers.TryDequeue(out var answer))
        {
            if (answer.RetryAfter is { } after) http.Response.Headers.RetryAfter = after;
            return Results.StatusCode(answer.Status);
        }
        Assert.Equal(("aes128gcm", "86400"), (http.Request.Headers.ContentEncoding.ToString(), http.Request.Headers["TTL"].ToString()));
        var authorization = http.Request.Headers.Authorization.ToString();
        var at = authorization.IndexOf(", k=", StringComparison.Ordinal);
        var token = authorization["vapid t=".Length..at].Split('.');
        Assert.True(VectorTests.IsSigned(token, authorization[(at + 4)..]));
        var claims = Json.Read(System.Text.Encoding.UTF8.GetString(VectorTests.Bytes(token[1])));
        Assert.Equal(Endpoint.GetLeftPart(UriPartial.Authority), claims.Text("aud"));
        _taken.Enqueue(Json.Read(Decrypt(body.ToArray())));
        return Results.StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>By the other side's way through RFC 8188 and 8291.</summary>
    private string Decrypt(byte[] body)
    {
        Assert.Equal(4_096, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(16)));
        var (salt, server, sealed_) = (body[..16], body[21..86], body[86..]);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushCipher.Point(server) });
        var (key, nonce) = PushCipher.Derive(_browser.DeriveRawSecretAgreement(theirs.PublicKey), _auth, Point, server, salt);
        var text = new byte[sealed_.Length - 16];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(nonce, sealed_[..^16], sealed_[^16..], text);
        Assert.Equal(2, text[^1]);
        return System.Text.Encoding.UTF8.GetString(text[..^1]);
    }
}
