using System.Text.Json;
using Chatter.Chat.Accounts;
using Chatter.Chat.Protocol;
using Chatter.Chat.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatter.Chat.Gateway;

/// <summary>What somebody does with his own account (docs/protocol.md §3): profile, password, sessions, its end.</summary>
internal static class AccountApi
{
    private const int MaxStatus = 100;

    private static readonly Refusal NoSuchSession = new(ErrorCodes.NoSuchSession, "You have no session of that id.");

    public static void MapAccountApi(this IEndpointRouteBuilder api)
    {
        api.MapPatch("/me", Change);
        api.MapDelete("/me", Delete);
        api.MapPost("/me/password", ChangePassword);
        api.MapRead("/me/sessions", Sessions);
        api.MapDelete("/me/sessions", EndOthers);
        api.MapDelete("/me/sessions/{id}", End);
    }

    private static async Task<IResult> Change(HttpContext http, AccountService accounts, CancellationToken cancel)
    {
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out var refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var (name, language, zone) = (fields.OptionalString("displayName"), fields.OptionalString("language"), fields.OptionalString("timeZone"));
        var shown = name is null ? null : Text.NormalizeName(name, UserService.MaxDisplayName);
        if (name is not null && shown is null) fields.Fail("displayName", UserService.DisplayNameRule);
        if (language is { Length: > 0 } && !UserService.IsLanguage(language)) fields.Fail("language", UserService.LanguageRule);
        if (zone is { Length: > 0 } && !UserService.IsTimeZone(zone)) fields.Fail("timeZone", UserService.TimeZoneRule);
        var change = new ProfileChange(shown, language, zone, Status(fields), IsNull(fields, "status"), fields.OptionalBool("hidesLastSeen"));
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await accounts.Change(http.User.UserId(), change, cancel)).ToResult(static user => Answers.Json(user));
    }

    private static async Task<IResult> ChangePassword(HttpContext http, UserService users, CancellationToken cancel)
    {
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out var refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var (old, password) = (fields.OptionalString("old"), fields.OptionalString("new"));
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await users.ChangePassword(http.User.Ref(), http.User.SessionId(), old, password, Client(http), cancel)).ToResult(static _ => Results.NoContent());
    }

    private static async Task<IResult> Delete(HttpContext http, AccountService accounts, CancellationToken cancel)
    {
        if (!(await Bodies.Read(http.Request, cancel)).Is(out var fields, out var refusal)) return Problems.Result(refusal);
        using var owned = fields;
        var password = fields.OptionalString("password");
        if (fields.Refusal is { } wrong) return Problems.Result(wrong);
        return (await accounts.Delete(http.User.Ref(), password, Client(http), cancel)).ToResult(_ => LoggedOut(http));
    }

    private static async Task<IResult> Sessions(HttpContext http, SessionService sessions, CancellationToken cancel) =>
        Answers.Json(new SessionsAnswer(await sessions.List(http.User.UserId(), http.User.SessionId(), cancel)));

    private static async Task<IResult> EndOthers(HttpContext http, SessionService sessions, CancellationToken cancel)
    {
        await sessions.RevokeOthers(http.User.UserId(), http.User.SessionId(), cancel);
        return Results.NoContent();
    }

    private static async Task<IResult> End(string id, HttpContext http, SessionService sessions, CancellationToken cancel)
    {
        if (!Guid.TryParseExact(id, "D", out var session) || !await sessions.RevokeOwn(http.User.UserId(), session, cancel)) return Problems.Result(NoSuchSession);
        return session == http.User.SessionId() ? LoggedOut(http) : Results.NoContent();
    }

    private static IResult LoggedOut(HttpContext http)
    {
        if (http.User.ByCookie()) SessionCookie.Delete(http);
        return Results.NoContent();
    }

    private static UserStatus? Status(JsonFields fields)
    {
        if (fields.OptionalObject("status") is not { } given) return null;
        var status = new JsonFields(given);
        var text = Text.NormalizeName(status.RequiredString("text"), MaxStatus);
        var (emoji, until) = (status.OptionalString("emoji"), status.OptionalTime("until"));
        if (status.Refusal is { } wrong) fields.Fail("status", $"In `status`: {wrong.Message}");
        if (text is null) fields.Fail("status", $"The text of `status` has 1 to {MaxStatus} characters, no control characters, and something to see.");
        var known = EmojiTable.Find(emoji);
        if (emoji is not null && known is null) fields.Fail("status", "The `emoji` of `status` must be one emoji.");
        return new UserStatus(text ?? "") { Emoji = known, Until = until };
    }

    private static bool IsNull(JsonFields fields, string name) => fields.Element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    private static ClientInfo Client(HttpContext http) => new(http.Connection.RemoteIpAddress, null, http.Request.Host.Host) { Session = http.User.SessionId() };
}
