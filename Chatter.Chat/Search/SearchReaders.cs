using System.Runtime.CompilerServices;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Chatter.Chat.Search;

/// <summary>
/// Threads of their own for searches, so that no page of history waits behind one. Each has a connection to the store to which the index is attached: who may read
/// what, what was found and what it says now are of one snapshot of the store.
/// </summary>
internal sealed class SearchReaders : IDisposable
{
    /// <summary>What the index is called on these connections.</summary>
    public const string Schema = "search";

    private const int InstructionsBetweenLooks = 10_000;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly Database _database;
    private readonly SearchIndex _index;
    private readonly ReaderPool _pool;
    private readonly ConditionalWeakTable<StoreConnection, StrongBox<int>> _attached = [];

    public SearchReaders(Database database, SearchIndex index, IOptions<EngineSettings> engine, ChatterMetrics metrics)
    {
        (_database, _index) = (database, index);
        _pool = new ReaderPool(database.OpenReader, "searcher", engine.Value.Searchers, engine.Value.SearchesWaiting, nameof(EngineSettings.SearchesWaiting), metrics);
        metrics.ObserveSearches(() => _pool.Waiting);
    }

    /// <summary>Runs a search.</summary>
    /// <param name="user">Who searches.</param>
    /// <param name="search">What to do with a connection that has the index, and until when: SQLite is interrupted then, what is done beside it has to look.</param>
    /// <param name="none">The answer where there is no index, as just after it was found damaged.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">Too many searches wait, this one took too long, or the store failed.</exception>
    public Task<T> Run<T>(Guid user, Func<StoreConnection, SearchDeadline, T> search, Func<T> none, CancellationToken cancel) => _pool.Run(user, store =>
    {
        var generation = _index.Generation;
        if (!Attach(store, generation)) return none();
        var deadline = new SearchDeadline(Longest);
        // Some searches SQLite can't do quickly, and somebody will find them.
        raw.sqlite3_progress_handler(store.Connection.Handle, InstructionsBetweenLooks, _ => deadline.HasPassed ? 1 : 0, null);
        try
        {
            return store.Snapshot(() => search(store, deadline));
        }
        catch (SqliteException e) when (SearchIndex.IsDamage(e))
        {
            _index.Distrust(generation);
            Detach(store);
            return none();
        }
        finally
        {
            raw.sqlite3_progress_handler(store.Connection.Handle, 0, null, null);
        }
    }, isFirst: false, cancel);

    public void Dispose() => _pool.Dispose();

    /// <summary>Has the connection see the index that is in use now.</summary>
    private bool Attach(StoreConnection store, int generation)
    {
        if (_attached.TryGetValue(store, out var attached))
        {
            if (attached.Value == generation) return true;
            Detach(store);
        }
        if (!_index.IsOpen) return false;
        try
        {
            store.Execute($"attach $1 as {Schema}", _database.Files.SearchIndex);
        }
        catch (SqliteException e) when (SearchIndex.IsDamage(e) || e.SqliteErrorCode == raw.SQLITE_CANTOPEN)
        {
            // Just deleted, and made anew in a moment.
            return false;
        }
        _attached.Add(store, new StrongBox<int>(generation));
        return true;
    }

    private void Detach(StoreConnection store)
    {
        store.Execute($"detach {Schema}");
        _attached.Remove(store);
    }
}
