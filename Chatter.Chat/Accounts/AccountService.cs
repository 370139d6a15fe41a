using Chatter.Chat.Broadcasting;
using Chatter.Chat.Files;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;
using Microsoft.Extensions.Logging;

namespace Chatter.Chat.Accounts;

/// <summary>What somebody does with his account that others see: his profile, and its end.</summary>
internal sealed partial class AccountService(
    Database database, EventWriter writer, Broadcaster broadcaster, Connections connections, UserService users, SessionService sessions, AvatarService avatars, TimeProvider time,
    ILogger<AccountService> logger)
{
    // One call is told in up to a thousand rooms: who makes many is read at the next look.
    private readonly FailureBuckets<Guid> _telling = new(burst: 5, TimeSpan.FromSeconds(5), capacity: 100_000, time);

    /// <summary>Changes a profile, and tells his own sockets and those of who shares a small room with him; everybody else sees it when he looks next.</summary>
    public async Task<Outcome<UserInfo>> Change(Guid user, ProfileChange change, CancellationToken cancel) => await Told(await writer.Do(new ChangeProfile(user, change)), cancel);

    /// <summary>Gives him another picture, and tells it as other changes of his profile.</summary>
    public async Task<Outcome<UserInfo>> ChangeAvatar(Guid user, Stream body, long? length, CancellationToken cancel) => await Told(await avatars.Take(user, body, length, cancel), cancel);

    /// <summary>Takes his picture away.</summary>
    public async Task<Outcome<UserInfo>> RemoveAvatar(Guid user, CancellationToken cancel) => await Told(await avatars.Remove(user), cancel);

    /// <summary>Deletes an account for who knows its password.</summary>
    public async Task<Outcome<bool>> Delete(UserRef user, string? password, ClientInfo client, CancellationToken cancel)
    {
        var confirmed = await users.Confirm(user, password, "password", client, cancel);
        if (!confirmed.Is(out var hash, out var refusal)) return refusal;
        return await sessions.BetweenLogins(user.Id, () => Delete(user, hash, cancel), cancel);
    }

    private async Task<Outcome<bool>> Delete(UserRef user, string hash, CancellationToken cancel)
    {
        var (open, lively) = (await sessions.Ids(user.Id, cancel), await database.Read(user.Id, store => RoomEntries.Lively(store, user.Id), cancel));
        var deleted = await writer.Do(new DeleteAccount(user, hash));
        // Also where nobody knows whether it happened: who is still there has to be looked up again, and loses nothing but his sockets.
        if (deleted.Refusal is not null && deleted.Refusal.Code != ErrorCodes.Unavailable) return deleted;
        broadcaster.ForgetNames();
        sessions.Gone(open);
        if (deleted.Refusal is not null) return deleted;
        Log.Deleted(logger, user.Id);
        Tell(new UserInfo(user.Id, DeletedUser.Name, DeletedUser.Name, DateTimeOffset.UnixEpoch), lively);
        return deleted;
    }

    private async Task<Outcome<UserInfo>> Told(Outcome<UserInfo> changed, CancellationToken cancel)
    {
        if (!changed.Is(out var profile, out _)) return changed;
        connections.Tell(profile.Id, new UserFrame(profile));
        if (_telling.Take(profile.Id) is null) Tell(profile, await database.Read(profile.Id, store => RoomEntries.Lively(store, profile.Id), cancel));
        return changed;
    }

    private void Tell(UserInfo profile, IEnumerable<Guid> rooms)
    {
        foreach (var room in rooms) broadcaster.TellOnce(room, new UserFrame(profile), profile.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "User {User} deleted his account")]
        public static partial void Deleted(ILogger logger, Guid user);
    }
}
