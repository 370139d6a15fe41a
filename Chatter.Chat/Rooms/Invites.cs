using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;

namespace Chatter.Chat.Rooms;

/// <summary>What <c>invites</c> answers.</summary>
internal sealed record CreatedInvite(string Invite, DateTimeOffset? ExpiresAt, int? Uses);

/// <summary>Invites: opaque 256-bit tokens, stored only as hashes, good for one room, each user once, while who made it may invite.</summary>
internal static class Invites
{
    /// <summary>What an invite is stored as, or null where it can't be one.</summary>
    public static byte[]? Hash(string? invite) => invite is { Length: > 0 and <= 128 } ? SHA256.HashData(Encoding.UTF8.GetBytes(invite)) : null;

    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether it lets that user into that room now.</summary>
    public static bool IsGood(WriteBatch batch, byte[] hash, RoomRow room, Guid user)
    {
        var found = batch.Store.First(
            "select room, created_by, seq, expires_at, uses_left from invites where hash = $1",
            static row => new
            {
                Room = Storage.Columns.Id(row, 0),
                By = Storage.Columns.Id(row, 1),
                Seq = row.GetInt64(2),
                ExpiresAt = row.IsDBNull(3) ? long.MaxValue : row.GetInt64(3),
                UsesLeft = row.IsDBNull(4) ? int.MaxValue : row.GetInt32(4),
            },
            hash);
        if (found is null || found.Room != room.Id || found.By != room.Owner) return false;
        if (found.ExpiresAt <= batch.Now.ToUnixTimeMilliseconds() || found.UsesLeft <= 0) return false;
        if (batch.Store.First("select 1 from invite_uses where invite = $1 and user = $2", static row => row.GetInt64(0), hash, user) == 1) return false;
        var removedAt = batch.Store.First("select seq from removals where room = $1 and user = $2", static row => (long?)row.GetInt64(0), room.Id, user);
        return removedAt is null || found.Seq >= removedAt;
    }

    public static void Use(WriteBatch batch, byte[] hash, Guid user)
    {
        batch.Store.Execute("insert into invite_uses (invite, user, at) values ($1, $2, $3)", hash, user, batch.Now.ToUnixTimeMilliseconds());
        batch.Store.Execute("update invites set uses_left = uses_left - 1 where hash = $1 and uses_left is not null", hash);
    }
}

/// <summary>The owner makes an invite.</summary>
internal sealed class CreateInvite(UserRef user, Guid room, TimeSpan? expiresIn, int? uses, int invitesPerRoom) : RoomOperation<CreatedInvite>(user)
{
    private readonly string _token = Invites.NewToken();

    protected override Outcome<CreatedInvite> Decide(WriteBatch batch)
    {
        if (!RoomAccess.EnterAsOwner(batch, room, User.Id).Is(out _, out var refusal)) return refusal;
        if (batch.Store.First("select count(*) from invites where room = $1", static row => row.GetInt64(0), room) >= invitesPerRoom)
            return new Refusal(ErrorCodes.RateLimited, $"The room has {invitesPerRoom} invites, which is the limit. Use one of them, or wait until some have expired.");
        var expiresAt = expiresIn is { } life ? batch.Now + life : (DateTimeOffset?)null;
        batch.Store.Execute(
            "insert into invites (hash, room, seq, created_by, created_at, expires_at, uses_left) values ($1, $2, $3, $4, $5, $6, $7)",
            Invites.Hash(_token), room, batch.Head(room).LastSeq, User.Id, batch.Now.ToUnixTimeMilliseconds(), expiresAt?.ToUnixTimeMilliseconds(), uses);
        return new CreatedInvite(_token, expiresAt, uses);
    }
}
