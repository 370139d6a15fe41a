using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Chatter.Chat.Storage;

/// <summary>
/// How the model's columns look, so that they join with the log's hand-written tables: snake_case names, ids as 16 bytes big-endian, times as Unix milliseconds.
/// </summary>
internal static partial class ColumnConventions
{
    private static readonly ValueConverter<Guid, byte[]> Ids = new(id => id.ToByteArray(true), bytes => new Guid(bytes, true));

    private static readonly ValueConverter<DateTimeOffset, long> Times =
        new(time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    public static void Apply(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (entity.IsMappedToJson())
            {
                entity.SetContainerColumnName(Snake(entity.GetContainerColumnName()!));
                continue;
            }
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
                if (Underlying(property) == typeof(Guid)) property.SetValueConverter(Ids);
                else if (Underlying(property) == typeof(DateTimeOffset)) property.SetValueConverter(Times);
            }
            foreach (var key in entity.GetKeys()) key.SetName(Snake(key.GetDefaultName()!));
            foreach (var key in entity.GetForeignKeys()) key.SetConstraintName(Snake(key.GetDefaultName()!));
            foreach (var index in entity.GetIndexes()) index.SetDatabaseName(Snake(index.GetDefaultDatabaseName()!));
        }
    }

    private static Type Underlying(IMutableProperty property) => Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;

#pragma warning disable CA1308 // Names of columns are lower case.
    private static string Snake(string name) => WordStart().Replace(name, "_").ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
