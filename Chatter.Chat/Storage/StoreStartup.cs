using Chatter.Chat.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;

namespace Chatter.Chat.Storage;

/// <summary>Makes the store ready before anything is served: checks it, migrates it, reads its epoch, cleans what an older version left, and from then on notes what is acknowledged. The first hosted service to start.</summary>
internal sealed class StoreStartup(Database database, DatabaseMigrator migrator, StoreEpoch epoch, OldPages oldPages) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        database.Verify();
        try
        {
            await migrator.Migrate(cancellationToken);
            await epoch.Load(cancellationToken);
            await oldPages.Clean(cancellationToken);
            database.Mark.Open();
        }
        catch (SqliteException e)
        {
            throw new StartupException($"The database {database.Path} can't be brought up to date: {e.Message}.", e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
