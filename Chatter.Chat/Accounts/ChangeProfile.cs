using Chatter.Chat.Protocol;
using Chatter.Chat.RoomLog;
using Chatter.Chat.Storage;
using Chatter.Chat.Users;

namespace Chatter.Chat.Accounts;

/// <summary>What somebody changes of what others see of him; what is null stays, what is empty is taken away.</summary>
/// <param name="DisplayName">What others see.</param>
/// <param name="Language">The language preferred.</param>
/// <param name="TimeZone">The time zone.</param>
/// <param name="Status">What he says of himself now.</param>
/// <param name="ClearsStatus">Whether he says nothing any longer.</param>
/// <param name="HidesLastSeen">Whether nobody is told when he was last seen.</param>
internal sealed record ProfileChange(string? DisplayName, string? Language, string? TimeZone, UserStatus? Status, bool ClearsStatus, bool? HidesLastSeen);

/// <summary>Changes a profile.</summary>
internal sealed class ChangeProfile(Guid user, ProfileChange change) : WriteOperation<UserInfo>
{
    private static readonly Refusal Gone = new(ErrorCodes.NotAuthenticated, "The account is deleted.");

    protected override Outcome<UserInfo> Decide(WriteBatch batch)
    {
        if (DeletedUsers.Has(batch.Store, user)) return Gone;
        if (change.DisplayName is { } shown && MayNotBeCalled(batch, shown) is { } refusal) return refusal;
        batch.Store.Execute(
            "update users set display_name = coalesce($2, display_name), language = nullif(coalesce($3, language), ''), time_zone = nullif(coalesce($4, time_zone), ''), "
            + "hides_last_seen = coalesce($5, hides_last_seen) where id = $1",
            user, change.DisplayName, change.Language, change.TimeZone, change.HidesLastSeen);
        if (change.ClearsStatus || change.Status is not null)
        {
            batch.Store.Execute(
                "update users set status_text = $2, status_emoji = $3, status_until = $4 where id = $1",
                user, change.Status?.Text, change.Status?.Emoji, change.Status?.Until?.ToUnixTimeMilliseconds());
        }
        return batch.Store.First($"select {UserRows.Columns} from users u where u.id = $1", static row => UserRows.Map(row), user) is { } changed ? changed : Gone;
    }

    private Refusal? MayNotBeCalled(WriteBatch batch, string displayName)
    {
        var name = UserRows.NameOf(batch.Store, user) ?? "";
        // Someone may always be called by the name of the account, which may be older than the rule.
        if (displayName.Equals(name, StringComparison.OrdinalIgnoreCase)) return null;
        if (ReservedNames.LooksLikeOne(displayName)) return Refusal.InvalidField("displayName", ReservedNames.Refusal);
        return DisplayNames.IsOfAnother(batch.Store, displayName, name) ? DisplayNames.OfAnother : null;
    }
}
