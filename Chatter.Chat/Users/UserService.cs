using System.Text.RegularExpressions;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Users;

/// <summary>Accounts: registering, logging in, looking up.</summary>
public sealed partial class UserService
{
    private static readonly Refusal BadCredentials = new(ErrorCodes.BadCredentials, "The name or the password is wrong.");
    private static readonly Refusal Closed = new(ErrorCodes.RegistrationClosed, "Registration is closed on this server. Ask its operator for an account.");
    private static readonly Refusal NameTaken = new(ErrorCodes.NameTaken, "The name is taken. Choose another.") { Errors = new Dictionary<string, string[]> { ["name"] = ["The name is taken."] } };

    private readonly IServiceScopeFactory _scopes;
    private readonly Database _database;
    private readonly SessionService _sessions;
    private readonly PasswordHashing _hashing;
    private readonly PasswordRules _passwords;
    private readonly AddressLimits _addresses;
    private readonly LoginThrottle _throttle;
    private readonly KnownDevices _devices;
    private readonly AccountsSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal UserService(
        IServiceScopeFactory scopes, Database database, SessionService sessions, PasswordHashing hashing, PasswordRules passwords, AddressLimits addresses,
        LoginThrottle throttle, KnownDevices devices, IOptions<AccountsSettings> settings, TimeProvider time, ILogger<UserService> logger)
    {
        (_scopes, _database, _sessions, _hashing, _passwords) = (scopes, database, sessions, hashing, passwords);
        (_addresses, _throttle, _devices, _settings, _time, _logger) = (addresses, throttle, devices, settings.Value, time, logger);
    }

    /// <summary>People whose name, or a word of whose display name, begins so; by name, behind a name.</summary>
    /// <exception cref="StoreUnavailableException">The store failed, or too many of the asker's reads wait.</exception>
    public Task<(IReadOnlyList<UserInfo> Users, string? Next)> Search(Guid asker, string? search, string? after, int limit, CancellationToken cancel) => _database.Read<(IReadOnlyList<UserInfo>, string?)>(
        asker,
        store =>
        {
            var (name, shown) = ((search ?? "").Trim().TrimStart('@').ToUpperInvariant(), (search ?? "").Trim().ToLowerInvariant());
            var found = store.All(
                "select " + UserRows.Columns + " from users u where u.normalized_user_name > $1 and u.id not in " + DeletedUsers.Ids + " and (substr(u.normalized_user_name, 1, length($2)) = $2 or instr(' ' || lower(u.display_name), ' ' || $3) > 0) "
                + "order by u.normalized_user_name limit $4",
                static row => UserRows.Map(row), (after ?? "").ToUpperInvariant(), name, shown, limit + 1);
            return ([.. found.Take(limit)], found.Count > limit ? found[limit - 1].Name : null);
        },
        cancel);

    /// <summary>Makes an account and logs it in.</summary>
    /// <exception cref="StoreUnavailableException">The store failed; the account may or may not be there.</exception>
    public async Task<Outcome<SignedIn>> Register(string? name, string? password, Profile profile, ClientInfo client, CancellationToken cancel)
    {
        if (_settings.Registration == Registration.Closed) return Closed;
        name = Text.TrimUserName(name);
        if (Validate(name, password, profile, client, out var shownName, out var device) is { } invalid) return invalid;
        if (_addresses.Registration(AddressGroup.Of(client.Address)) is { } limited) return limited;

        await using var scope = _scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ChatterUser>>();
        if (await users.FindByNameAsync(name!) is not null) return NameTaken;
        if (await _database.Read(store => DisplayNames.IsOfAnother(store, shownName, name!), cancel)) return DisplayNames.OfAnother;
        var hashed = await _hashing.Hash(PasswordRules.Normalize(password!)!, cancel);
        if (!hashed.Is(out var hash, out var busy)) return busy;

        var now = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        var user = new ChatterUser { Id = Guid.CreateVersion7(now), UserName = name, DisplayName = shownName, PasswordHash = hash, CreatedAt = now, LastSeenAt = now, Language = profile.Language, TimeZone = profile.TimeZone };
        // The store saves all that its context holds, so account and session are one commit.
        var signedIn = _sessions.Add(scope.ServiceProvider.GetRequiredService<ChatterDbContext>(), user, client with { Device = device });
        if (!await Create(users, user)) return NameTaken;
        Log.Registered(_logger, user.Id, client.Address);
        return signedIn with { Devices = await _devices.Note(user.Id, client.Devices, null, cancel) };
    }

