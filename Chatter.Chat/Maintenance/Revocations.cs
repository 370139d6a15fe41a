using Chatter.Chat.Storage;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Maintenance;

/// <summary>
/// What was revoked outlives a restore: a backup brings back logins that were ended after it, often just because of what made the restore necessary. So all of its logins end, and with them
/// the browsers that are pushed to; or, where they are kept, those that the replaced store knows to have ended.
/// </summary>
internal static class Revocations
{
    /// <summary>Ends logins in a database that is about to be restored.</summary>
    /// <param name="restored">The database.</param>
    /// <param name="replaced">The one that it replaces; there may be none.</param>
    /// <param name="keepSessions">Whether those that may still be good are kept.</param>
    /// <param name="now">The time.</param>
    /// <returns>How many were ended, and who has an old password again, as far as the replaced one can be read.</returns>
    public static (int Sessions, IReadOnlyList<string> OldPasswords) Outlive(string restored, StoreFiles replaced, bool keepSessions, DateTimeOffset now)
    {
        using var store = new StoreConnection(new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = restored, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString));
        store.Connection.Open();
        var old = Read(replaced);
        var ended = 0;
        // A backup of an older version lacks it.
        var hasPushes = StoreReader.HasTable(store, "push_subscriptions");
        foreach (var (session, user) in store.All("select id, user_id from sessions where revoked_at is null", static row => (row.Id(0), row.Id(1))))
        {
            // Of a user whom the replaced store knows it knows all sessions that are good.
            var goesOn = keepSessions && (old is null || !old.Users.ContainsKey(user) || old.GoodSessions.Contains(session));
            if (goesOn) continue;
            ended += store.Execute("update sessions set revoked_at = $2 where id = $1", session, now.ToUnixTimeMilliseconds());
            if (hasPushes) store.Execute("delete from push_subscriptions where session = $1", session);
        }
        var passwords = old is null ? [] : store.All("select id, user_name, password_hash from users", static row => (Id: row.Id(0), Name: row.GetString(1), Hash: row.TextOrNull(2)))
            .Where(user => user.Hash is not null && old.Users.TryGetValue(user.Id, out var hash) && hash != user.Hash).Select(static user => user.Name).Order(StringComparer.Ordinal).ToList();
        return (ended, passwords);
    }

    /// <returns>Null where there is no such database, or it can't be read.</returns>
    private static Replaced? Read(StoreFiles files)
    {
        if (!File.Exists(files.Database)) return null;
        try
        {
            using var store = StoreReader.Open(files);
            return new Replaced(
                store.All("select id, password_hash from users", static row => (Id: row.Id(0), Hash: row.TextOrNull(1))).ToDictionary(static user => user.Id, static user => user.Hash),
                [.. store.All("select id from sessions where revoked_at is null", static row => row.Id(0))]);
        }
        catch (Exception e) when (e is SqliteException or MaintenanceException)
        {
            return null; // Damage is what people restore for.
        }
    }

    private sealed record Replaced(Dictionary<Guid, string?> Users, HashSet<Guid> GoodSessions);
}
