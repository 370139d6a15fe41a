using System.Diagnostics;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Tests.Support;
using Chatter.Chat.Users;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Chatter.Chat.Tests.Users;

public sealed class ModelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ids_and_times_look_as_in_the_log()
    {
        await using var server = await AccountsServer.Start();
        var session = (await server.Get<SessionService>().Authenticate(await server.Token("ada"), Cancel))!;

        var row = await server.Get<Database>().Read(
            connection => connection.First("select u.id, u.created_at, s.id from users u join sessions s on s.user_id = u.id where u.id = $1", static row => (row.Id(0), row.GetInt64(1), row.Id(2)), session.UserId), Cancel);

        Assert.Equal((session.UserId, server.Time.Start.ToUnixTimeMilliseconds(), session.Id), row);
    }

    [Fact]
    public async Task The_model_and_the_migrations_agree()
    {
        await using var server = await AccountsServer.Start();
        await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Equal(KnownMigrations.All, await context.Database.GetAppliedMigrationsAsync(Cancel));
        Assert.Contains("passkey", string.Join(' ', context.Model.GetEntityTypes().Select(static entity => entity.GetTableName())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_models_connections_are_as_durable_as_the_logs()
    {
        await using var server = await AccountsServer.Start();
        await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);

        foreach (var (pragma, value) in new[] { ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "1000") })
        {
            await context.Database.OpenConnectionAsync(Cancel);
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"pragma {pragma}";
            Assert.Equal(value, (await command.ExecuteScalarAsync(Cancel))?.ToString());
            await context.Database.CloseConnectionAsync();
        }
    }

    [Fact]
    public async Task Saving_waits_for_the_gate_and_gives_it_back_after_success_failure_and_cancellation()
    {
        await using var server = await AccountsServer.Start();
        await server.Token("ada");
        var gate = server.Get<Database>().Gate;
        await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);
        var user = await context.Users.SingleAsync(Cancel);

        user.Language = "de";
        var lease = await gate.Enter(Cancel);
        var saving = context.SaveChangesAsync(Cancel);
        Assert.False(saving.IsCompleted);
        lease.Dispose();
        await saving;
        await AssertFree();

        user.Language = "en";
        using (await gate.Enter(Cancel))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => context.SaveChangesAsync(new CancellationToken(true)));
        await AssertFree();

        user.NormalizedUserName = null;
        await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Cancel));
        await AssertFree();
        Assert.Throws<NotSupportedException>(() => context.SaveChanges());

        async Task AssertFree()
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            (await gate.Enter(limit.Token)).Dispose();
        }
    }

    [Fact]
    public async Task A_name_that_was_taken_meanwhile_is_told_to_who_saves_and_is_no_error_in_the_log()
    {
        using var log = new ServerLog();
        await using var server = await AccountsServer.Start(services => services.AddLogging(logging => logging.AddProvider(log)));
        await server.Token("ada");
        await using var context = await server.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);
        var namesake = await context.Users.AsNoTracking().SingleAsync(Cancel);
        namesake.Id = Guid.CreateVersion7();
        context.Add(namesake);

        Assert.True(ChatterDbContext.IsDuplicate(await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Cancel))));
        Assert.Empty(log.Errors);
    }

    [Fact]
    public async Task A_lock_that_a_killed_migration_left_does_not_stop_the_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("chatter-accounts-").FullName;
        await Execute(folder, """create table "__EFMigrationsLock" ("Id" integer not null primary key, "Timestamp" text not null); insert into "__EFMigrationsLock" values (1, '2026-11-24')""");

        await using var server = await AccountsServer.Start(folder: folder).WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.NotEmpty(await server.Token("ada"));
    }

    [Fact]
    public async Task A_newer_database_is_refused_in_words()
    {
        var first = await AccountsServer.Start(keep: true);
        await first.DisposeAsync();
        await Execute(first.Folder, """insert into "__EFMigrationsHistory" values ('29990101000000_Later', '99.0')""");

        var refused = await Assert.ThrowsAsync<StartupException>(() => AccountsServer.Start(folder: first.Folder));

        Assert.Contains("newer Chatter", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_up_to_date_is_opened_without_the_model()
    {
        var first = await AccountsServer.Start(keep: true);
        await first.DisposeAsync();
        var watch = Stopwatch.StartNew();
        await using var second = await AccountsServer.Start(folder: first.Folder);
        TestContext.Current.SendDiagnosticMessage($"started in {watch.ElapsedMilliseconds} ms");

        await using var context = await second.Get<IDbContextFactory<ChatterDbContext>>().CreateDbContextAsync(Cancel);
        Assert.Empty(await context.Database.GetPendingMigrationsAsync(Cancel));
    }

    private static async Task Execute(string folder, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "chatter.db")};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
