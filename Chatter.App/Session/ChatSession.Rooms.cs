using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>Rooms: what dialogs and menus do. A refusal is a value that they show.</summary>
public sealed partial class ChatSession
{
    public Task<Outcome<RoomPage>> FindRooms(string? search, string? after, CancellationToken cancel) => Try(() => Client.Rooms(search, after, PageSize, cancel));

    public Task<Outcome<RoomInfo>> CreateRoom(string name, string? topic, bool isPrivate) => Try(async () =>
    {
        var room = await Client.CreateRoom(name, topic, isPrivate, _ending.Token);
        await Until(() => state.Find(room.Id) is not null);
        return room;
    });

    public Task<Outcome<JoinResult>> Join(Guid room, string? invite = null) => Try(async () =>
    {
        var joined = await Client.Join(room, invite, _ending.Token);
        await Until(() => state.Find(room) is not null);
        return joined;
    });

    /// <summary>The socket is told of a room just joined or left; only then is it shown so. If it is offline now, that takes until it is back.</summary>
    private async Task Until(Func<bool> told)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (told()) shown.TrySetResult();
        }
        state.Changed += Look;
        try
        {
            Look();
            await shown.Task.WaitAsync(_ending.Token);
        }
        finally
        {
            state.Changed -= Look;
        }
    }

    public Task<Outcome<bool>> Leave(Guid room) => Try(async () =>
    {
        await Client.Leave(room, _ending.Token);
        await Until(() => state.Find(room) is null);
    });

    public Task<Outcome<RoomInfo>> Update(Guid room, string? name, string? topic) => Try(() => Client.Update(room, name, topic, cancel: _ending.Token));

    public Task<Outcome<RoomInfo>> Announce(Guid room, bool on) => Try(() => Client.Update(room, announce: on, cancel: _ending.Token));

    public Task<Outcome<RoomInfo>> Archive(Guid room, bool on) => Try(() => Client.Update(room, archived: on, cancel: _ending.Token));

    public Task<Outcome<bool>> Remove(Guid room, Guid user, string? reason = null) => Try(() => Client.Remove(room, user, reason, _ending.Token));

    public Task<Outcome<RoomInfo>> HandOver(Guid room, Guid user) => Try(() => Client.Update(room, owner: user, cancel: _ending.Token));

    public Task<Outcome<bool>> ChangeRole(Guid room, Guid user, string role) => Try(() => Client.ChangeRole(room, user, role, _ending.Token));

    public Task<Outcome<bool>> Mute(Guid room, Guid user, TimeSpan time) => Try(() => Client.Mute(room, user, time, _ending.Token));

    public Task<Outcome<bool>> Ban(Guid room, Guid user, string? reason) => Try(() => Client.Ban(room, user, reason: reason, cancel: _ending.Token));

    public Task<Outcome<bool>> LiftBan(Guid room, Guid user) => Try(() => Client.LiftBan(room, user, _ending.Token));

    public Task<Outcome<IReadOnlyList<BanInfo>>> Bans(Guid room) => Try(() => Client.Bans(room, _ending.Token));

    /// <summary>One member of a room; what it says of his presence goes into the state.</summary>
    public async Task<Outcome<MemberInfo>> Member(Guid room, Guid user)
    {
        var found = await Try(() => Client.Member(room, user, _ending.Token));
        if (found.Is(out var member, out _)) state.SawMember(member);
        return found;
    }

    /// <summary>A page of a room's members; what it says of their presence goes into the state.</summary>
    public async Task<Outcome<MemberPage>> Members(Guid room, string? after = null, int limit = PageSize)
    {
        var members = await Try(() => Client.Members(room, after, limit, _ending.Token));
        if (members.Is(out var page, out _))
            foreach (var member in page.Members) state.SawMember(member);
        return members;
    }

    private Task<Outcome<bool>> Try(Func<Task> call) => Try(async () =>
    {
        await call();
        return true;
    });

    private async Task<Outcome<T>> Try<T>(Func<Task<T>> call)
    {
        try
        {
            // A page can be clicked before it is connected.
            await _started.Task.WaitAsync(_ending.Token);
            return await call();
        }
        catch (ChatException refused)
        {
            return refused.Refusal;
        }
        catch (Exception gone) when (gone is ObjectDisposedException || (gone is OperationCanceledException && _ending.IsCancellationRequested))
        {
            return new Refusal(ErrorCodes.Unavailable, "The connection has ended. Reload the page.");
        }
    }
}