    /// <summary>Opens a session for who knows the password. A name that doesn't exist is answered like a wrong password, and as slowly.</summary>
    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public async Task<Outcome<SignedIn>> LogIn(string? name, string? password, ClientInfo client, CancellationToken cancel)
    {
        name = Text.TrimUserName(name);
        if (ValidateLogin(name, password, client, out var normalized, out var device) is { } invalid) return invalid;

        await using var scope = _scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ChatterUser>>();
        // What can't be a name has no account to be guarded, only the same answer.
        var key = Text.IsUserName(name) ? users.NormalizeName(name)! : "";
        var taken = await _throttle.Take(key, client, cancel);
        if (!taken.Is(out var attempt, out var throttled)) return throttled;

        var user = key.Length == 0 ? null : await users.FindByNameAsync(name!);
        var verified = await _hashing.Verify(user?.PasswordHash, normalized, cancel);
        if (!verified.Is(out var result, out var busy))
        {
            attempt.GiveBack();
            return busy;
        }
        if (user is null || result == PasswordVerificationResult.Failed)
        {
            Log.WrongPassword(_logger, user?.Id, client.Address);
            return attempt.Throttled ?? BadCredentials;
        }
        attempt.GiveBack();
        if (_addresses.Login(key, AddressGroup.Of(client.Address)) is { } limited) return limited;
        if (result == PasswordVerificationResult.SuccessRehashNeeded) await Rehash(users, user, normalized, cancel);
        var opened = await _sessions.Open(user, client with { Device = device }, cancel);
        if (!opened.Is(out var signedIn, out var notOpened)) return notOpened;
        Log.LoggedIn(_logger, user.Id, client.Address);
        return signedIn with { Devices = await _devices.Note(user.Id, client.Devices, attempt.Device, cancel) };
    }

    /// <summary>Who that is, or null.</summary>
    /// <exception cref="StoreUnavailableException">The store didn't answer.</exception>
    public Task<UserInfo?> Find(Guid userId, CancellationToken cancel)
    {
        const string Sql = $"select {UserRows.Columns} from users u where u.id = $1 and u.id not in {DeletedUsers.Ids}";
        return _database.ReadFirst(userId, connection => connection.First(Sql, static row => UserRows.Map(row), userId), cancel);
    }

    private Refusal? Validate(string? name, string? password, Profile profile, ClientInfo client, out string shownName, out string? device)
    {
        var errors = new Dictionary<string, string[]>();
        if (!Text.IsUserName(name)) errors["name"] = ["A name has 2 to 32 of the letters A to Z, digits, “_”, “-” and “.”."];
        else if (ReservedNames.Has(name!)) errors["name"] = ["That name is kept for the server itself. Choose another."];
        if ((password is null ? "The password is missing." : _passwords.Judge(password, name, client.Host)) is { } weak) errors["password"] = [weak];
        shownName = (profile.DisplayName is null ? name : Text.NormalizeName(profile.DisplayName, MaxDisplayName)) ?? "";
        if (shownName.Length == 0 && profile.DisplayName is not null) errors["displayName"] = [DisplayNameRule];
        else if (ReservedNames.LooksLikeOne(shownName)) errors["displayName"] = [ReservedNames.Refusal];
        if (profile.Language is { } language && !IsLanguage(language)) errors["language"] = [LanguageRule];
        if (profile.TimeZone is { } zone && !IsTimeZone(zone)) errors["timeZone"] = [TimeZoneRule];
        if (!TryDevice(client, out device)) errors["device"] = [DeviceRule];
        return Invalid(errors);
    }

