using Microsoft.EntityFrameworkCore;

namespace Chatter.Chat.Users;

public sealed partial class SessionService
{
    private const int Batch = 100;
    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(30);

    /// <summary>Writes down which sessions were used, and so how long they live.</summary>
    internal async Task SaveSeen(CancellationToken cancel)
    {
        foreach (var batch in _seen.ToArray().Chunk(Batch))
        {
            var seen = batch.ToDictionary();
            await using var context = await contexts.CreateDbContextAsync(cancel);
            var ids = seen.Keys.ToArray();
            var sessions = await context.Sessions.Where(s => ids.Contains(s.Id)).ToListAsync(cancel);
            var owners = sessions.Select(static s => s.UserId).Distinct().ToArray();
            var users = await context.Users.Where(u => owners.Contains(u.Id)).ToDictionaryAsync(static u => u.Id, cancel);
            foreach (var session in sessions)
            {
                var at = seen[session.Id];
                if (users.TryGetValue(session.UserId, out var user) && user.LastSeenAt < at) user.LastSeenAt = at;
                if (session.RevokedAt is not null || session.LastSeenAt >= at) continue;
                session.LastSeenAt = at;
                session.ExpiresAt = Earlier(at + settings.Value.Sliding, session.EndsAt);
            }
            await context.SaveChangesAsync(cancel);
            // Only what was saved: a session that was used again meanwhile stays for the next time, as all do after an error.
            foreach (var saved in batch) _seen.TryRemove(saved);
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
