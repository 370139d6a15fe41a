using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Users;

/// <summary>Devices on which an account's password was right. Only hashes of their tokens are kept, <see cref="DeviceRows.MaxPerUser"/> for an account.</summary>
internal sealed partial class KnownDevices(Database database, TimeProvider time, ILogger<KnownDevices> logger)
{
    /// <summary>Finds the token by which a device is known to an account.</summary>
    /// <returns>Null where none of them is.</returns>
    public async ValueTask<string?> Recognize(string name, IReadOnlyList<string> tokens, CancellationToken cancel)
    {
        if (name.Length == 0 || tokens.Count == 0) return null;
        var since = Since();
        return await database.Read(store => tokens.FirstOrDefault(token => DeviceRows.IsKnown(store, name, TokenHash.Of(token).ToBytes(), since)), cancel);
    }

    /// <summary>
    /// Notes a device of an account. It gets another token each time, so that a token somebody else has seen or planted is worth nothing afterwards.
    /// </summary>
    /// <param name="user">Whose it is from now on.</param>
    /// <param name="tokens">Those that it has.</param>
    /// <param name="former">The one by which it was recognized, or null.</param>
    /// <param name="cancel">The caller's end.</param>
    /// <returns>What it is to keep; null where the store failed: that is no reason to refuse somebody whose password was right.</returns>
    public async Task<string?> Note(Guid user, IReadOnlyList<string> tokens, string? former, CancellationToken cancel)
    {
        var token = Tokens.New(Tokens.DevicePrefix);
        try
        {
            using var lease = await database.Gate.Enter(cancel);
            using var store = new StoreConnection(database.OpenWriter());
            store.Write(() => DeviceRows.Replace(
                store, user, TokenHash.Of(token).ToBytes(), former is null ? null : TokenHash.Of(former).ToBytes(), time.GetUtcNow().ToUnixTimeMilliseconds(), Since()));
            return DeviceCookie.Renew(tokens, token, former);
        }
        catch (SqliteException e)
        {
            Log.NotNoted(logger, user, e);
            return null;
        }
    }

    private long Since() => (time.GetUtcNow() - DeviceCookie.KnownFor).ToUnixTimeMilliseconds();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A device of user {User} could not be noted; it is unknown at the next login")]
        public static partial void NotNoted(ILogger logger, Guid user, Exception error);
    }
}
