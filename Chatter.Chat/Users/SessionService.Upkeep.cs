using Chatter.Chat.Storage;
using Microsoft.EntityFrameworkCore;

namespace Chatter.Chat.Users;

public sealed partial class SessionService
{
    private const int Batch = 100;
    private const int SeenAtOnce = 500;
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(30);

    /// <summary>
    /// Writes down which sessions were used, and so how long they live: each that has an open socket once a minute, so by prepared statements and not by
    /// the model, in pieces for which nobody waits long.
    /// </summary>
    internal async Task SaveSeen(CancellationToken cancel)
    {
        if (_seen.IsEmpty) return;
        using var store = new StoreConnection(database.OpenWriter());
        foreach (var batch in _seen.ToArray().Chunk(SeenAtOnce))
        {
            using (await database.Gate.Enter(cancel)) store.Write(() => SaveSeen(store, batch));
            // Only what was saved: a session that was used again meanwhile stays for the next time, as all do after an error.
            foreach (var saved in batch) _seen.TryRemove(saved);
        }
    }

    private void SaveSeen(StoreConnection store, KeyValuePair<Guid, DateTimeOffset>[] seen)
    {
        foreach (var (id, at) in seen)
        {
            var (used, end) = (at.ToUnixTimeMilliseconds(), (at + settings.Value.Sliding).ToUnixTimeMilliseconds());
            store.Execute("update users set last_seen_at = $2 where id = (select user_id from sessions where id = $1) and last_seen_at < $2", id, used);
            store.Execute("update sessions set last_seen_at = $2, expires_at = min($3, ends_at) where id = $1 and revoked_at is null and last_seen_at < $2", id, used, end);
        }
    }

    /// <summary>Deletes sessions that ended long ago. They are kept for a while, since from where somebody logged in tells him from a guesser.</summary>
    internal async Task DeleteEnded(CancellationToken cancel)
    {
        var before = time.GetUtcNow() - KeepEnded;
        int deleted;
        do
        {
            await using var context = await contexts.CreateDbContextAsync(cancel);
            var ended = await context.Sessions.Where(s => s.ExpiresAt < before).OrderBy(static s => s.ExpiresAt).Take(Batch).ToListAsync(cancel);
            context.Sessions.RemoveRange(ended);
            deleted = await context.SaveChangesAsync(cancel);
        }
        while (deleted == Batch);
    }
}
