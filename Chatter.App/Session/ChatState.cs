using Chatter.Chat.Client;
using Chatter.Chat.Protocol;

namespace Chatter.App.Session;

/// <summary>
/// Everything a circuit knows of the chat, as a fold of the frames it received. Components read it and render; nothing else holds chat state.
/// Not thread-safe: everything happens on the circuit's dispatcher.
/// </summary>
public sealed class ChatState(TimeProvider time)
{
    /// <summary>People of whom a page knows more than a name: those of its rooms, and whom its reader looks up. Those seen first are forgotten first.</summary>
    private const int MostPeople = 5_000;

    private readonly Dictionary<Guid, RoomState> _rooms = [];
    private readonly Recent<Guid, string> _presence = new(MostPeople);
    private readonly Recent<Guid, DateTimeOffset?> _lastSeen = new(MostPeople);
    private readonly Recent<Guid, UserInfo> _profiles = new(MostPeople);

    /// <summary>Raised once per batch of frames, and once per change made here.</summary>
    public event Action? Changed;

    /// <summary>One is no longer in that room, for a reason of <see cref="UnsubscribedReasons"/>.</summary>
    public event Action<RoomState, string>? RoomLost;

    /// <summary>Somebody else wrote something that the reader can't know yet. Raised for each message, so whoever listens is quick.</summary>
    public event Action<RoomState, RoomEvent>? MessageCame;

    public UserInfo? Me { get; private set; }

    public ConnectionState Connection { get; private set; }

    /// <summary>What the server allows; null before the first <c>welcome</c>.</summary>
    public Limits? Limits { get; private set; }

    /// <summary>Whether the first <c>welcome</c> has come, so that an empty list means that there are no rooms.</summary>
    public bool Loaded => Me is not null;

