using System.Buffers.Text;
using Chatter.Chat.Protocol;
using Chatter.Chat.Push;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Gateway;

/// <summary>Browsers that want to be pushed to while no page is open (docs/protocol.md §3).</summary>
internal static class PushApi
{
    public static void MapPushApi(this IEndpointRouteBuilder api)
    {
        api.MapRead("/push/key", static (PushKeys keys) => Answers.Json(new PushKeyAnswer(keys.PublicKey)));
        api.MapPost("/push/subscriptions", Subscribe);
        api.MapDelete("/push/subscriptions", Unsubscribe);
    }

    private static async Task<IResult> Subscribe(HttpContext http, EventWriter writer, PushSender sender, IOptions<PushSettings> settings, CancellationToken cancel)
    {
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out var refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var endpoint = Endpoint(fields, settings.Value);
        var keys = new JsonFields(fields.OptionalObject("keys") ?? default);
        var (key, auth) = (Bytes(keys, "p256dh"), Bytes(keys, "auth"));
        if (!PushCipher.IsPoint(key)) fields.Fail("keys", "`keys.p256dh` must be an uncompressed point of P-256, in base64url.");
        if (auth.Length != PushCipher.AuthSize) fields.Fail("keys", "`keys.auth` must be 16 bytes, in base64url.");
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        var subscription = new PushSubscription(http.User.SessionId(), endpoint!, key, auth, $"https://{http.Request.Host}");
        return (await writer.Do(new KeepSubscription(subscription, http.User.UserId()))).ToResult(_ =>
        {
            sender.Subscribed();
            return Results.NoContent();
        });
    }

    private static async Task<IResult> Unsubscribe(HttpContext http, EventWriter writer, IOptions<PushSettings> settings, CancellationToken cancel)
    {
        if (!(await Bodies.ReadOptional(http.Request, cancel)).Is(out var fields, out var refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var endpoint = fields.Optional("endpoint") is null ? null : Endpoint(fields, settings.Value);
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await writer.Do(new DropSubscription(http.User.SessionId(), endpoint))).ToResult(static _ => Results.NoContent());
    }

    private static Uri? Endpoint(JsonFields fields, PushSettings settings)
    {
        var endpoint = PushSubscription.ReadEndpoint(fields.RequiredString("endpoint"), settings);
        if (endpoint is null) fields.Fail("endpoint", "`endpoint` must be an https address of at most 2,000 characters, on the public internet, at port 443 or one that the server allows.");
        return endpoint;
    }

    private static byte[] Bytes(JsonFields fields, string name)
    {
        var text = fields.OptionalString(name) ?? "";
        return text.Length <= 200 && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];
    }
}
