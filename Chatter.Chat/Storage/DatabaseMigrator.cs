using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Storage;

/// <summary>Brings the database to this version's tables. Called once, before anything is served.</summary>
internal sealed partial class DatabaseMigrator(Database database, IDbContextFactory<ChatterDbContext> contexts, ILogger<DatabaseMigrator> logger)
{
    /// <summary>Migrates, or does nothing where the tables are this version's already.</summary>
    /// <exception cref="StartupException">The database is a newer Chatter's, or can't be changed.</exception>
    public async Task Migrate(CancellationToken cancel)
    {
        try
        {
            using var lease = await database.Gate.Enter(cancel);
            var known = KnownMigrations.All;
            var applied = Applied();
            if (applied.Except(known).LastOrDefault() is { } newer)
                throw new StartupException($"The database {database.Path} was written by a newer Chatter (it has {newer}). Start that version, or restore a backup.");
            // Asking the model for its migrations costs a good part of a second, which nearly every start can do without.
            if (applied.Count == known.Count) return;
            CrashPoint.Begin(CrashPoint.DuringMigration);
            await using var context = await contexts.CreateDbContextAsync(cancel);
            await context.Database.OpenConnectionAsync(cancel);
            ((SqliteConnection)context.Database.GetDbConnection()).CreateFunction<string, string>(LogSchema.SkeletonFunction, NameSkeleton.Of, isDeterministic: true);
            await context.Database.MigrateAsync(cancel);
            Log.Migrated(logger, database.Path, known[^1]);
        }
        catch (SqliteException e)
        {
            throw new StartupException($"The tables of {database.Path} can't be brought up to date: {e.Message}. If the file is damaged, restore a backup.", e);
        }
    }

    private List<string> Applied()
    {
        using var connection = database.OpenWriter(create: true);
        using var command = connection.CreateCommand();
        // EF's lock table outlives a process that was killed while it migrated, and would be waited for for ever. This process has the folder to itself.
        command.CommandText = "drop table if exists \"__EFMigrationsLock\"";
        command.ExecuteNonQuery();
        command.CommandText = "select count(*) from sqlite_master where type = 'table' and name = '__EFMigrationsHistory'";
        if (command.ExecuteScalar() is 0L) return [];
        command.CommandText = "select \"MigrationId\" from \"__EFMigrationsHistory\" order by 1";
        using var reader = command.ExecuteReader();
        var applied = new List<string>();
        while (reader.Read()) applied.Add(reader.GetString(0));
        return applied;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Database {Path} is at {Migration}")]
        public static partial void Migrated(ILogger logger, string path, string migration);
    }
}
