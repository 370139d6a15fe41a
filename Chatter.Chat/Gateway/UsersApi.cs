using System.Text.Json;
using System.Text.Json.Serialization;
using Chatter.Chat.Protocol;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>Registering, logging in and out (docs/protocol.md §3).</summary>
internal static class UsersApi
{
    /// <summary>Maps into the group <c>/api</c>, which is under <see cref="ApiGuard"/>.</summary>
    internal static void MapUsersApi(this IEndpointRouteBuilder api)
    {
        api.MapPost("/register", Register).AllowAnonymous();
        api.MapPost("/login", LogIn).AllowAnonymous();
        api.MapPost("/logout", LogOut).RequireAuthorization();
    }

    private static async Task<IResult> Register(HttpContext http, UserService users, CancellationToken cancel)
    {
        var body = await Bodies.Read(http.Request, cancel);
        if (!body.Is(out var read, out var refusal)) return Problems.Result(refusal);
        using var fields = read;
        var (name, password) = (fields.OptionalString("name"), fields.OptionalString("password"));
        var profile = new Profile(fields.OptionalString("displayName"), fields.OptionalString("language"), fields.OptionalString("timeZone"));
        var client = Client(http, fields);
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return Answer(http, await users.Register(name, password, profile, client, cancel), StatusCodes.Status201Created);
    }

    private static async Task<IResult> LogIn(HttpContext http, UserService users, CancellationToken cancel)
    {
        var body = await Bodies.Read(http.Request, cancel);
        if (!body.Is(out var read, out var refusal)) return Problems.Result(refusal);
        using var fields = read;
        var (name, password) = (fields.OptionalString("name"), fields.OptionalString("password"));
        var client = Client(http, fields);
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return Answer(http, await users.LogIn(name, password, client, cancel), StatusCodes.Status200OK);
    }

    private static async Task<IResult> LogOut(HttpContext http, SessionService sessions, CancellationToken cancel)
    {
        await sessions.Revoke(http.User.SessionId(), CloseCodes.NotAuthenticated, cancel);
        if (http.User.ByCookie()) SessionCookie.Delete(http);
        return Results.NoContent();
    }

    private static ClientInfo Client(HttpContext http, JsonFields fields) =>
        new(http.Connection.RemoteIpAddress, fields.OptionalString("device"), http.Request.Host.Host) { Devices = DeviceCookie.Read(http.Request) };

    private static IResult Answer(HttpContext http, Outcome<SignedIn> outcome, int status)
    {
        if (!outcome.Is(out var signedIn, out var refusal)) return Problems.Result(refusal);
        DeviceCookie.Append(http, signedIn);
        return Results.Json(signedIn, UsersJson.Instance.SignedIn, statusCode: status);
    }
}

[JsonSerializable(typeof(SignedIn))]
internal sealed partial class UsersJson : JsonSerializerContext
{
    public static UsersJson Instance { get; } = new(new JsonSerializerOptions(ProtocolJson.Options));
}
