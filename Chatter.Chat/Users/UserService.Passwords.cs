using Chatter.Chat.Protocol;
using Microsoft.AspNetCore.Identity;

namespace Chatter.Chat.Users;

/// <summary>What only who knows the password may do, logged in or not.</summary>
public sealed partial class UserService
{
    /// <summary>
    /// Changes the password of who is logged in and knows the old one. All other sessions end: whoever had one may be why it is changed.
    /// </summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="session">The session that stays.</param>
    /// <param name="old">The password until now.</param>
    /// <param name="password">The password from now on, by the rules for registering.</param>
    /// <param name="client">Where it is changed from.</param>
    /// <param name="cancel">The caller's end.</param>
    /// <exception cref="Storage.StoreUnavailableException">The store failed; it may or may not be changed.</exception>
    internal async Task<Outcome<bool>> ChangePassword(UserRef user, Guid session, string? old, string? password, ClientInfo client, CancellationToken cancel)
    {
        if ((password is null ? "The new password is missing." : _passwords.Judge(password, user.Name, client.Host)) is { } weak) return Refusal.InvalidField("new", weak);
        var confirmed = await Confirm(user, old, "old", client, cancel);
        if (!confirmed.Is(out var known, out var refusal)) return refusal;
        var hashed = await _hashing.Hash(PasswordRules.Normalize(password!)!, cancel);
        if (!hashed.Is(out var hash, out var busy)) return busy;
        var replaced = await _sessions.ReplacePassword(user.Id, known, hash, session, cancel);
        if (replaced.Refusal is null) Log.PasswordChanged(_logger, user.Id, client.Address);
        return replaced;
    }

    /// <summary>Asks who is logged in for his password again, throttled as logging in is: a session that somebody left open is no way to guess it.</summary>
    /// <param name="user">Who is logged in.</param>
    /// <param name="password">What he says.</param>
    /// <param name="field">What the field with it is called.</param>
    /// <param name="client">Where he is.</param>
    /// <param name="cancel">The caller's end.</param>
    /// <returns>The hash that it was compared with: what is done by this right is done only while it is still the account's.</returns>
    internal async Task<Outcome<string>> Confirm(UserRef user, string? password, string field, ClientInfo client, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(password)) return Refusal.InvalidField(field, "The password is missing.");
        if (PasswordRules.IsTooLong(password) || PasswordRules.Normalize(password) is not { } normalized) return Wrong(field);
        var taken = await _throttle.Take(user.Name.ToUpperInvariant(), client, cancel);
        if (!taken.Is(out var attempt, out var throttled)) return throttled;
        var hash = await _database.Read(user.Id, store => store.First("select password_hash from users where id = $1", static row => Storage.Columns.TextOrNull(row, 0), user.Id), cancel);
        var verified = await _hashing.Verify(hash, normalized, cancel);
        if (!verified.Is(out var result, out var busy))
        {
            attempt.GiveBack();
            return busy;
        }
        if (hash is null || result == PasswordVerificationResult.Failed)
        {
            Log.WrongPassword(_logger, user.Id, client.Address);
            return attempt.Throttled ?? Wrong(field);
        }
        attempt.GiveBack();
        return hash;
    }

    private static Refusal Wrong(string field) =>
        new(ErrorCodes.BadCredentials, "The password is wrong.") { Errors = new Dictionary<string, string[]> { [field] = ["The password is wrong."] } };
}