    /// <summary>The time zone that times are shown in: the one chosen, else the browser's.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>The browser's time zone, or null while it isn't known.</summary>
    public string? BrowserZone { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>By name, as people look for them.</summary>
    public IReadOnlyList<RoomState> Rooms => [.. _rooms.Values.OrderBy(r => r.Title, StringComparer.CurrentCultureIgnoreCase).ThenBy(r => r.Id)];

    public RoomState? Find(Guid room) => _rooms.GetValueOrDefault(room);

    /// <summary>Own messages that wait in all rooms, and what they take in memory: refused ones wait for their writer, and count.</summary>
    public (int Count, long Bytes) Pending => (_rooms.Values.Sum(static room => room.Pending.Count), _rooms.Values.Sum(static room => room.Pending.Sum(static message => message.Bytes)));

    /// <summary>What is unread in all rooms and counts there, for the tab's title.</summary>
    public long Unread => _rooms.Values.Sum(static r => r.Counted);

    /// <summary>Unread messages of all rooms that mention the reader.</summary>
    public long Mentions => _rooms.Values.Sum(static r => r.Mentions);

    /// <summary>Unread messages of all rooms that are meant for the reader himself.</summary>
    public long Calls => _rooms.Values.Sum(static r => r.Calls);

    /// <summary>What is known of somebody's presence, or null.</summary>
    public string? Presence(Guid user) => _presence.Find(user);

    /// <summary>When somebody was last seen; null where he is there, or nobody says.</summary>
    public DateTimeOffset? LastSeen(Guid user) => Presence(user) is PresenceStatus.Offline && Profile(user)?.HidesLastSeen is not true ? _lastSeen.Find(user) : null;

    /// <summary>What is known of somebody's profile, or null: what the members list said, and what was told since.</summary>
    public UserInfo? Profile(Guid user) => _profiles.Find(user);

    /// <summary>Where somebody's picture is, or null where he has none or isn't known.</summary>
    public string? Picture(Guid user) => Known(user)?.AvatarUrl;

    /// <summary>What somebody says of himself now, or null.</summary>
    public UserStatus? Status(Guid user) => Known(user)?.Status is { } status && !(status.Until <= Now) ? status : null;

    private UserInfo? Known(Guid user) => user == Me?.Id ? Me : Profile(user);

    public void Apply(params IReadOnlyList<ServerFrame> frames)
    {
        foreach (var frame in frames) Apply(frame);
        Changed?.Invoke();
    }

    private void Apply(ServerFrame frame)
    {
        switch (frame)
        {
            case WelcomeFrame welcome:
                (Me, Limits) = (welcome.User, welcome.Limits);
                Blocks.Replace(welcome.Blocks);
                ChooseZone();
                foreach (var entry in welcome.Rooms) Enter(entry);
                break;
            case RoomsFrame rooms:
                foreach (var entry in rooms.Rooms) Enter(entry);
                break;
            case SubscribedFrame subscribed:
                Enter(subscribed.Entry);
                break;
            case UnsubscribedFrame unsubscribed when _rooms.Remove(unsubscribed.Room, out var lost):
                Search.Forget(hit => hit.Room == lost.Id);
                RoomLost?.Invoke(lost, unsubscribed.Reason);
                break;
            case RoomEvent happened:
                if (Find(happened.Room) is { } here && here.Apply(happened, Me)) MessageCame?.Invoke(here, happened);
                if (happened.Kind == EventKinds.Deleted) Search.Forget(hit => hit.Event.Id == happened.Target);
                break;
            case ResetFrame reset:
                Find(reset.Room)?.Reset(reset);
                break;
            case ReadFrame read:
                Find(read.Room)?.Apply(read);
                break;
            case MembershipFrame membership:
                Find(membership.Room)?.Apply(membership);
                break;
            case SavedFrame saved:
                Find(saved.Room)?.Window.Save(saved.Target, saved.On);
                break;
            case BlockFrame block:
                Blocks.Apply(block);
                break;
            case UserFrame changed:
                Apply(changed.User);
                break;
            case TypingFrame typing when typing.User.Id != Me?.Id:
                Find(typing.Room)?.Typing(typing.User, Now);
                break;
            case PresenceFrame presence:
                foreach (var user in presence.Users) Apply(user);
                break;
        }
    }

    private void Apply(UserInfo user)
    {
        _profiles.Set(user.Id, user);
        if (user.Name == DeletedUser.Name)
            foreach (var room in _rooms.Values) room.Rename(new UserRef(user.Id, user.Name));
        if (user.Id != Me?.Id) return;
        Me = user;
        ChooseZone();
    }

    private void Apply(UserPresence user)
    {
        _presence.Set(user.Id, user.Status);
        _lastSeen.Set(user.Id, user.LastSeenAt);
    }

    private void Enter(RoomEntry entry)
    {
        if (Find(entry.Room.Id) is { } known) known.Enter(entry);
        else _rooms.Add(entry.Room.Id, new RoomState(entry, Blocks));
    }

    /// <summary>Whom the reader wants to have nothing to do with.</summary>
    public Blocks Blocks { get; } = new();

    /// <summary>What is searched for.</summary>
    public SearchState Search { get; } = new();

    /// <summary>Something was changed through a <see cref="RoomState"/>.</summary>
    public void Touch() => Changed?.Invoke();

    public void SetConnection(ConnectionState connection)
    {
        Connection = connection;
        Changed?.Invoke();
    }

    /// <summary>What the members list said of somebody; what is told live is newer.</summary>
    public void SawMember(MemberInfo member)
    {
        var user = member.User.Id;
        // A server that says only whether he is online doesn't wake who is away.
        var status = member.Presence ?? (!member.Online ? PresenceStatus.Offline : Presence(user) is PresenceStatus.Away ? PresenceStatus.Away : PresenceStatus.Online);
        Apply(new UserPresence(user, status) { LastSeenAt = member.LastSeenAt });
        _profiles.Set(user, member.User);
    }

    /// <summary>Sets the browser's zone; an unknown one leaves UTC.</summary>
    public void SetZone(string? name)
    {
        if (name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)) BrowserZone = name;
        ChooseZone();
        Changed?.Invoke();
    }

    /// <summary>What somebody's profile is now, as an answer said.</summary>
    public void Know(UserInfo user)
    {
        Apply(user);
        Changed?.Invoke();
    }

    /// <summary>Who people are now, and whether they are there, as an answer said.</summary>
    public void Know(PersonPage people)
    {
        foreach (var user in people.Users) Apply(user);
        foreach (var user in people.Presence) Apply(user);
        Changed?.Invoke();
    }

    private void ChooseZone()
    {
        if ((Me?.TimeZone ?? BrowserZone) is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) Zone = zone;
    }
}
