using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Chatter.Chat.Storage;

/// <summary>The migrations of this version, found without building the model.</summary>
internal static class KnownMigrations
{
    /// <summary>Their ids, oldest first.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(KnownMigrations).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(Migration)))
            .Select(static type => type.GetCustomAttribute<MigrationAttribute>()!.Id)
            .Order(StringComparer.Ordinal)];
}