    private static Refusal? ValidateLogin(string? name, string? password, ClientInfo client, out string normalized, out string? device)
    {
        var errors = new Dictionary<string, string[]>();
        normalized = "";
        if (string.IsNullOrEmpty(name)) errors["name"] = ["The name is missing."];
        if (string.IsNullOrEmpty(password)) errors["password"] = ["The password is missing."];
        else if (PasswordRules.IsTooLong(password)) errors["password"] = [$"The password is too long; at most {PasswordRules.MaxLength} characters are allowed."];
        else if (PasswordRules.Normalize(password) is { } form) normalized = form;
        else errors["password"] = [PasswordRules.NoText];
        if (!TryDevice(client, out device)) errors["device"] = [DeviceRule];
        return Invalid(errors);
    }

    /// <summary>Whether that is a language tag, as far as its form says (RFC 5646 §2.1), of at most 35 characters (§4.4.1).</summary>
    public static bool IsLanguage(string tag) => tag.Length <= 35 && LanguageTag().IsMatch(tag);

    /// <summary>Whether that is the IANA name of a time zone that this machine knows.</summary>
    public static bool IsTimeZone(string name) => name.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId;

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();

    /// <summary>Most code points of a display name.</summary>
    internal const int MaxDisplayName = 64;

    internal const string DisplayNameRule = "A display name has 1 to 64 characters, no control characters, and something to see.";
    internal const string LanguageRule = "A language is a BCP 47 tag, as “en” or “pt-BR”.";
    internal const string TimeZoneRule = "A time zone is an IANA name that this server knows, as “Europe/Berlin”.";
    private const string DeviceRule = "A device has at most 100 characters, and no control characters.";

    private static bool TryDevice(ClientInfo client, out string? device)
    {
        device = Text.NormalizeLine(client.Device, 100);
        if (device is null) return false;
        if (device.Length == 0) device = null;
        return true;
    }

    private static Refusal? Invalid(Dictionary<string, string[]> errors) =>
        errors.Count == 0 ? null : new Refusal(ErrorCodes.Invalid, errors.Values.First()[0]) { Errors = errors };

    /// <returns>False where somebody else took the name meanwhile.</returns>
    private static async Task<bool> Create(UserManager<ChatterUser> users, ChatterUser user)
    {
        try
        {
            var created = await users.CreateAsync(user);
            if (created.Succeeded) return true;
            if (created.Errors.All(static error => error.Code == nameof(IdentityErrorDescriber.DuplicateUserName))) return false;
            throw new InvalidOperationException($"Identity refused an account that was checked: {created}.");
        }
        catch (DbUpdateException e) when (ChatterDbContext.IsDuplicate(e))
        {
            return false;
        }
    }

    /// <summary>The hash is of an older kind. That it can't be renewed now is no reason to refuse who knows the password.</summary>
    private async Task Rehash(UserManager<ChatterUser> users, ChatterUser user, string password, CancellationToken cancel)
    {
        var hashed = await _hashing.Hash(password, cancel);
        if (!hashed.Is(out var hash, out _)) return;
        user.PasswordHash = hash;
        var updated = await users.UpdateAsync(user);
        if (!updated.Succeeded) Log.NotRehashed(_logger, user.Id, updated);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "User {User} registered from {Address}")]
        public static partial void Registered(ILogger logger, Guid user, System.Net.IPAddress? address);

        [LoggerMessage(2, LogLevel.Information, "User {User} logged in from {Address}")]
        public static partial void LoggedIn(ILogger logger, Guid user, System.Net.IPAddress? address);

        [LoggerMessage(3, LogLevel.Information, "Wrong password for user {User} (none where the name doesn't exist) from {Address}")]
        public static partial void WrongPassword(ILogger logger, Guid? user, System.Net.IPAddress? address);

        [LoggerMessage(4, LogLevel.Warning, "The password hash of user {User} could not be renewed: {Result}")]
        public static partial void NotRehashed(ILogger logger, Guid user, IdentityResult result);

        [LoggerMessage(5, LogLevel.Information, "User {User} changed the password from {Address}")]
        public static partial void PasswordChanged(ILogger logger, Guid user, System.Net.IPAddress? address);
    }
}
