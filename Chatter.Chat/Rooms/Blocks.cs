using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Rooms;

/// <summary>
/// Who wants to have nothing to do with whom. A block is told to nobody but who made it. Between the two there is no conversation then, in either direction: who is kept from
/// answering shouldn't be written to either. Who is kept out hears what is true and no more: that he can't write to that person.
/// </summary>
internal static class Blocks
{
    /// <summary>People whom somebody may have blocked: a client holds them all.</summary>
    public const int Most = 1_000;

    /// <summary>For a condition: whether a member wants to hear nothing of a sender.</summary>
    public static string Has(string member, string sender) => $"exists (select 1 from blocks b where b.user = {member} and b.blocked = {sender})";

    /// <summary>Whom somebody blocked, the latest first.</summary>
    public static List<BlockInfo> Of(StoreConnection store, Guid user) => store.All(
        $"select b.blocked, {DeletedUsers.Name("b.blocked", "u.user_name")}, b.at from blocks b join users u on u.id = b.blocked where b.user = $1 order by b.at desc, b.blocked",
        static row => new BlockInfo(new UserRef(row.Id(0), row.GetString(1)), row.Time(2)), user);

    /// <summary>The ids of those.</summary>
    public static List<Guid> Ids(StoreConnection store, Guid user) => store.All("select blocked from blocks where user = $1", static row => row.Id(0), user);

    /// <summary>The ids of those, and of some who blocked him, the latest: they hear nothing of what somebody does that is gone in a moment.</summary>
    public static List<Guid> Around(StoreConnection store, Guid user) =>
        [.. Ids(store, user), .. store.All("select user from blocks where blocked = $1 limit $2", static row => row.Id(0), user, Most)];

    /// <summary>Why two people have no conversation, or null.</summary>
    /// <param name="batch">The transaction.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="other">The other one.</param>
    public static Refusal? Between(WriteBatch batch, Guid user, Guid other) =>
        batch.Store.Look($"select {Has("$1", "$2")}, {Has("$2", "$1")}", static row => (Own: row.Int64(0) == 1, Others: row.Int64(1) == 1), user, other) switch
        {
            (true, _) => new Refusal(ErrorCodes.Forbidden, $"You blocked {Name(batch, other)}. Lift the block to write to each other."),
            (_, true) => new Refusal(ErrorCodes.Forbidden, $"You can't write to {Name(batch, other)}."),
            _ => null,
        };

    /// <summary>Why somebody doesn't write in a conversation of two, or null; in all other rooms nobody is kept from writing by a block.</summary>
    public static Refusal? InConversation(WriteBatch batch, Guid room, RoomRow row, Guid user)
    {
        if (!row.Direct || batch.Head(room).Members != 2) return null;
        var other = batch.Store.First("select user from members where room = $1 and user <> $2", static found => (Guid?)found.Id(0), room, user);
        return other is { } id ? Between(batch, user, id) : null;
    }

    private static string Name(WriteBatch batch, Guid user) => batch.Store.First("select user_name from users where id = $1", static row => row.GetString(0), user) ?? "";
}

/// <summary>Blocks somebody, or lifts that.</summary>
internal sealed class BlockUser(UserRef user, Guid blocked, bool on) : RoomOperation<BlockFrame?>(user)
{
    private static readonly Refusal NoSuchUser = new(ErrorCodes.NoSuchUser, "There is nobody with that id.");
    private static readonly Refusal Oneself = new(ErrorCodes.Invalid, "You can't block yourself.");
    private static readonly Refusal TooMany = new(ErrorCodes.Invalid, $"You have blocked {Blocks.Most} people, which is the limit. Lift a block first.");

    /// <returns>What is to be told to his own sockets; null where nothing changed.</returns>
    protected override Outcome<BlockFrame?> Decide(WriteBatch batch)
    {
        if (blocked == User.Id) return Oneself;
        if (NameOf(batch, blocked) is not { } name) return NoSuchUser;
        var frame = new BlockFrame(new UserRef(blocked, name), on);
        if (!on) return batch.Store.Execute("delete from blocks where user = $1 and blocked = $2", User.Id, blocked) > 0 ? frame : (BlockFrame?)null;
        if (batch.Store.First($"select {Blocks.Has("$1", "$2")}", static row => row.GetInt64(0), User.Id, blocked) == 1) return (BlockFrame?)null;
        if (batch.Store.First("select count(*) from blocks where user = $1", static row => row.GetInt64(0), User.Id) >= Blocks.Most) return TooMany;
        batch.Store.Execute("insert into blocks (user, blocked, at) values ($1, $2, $3)", User.Id, blocked, batch.Now.ToUnixTimeMilliseconds());
        // What they asked for and got no answer to goes with them.
        Requests.Decline(batch, User, blocked);
        return frame;
    }
}
