using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Chatter.Chat.Storage;

/// <summary>
/// A random string kept with the store. It is renewed whenever the history may have been rewound (a restored backup), so that a client whose cursors
/// are of the other history is told so instead of being given other events under the same seq.
/// </summary>
internal sealed class StoreEpoch(Database database)
{
    private string? _value;

    public string Value => _value ?? throw new InvalidOperationException("The epoch is read when the store is opened.");

    /// <summary>Gives a store another history than all that were told before.</summary>
    public static void Renew(StoreConnection store) => store.Execute("insert or replace into store_info (key, value) values ('epoch', $1)", New());

    /// <summary>Reads the epoch, or makes one for a new store or for one of which nothing says that it is the one that was served last.</summary>
    public async Task Load(CancellationToken cancel)
    {
        using var turn = await database.Gate.Enter(cancel);
        using var store = new StoreConnection(database.OpenWriter());
        if (database.HistoryGoesOn) store.Execute("insert or ignore into store_info (key, value) values ('epoch', $1)", New());
        else Renew(store);
        _value = store.First("select value from store_info where key = 'epoch'", static (SqliteDataReader row) => row.GetString(0));
    }

    private static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9));
}
