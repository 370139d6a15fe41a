using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Storage;

/// <summary>Registers the model on the database's own file.</summary>
internal static class ChatterModel
{
    public static IServiceCollection AddChatterModel(this IServiceCollection services)
    {
        AddIdentitySchema(services).AddSingleton<DatabaseMigrator>();
        return services.AddPooledDbContextFactory<ChatterDbContext>(static (provider, options) => Configure(options, provider.GetRequiredService<Database>().Path));
    }

    /// <summary>With passkeys. The model asks the application's options for it, whatever the context's own <c>SchemaVersion</c> says.</summary>
    private static IServiceCollection AddIdentitySchema(IServiceCollection services) =>
        services.Configure<IdentityOptions>(static identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);

    private static void Configure(DbContextOptionsBuilder options, string path) => options
        // A lock of another program is waited for shortly only: the gate is held meanwhile, and sends are to be answered within 5 s.
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 2 }.ConnectionString)
        .AddInterceptors(new ModelConnections())
        // Whoever saves judges what comes of it: of two who want a name at the same time one is refused, which is no error. What nobody expects is logged where it ends.
        .ConfigureWarnings(static events => events.Log((RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));

    /// <summary>For <c>dotnet ef migrations add</c>, which needs the model and no database.</summary>
    internal sealed class Factory : IDesignTimeDbContextFactory<ChatterDbContext>
    {
        public ChatterDbContext CreateDbContext(string[] args)
        {
            var options = new DbContextOptionsBuilder<ChatterDbContext>();
            Configure(options.UseApplicationServiceProvider(AddIdentitySchema(new ServiceCollection()).BuildServiceProvider()), "design.db");
            return new ChatterDbContext(options.Options);
        }
    }
}
