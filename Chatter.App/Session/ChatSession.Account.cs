using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>The reader's own account.</summary>
public sealed partial class ChatSession
{
    /// <summary>Nobody is at this page for now, or somebody is again.</summary>
    public void SetAway(bool away) => _client?.SetPresence(away ? PresenceStatus.Away : PresenceStatus.Online);

    public Task<Outcome<UserInfo>> ChangeDisplayName(string name) => Known(() => Client.ChangeProfile(displayName: name, cancel: _ending.Token));

    /// <summary>The zone that times are shown in; null for the browser's.</summary>
    public Task<Outcome<UserInfo>> ChangeZone(string? zone) => Known(() => Client.ChangeProfile(timeZone: zone ?? "", cancel: _ending.Token));

    /// <summary>What the reader says of himself; null for nothing.</summary>
    public Task<Outcome<UserInfo>> SetStatus(UserStatus? status) => Known(() => Client.SetStatus(status, _ending.Token));

    /// <summary>Whether others are told when the reader was last seen.</summary>
    public Task<Outcome<UserInfo>> HideLastSeen(bool hide) => Known(() => Client.HideLastSeen(hide, _ending.Token));

    public Task<Outcome<UserInfo>> RemovePicture() => Known(() => Client.RemoveAvatar(_ending.Token));

    /// <summary>Reads what the reader's own profile is now: the browser changed it by itself.</summary>
    public async Task<Outcome<UserInfo>> LookAgain() =>
        (await Try(() => Client.People([state.Me!.Id], _ending.Token))).Is(out var found, out var refusal) && found.Users is [var me] ? Known(me) : refusal ?? new Refusal(ErrorCodes.NotAuthenticated, "The account is deleted.");

    public Task<Outcome<bool>> ChangePassword(string old, string password) => Try(() => Client.ChangePassword(old, password, _ending.Token));

    public Task<Outcome<IReadOnlyList<SessionInfo>>> Sessions() => Try(() => Client.Sessions(_ending.Token));

    public Task<Outcome<bool>> EndSession(Guid session) => Try(() => Client.EndSession(session, _ending.Token));

    public Task<Outcome<bool>> EndOtherSessions() => Try(() => Client.EndOtherSessions(_ending.Token));

    /// <summary>Deletes the account. The socket is closed by it, which leads to the page for logging in.</summary>
    public async Task<Outcome<bool>> DeleteAccount(string password)
    {
        // Before the answer, which the end of the socket may overtake.
        IsDeleting = true;
        var deleted = await Try(() => Client.DeleteAccount(password, _ending.Token));
        IsDeleting = deleted.Is(out _, out var _);
        return deleted;
    }

    /// <summary>Whether the session ends since the account does: then nothing of it stays in the browser.</summary>
    public bool IsDeleting { get; private set; }

    private UserInfo Known(UserInfo me)
    {
        state.Know(me);
        return me;
    }

    private async Task<Outcome<UserInfo>> Known(Func<Task<UserInfo>> change)
    {
        var changed = await Try(change);
        if (changed.Is(out var me, out _)) state.Know(me);
        return changed;
    }
}
