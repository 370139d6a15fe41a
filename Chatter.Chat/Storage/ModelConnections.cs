using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Chatter.Chat.Storage;

/// <summary>
/// Makes the model's connections as durable as the log's. A pooled connection comes back without what was set before, so it is set at each opening.
/// The cache stays SQLite's default: these connections are many and read little.
/// </summary>
internal sealed class ModelConnections : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Configure(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Configure(connection);
        return Task.CompletedTask;
    }

    private static void Configure(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        // wal_autocheckpoint as the writer has it: checkpoints belong beside the commits, not inside them.
        command.CommandText = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 1000; pragma wal_autocheckpoint = 16000; pragma secure_delete = on;";
        command.ExecuteNonQuery();
    }
}
