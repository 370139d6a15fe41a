using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Rooms;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Accounts;

/// <summary>
/// Deletes an account in one transaction, so that no crash leaves half of it: it leaves its rooms as anybody leaves, loses its sessions, credentials and
/// profile, and is noted as gone (<see cref="DeletedUsers"/>), whereby all that it wrote is somebody's without a name. Its row stays, since events, bans and
/// members name it, and keeps the name by which it was found, so that nobody else is ever taken for who had it.
/// </summary>
/// <param name="user">Who goes.</param>
/// <param name="passwordHash">What his password was compared with.</param>
internal sealed class DeleteAccount(UserRef user, string passwordHash) : RoomOperation<bool>(user with { Name = DeletedUser.Name })
{
    private static readonly string[] Belongings = ["user_claims", "user_logins", "user_tokens", "user_passkeys", "sessions"];

    protected override Outcome<bool> Decide(WriteBatch batch)
    {
        var store = batch.Store;
        if (store.First("select password_hash from users where id = $1", static row => row.TextOrNull(0), User.Id) != passwordHash)
            return new Refusal(ErrorCodes.Conflict, "The account was changed elsewhere at the same time. Try again.");
        store.Execute("insert into deleted_users (id, at) values ($1, $2)", User.Id, batch.Now.ToUnixTimeMilliseconds());
        foreach (var room in RoomEntries.Ids(store, User.Id)) Leave(batch, room);
        AvatarRows.Replace(store, User.Id, null, batch.Now);
        store.Execute(
            "update users set user_name = $2, display_name = $2, language = null, time_zone = null, status_text = null, status_emoji = null, status_until = null, hides_last_seen = 1, "
            + "email = null, normalized_email = null, phone_number = null, password_hash = null, security_stamp = $3, concurrency_stamp = $3 where id = $1",
            User.Id, DeletedUser.Name, Guid.NewGuid().ToString());
        foreach (var table in Belongings) store.Execute($"delete from {table} where user_id = $1", User.Id);
        store.Execute("delete from saved where user = $1", User.Id);
        DeviceRows.DeleteAll(store, User.Id);
        store.Execute("delete from blocks where user = $1 or blocked = $1", User.Id);
        return true;
    }

    /// <summary>A conversation of two he stays in, as nobody leaves one: the other one's list has it, and says with whom it was.</summary>
    private void Leave(WriteBatch batch, Guid id)
    {
        if (!RoomAccess.Enter(batch, id, User.Id).Is(out var entered, out _)) return;
        if (entered.Room.Direct && Conversations.IsOfTwo(batch, id)) return;
        LeaveRoom.Leave(batch, User, entered.Room, entered.Member);
    }
}
