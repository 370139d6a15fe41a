using System.Security.Cryptography;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;

namespace Chatter.Chat.Rooms;

/// <summary>Conversations: private rooms of a few people, without a name, an owner and invites. The same people have one.</summary>
internal static class Conversations
{
    /// <summary>People in a conversation, oneself included: with more it is a room that wants a name.</summary>
    public const int MostPeople = 9;

    /// <summary>What people are looked up by who have a conversation.</summary>
    public static byte[] Key(IEnumerable<Guid> people) => SHA256.HashData([.. people.Order().SelectMany(static id => id.ToByteArray(bigEndian: true))]);

    /// <summary>Whether a conversation was begun between two people: that one nobody leaves, since the other would speak to nobody.</summary>
    public static bool IsOfTwo(WriteBatch batch, Guid room)
    {
        var first = EventRows.At(batch.Store, room, 1);
        return first?.Users?.Count <= 2;
    }

    /// <summary>The others in all conversations of a user.</summary>
    public static Dictionary<Guid, List<UserRef>> Others(StoreConnection store, Guid user) => store.All(
        "select m.room, u.id, u.user_name from members me join rooms r on r.id = me.room and r.direct = 1 join members m on m.room = me.room join users u on u.id = m.user "
        + "where me.user = $1 and m.user <> $1 order by u.normalized_user_name",
        static row => (Room: row.Id(0), User: new UserRef(row.Id(1), row.GetString(2))), user)
        .GroupBy(static other => other.Room).ToDictionary(static room => room.Key, static room => room.Select(static other => other.User).ToList());
}

/// <summary>What <c>conversations</c> answers.</summary>
/// <param name="Room">The conversation.</param>
/// <param name="IsNew">False where those people had one already.</param>
internal sealed record Conversation(RoomInfo Room, bool IsNew);

/// <summary>Begins a conversation, or finds the one that those people have.</summary>
/// <param name="user">Who begins it.</param>
/// <param name="others">With whom.</param>
/// <param name="strangers">Those of them who share no room with that user.</param>
/// <param name="roomsPerUser">The limit for who begins it; the others have it when they answer.</param>
internal sealed class BeginConversation(UserRef user, IReadOnlyList<Guid> others, IReadOnlySet<Guid> strangers, int roomsPerUser) : RoomOperation<Conversation>(user)
{
    private readonly Guid _id = Guid.CreateVersion7();

    protected override Outcome<Conversation> Decide(WriteBatch batch)
    {
        var people = new List<UserRef> { User };
        foreach (var other in others.Where(other => other != User.Id).Distinct())
        {
            if (NameOf(batch, other) is not { } name) return new Refusal(ErrorCodes.NoSuchUser, $"There is nobody with the id {other}.");
            people.Add(new UserRef(other, name));
        }
        if (people.Count is < 2 or > Conversations.MostPeople) return Refusal.InvalidField("users", $"`users` must name 1 to {Conversations.MostPeople - 1} others.");
        var key = Conversations.Key(people.Select(static one => one.Id));
        var known = batch.Store.First("select id from rooms where direct_key = $1 and deleted_at is null", static row => (Guid?)row.Id(0), key);
        if (known is { } id && batch.Member(id, User.Id) is not null) return new Conversation(Describe(batch, id), false);
        foreach (var other in people.Skip(1))
            if (Blocks.Between(batch, User.Id, other.Id) is { } blocked) return blocked;
        if (TooManyRooms(batch, roomsPerUser) is { } tooMany) return tooMany;
        foreach (var other in people.Skip(1))
            if (Requests.TooMany(batch, User, other, RequestOf(other)) is { } unanswered) return unanswered;
        // Who left one of several begins another: the others go on without him in theirs.
        if (known is { } left) batch.Store.Execute("update rooms set direct_key = null where id = $1", left);
        batch.Store.Execute(
            "insert into rooms (id, name, name_key, topic, private, owner, created_at, direct, direct_key) values ($1, '', '', '', 1, null, $2, 1, $3)", _id, batch.Now.ToUnixTimeMilliseconds(), key);
        batch.AddHead(_id);
        foreach (var one in people) batch.AddMember(_id, one.Id, Roles.Member, batch.NextSeq(_id), RequestOf(one), one.Id == User.Id ? null : User.Id);
        batch.Append(Draft(_id, EventKinds.Joined) with { Users = people });
        return new Conversation(Describe(batch, _id), true);
    }

    private RequestKind RequestOf(UserRef one) => one.Id == User.Id ? RequestKind.None : strangers.Contains(one.Id) ? RequestKind.FromStranger : RequestKind.Unanswered;
}
