using System.Collections.Concurrent;
using System.Diagnostics;
using Chatter.Chat.Messages;
using Chatter.Chat.Protocol;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Chatter.Chat.Telemetry;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Search;

/// <summary>
/// Searches. The index says where to look; whether one may read there, and what it says there now, is asked of the store: so an index that is a moment behind shows nobody
/// what was deleted, edited or taken from him meanwhile.
/// </summary>
internal sealed class SearchService(SearchReaders readers, SearchIndex index, IOptions<EngineSettings> engine, ChatterMetrics metrics)
{
    private static readonly Refusal WrongCursor = Refusal.InvalidField("after", "after must be what an earlier answer had as next.");

    private static readonly Refusal TooLate = new(ErrorCodes.Unavailable, "The search did not finish in time. Try again, or search for less: more words, or a room.") { RetryAfter = 1 };

    private static readonly Refusal TooMany = new(ErrorCodes.RateLimited, "Some of your searches are still in work. Wait for them.") { RetryAfter = 1 };

    private readonly ConcurrentDictionary<Guid, int> _inWork = new();

    /// <summary>A page of what somebody who may read only his own rooms finds, or why there is none.</summary>
    public async Task<Outcome<SearchPage>> Search(SearchRequest request, Guid user, CancellationToken cancel)
    {
        if (!QueryParser.Parse(request.Text).Is(out var query, out var refusal)) return refusal;
        var before = long.MaxValue;
        if (request.After is { } after)
        {
            if (MessageIds.Read(after) is not { } end) return WrongCursor;
            before = end;
        }
        if (_inWork.AddOrUpdate(user, 1, static (_, count) => count + 1) > engine.Value.SearchesPerUser)
        {
            Leave(user);
            metrics.LimitHit(nameof(EngineSettings.SearchesPerUser));
            return TooMany;
        }
        try
        {
            // What can be found may be more by the time it is looked for, not less.
            var isComplete = index.IsComplete;
            return await readers.Run(user, (store, deadline) => Find(store, deadline, query, request, user, before, isComplete), () => new SearchPage([], Complete: false), cancel);
        }
        catch (StoreUnavailableException)
        {
            return TooLate;
        }
        finally
        {
            Leave(user);
        }
    }

    private void Leave(Guid user)
    {
        for (; ; )
        {
            var count = _inWork[user];
            if (count == 1 ? _inWork.TryRemove(KeyValuePair.Create(user, 1)) : _inWork.TryUpdate(user, count - 1, count)) return;
        }
    }

    private SearchPage Find(StoreConnection store, SearchDeadline deadline, SearchQuery query, SearchRequest request, Guid user, long before, bool isComplete)
    {
        var since = Stopwatch.GetTimestamp();
        var hits = new List<SearchHit>();
        string? next = null;
        if (SearchPlan.Of(store, query, request.Room, user) is { } plan)
        {
            // One more than is asked for says whether there is a further page. Where some of them are gone, more are read.
            var last = 0L;
            for (var at = before; ;)
            {
                var wanted = request.Limit + 1 - hits.Count;
                var found = plan.Find(store, at, wanted, deadline);
                foreach (var place in found)
                {
                    at = place.Id;
                    deadline.ThrowIfPassed();
                    if (Hit(store, query, plan.Rooms[place.Room], place.Seq, user) is not { } hit) continue;
                    if (hits.Count == request.Limit)
                    {
                        next = MessageIds.Write(last);
                        break;
                    }
                    hits.Add(hit);
                    last = place.Id;
                }
                if (next is not null || found.Count < wanted) break;
            }
        }
        metrics.Searched(since);
        return new SearchPage(hits, isComplete, next);
    }

    /// <summary>The message as it is now, where it is still one that is sought.</summary>
    private static SearchHit? Hit(StoreConnection store, SearchQuery query, Guid room, long seq, Guid user)
    {
        if (EventRows.At(store, room, seq) is not { } item) return null;
        List<RoomEvent> page = [item];
        PageFold.Apply(store, room, page, user);
        return IndexedMessage.Of(page[0]) is { } message && query.Accepts(message) ? new SearchHit(room, page[0], Snippet.Of(message, query.Wanted)) : null;
    }
}
