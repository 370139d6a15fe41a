using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Microsoft.Extensions.Options;

namespace Chatter.Chat.Files;

/// <summary>The pictures of people: taken, removed, looked up.</summary>
internal sealed class AvatarService(Database database, EventWriter writer, Reception reception, FileWorkers workers, IOptions<FilesSettings> settings, TimeProvider time)
{
    /// <summary>Takes a picture in the place of the one that somebody has; gives who he is now.</summary>
    public Task<Outcome<UserInfo>> Take(Guid user, Stream body, long? length, CancellationToken cancel) =>
        reception.Take(user, new ArrivingBytes(body, length, settings.Value.AvatarBytes), file => Keep(user, file), cancel);

    /// <summary>Takes somebody's picture away; gives who he is now.</summary>
    public Task<Outcome<UserInfo>> Remove(Guid user) => writer.Do(new ChangeAvatar(user, null));

    /// <summary>A picture that somebody has now, or null.</summary>
    public Task<AvatarRow?> Find(Guid id, Guid asker, CancellationToken cancel) => database.Read(asker, store => AvatarRows.Find(store, id), cancel);

    private async Task<Outcome<UserInfo>> Keep(Guid user, FileFolder.Incoming file)
    {
        var made = await workers.Run(user, () => SquarePicture.Make(file, user, settings.Value.MaxPixels, time.GetUtcNow()));
        return made.Is(out var avatar, out var refusal) ? await reception.Keep(file, new ChangeAvatar(user, avatar)) : refusal;
    }

    private sealed class ChangeAvatar(Guid user, AvatarRow? avatar) : WriteOperation<UserInfo>
    {
        private static readonly Refusal Gone = new(ErrorCodes.NotAuthenticated, "The account is deleted.");

        protected override Outcome<UserInfo> Decide(WriteBatch batch)
        {
            if (DeletedUsers.Has(batch.Store, user)) return Gone;
            AvatarRows.Replace(batch.Store, user, avatar, batch.Now);
            return batch.Store.First($"select {UserRows.Columns} from users u where u.id = $1", static row => UserRows.Map(row), user) is { } changed ? changed : Gone;
        }
    }
}
