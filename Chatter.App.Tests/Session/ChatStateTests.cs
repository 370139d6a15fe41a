using Chatter.App.Session;
using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class ChatStateTests
{
    [Fact]
    public void Who_is_blocked_calls_nobody_and_is_not_seen_typing()
    {
        var (feed, state) = (new Feed(), new ChatState(TimeProvider.System));
        var came = new List<RoomEvent>();
        state.MessageCame += (_, message) => came.Add(message);
        state.Apply(Feed.Welcome(feed.Entry()) with { Blocks = [Feed.Ben.Id] });
        var room = state.Rooms[0];

        state.Apply(feed.Message(1, Feed.Ben, "@ada"), feed.Message(2, Feed.Cleo, "@ada"), new TypingFrame(room.Id, Feed.Ben), new TypingFrame(room.Id, Feed.Cleo));
        Assert.Equal((2, 1), (room.Unread, room.Mentions));
        Assert.Equal([2], came.Select(static message => message.Seq));
        Assert.Equal([Feed.Cleo], room.TypingNow(state.Now));

        state.Apply(new BlockFrame(Feed.Ben, On: false));
        state.Apply(feed.Message(3, Feed.Ben, "@ada"));
        Assert.Equal((3, 2), (room.Unread, room.Mentions));
        Assert.Equal([2, 3], came.Select(static message => message.Seq));
        state.Apply(Feed.Welcome(feed.Entry(last: 3)) with { Blocks = [Feed.Cleo.Id] });
        Assert.Equal((false, true), (state.Blocks.Has(Feed.Ben.Id), state.Blocks.Has(Feed.Cleo.Id)));
    }

    [Fact]
    public void When_somebody_was_last_seen_is_known_while_he_is_away_and_lets_it_be_known()
    {
        var state = new ChatState(TimeProvider.System);
        state.Apply(Feed.Welcome());
        state.SawMember(new MemberInfo(Told(hides: null), Roles.Member, false, Feed.Morning) { Presence = PresenceStatus.Offline, LastSeenAt = Feed.Morning });
        Assert.Equal(Feed.Morning, state.LastSeen(Feed.Ben.Id));
        state.Apply(new PresenceFrame([new UserPresence(Feed.Ben.Id, PresenceStatus.Online)]));
        Assert.Null(state.LastSeen(Feed.Ben.Id));
        state.Apply(new PresenceFrame([new UserPresence(Feed.Ben.Id, PresenceStatus.Offline) { LastSeenAt = Feed.Morning.AddHours(1) }]));
        Assert.Equal(Feed.Morning.AddHours(1), state.LastSeen(Feed.Ben.Id));
        state.Apply(new UserFrame(Told(hides: true)));
        Assert.Null(state.LastSeen(Feed.Ben.Id));
        state.SawMember(new MemberInfo(Told(hides: null), Roles.Member, true, Feed.Morning) { Presence = PresenceStatus.Away });
        Assert.Equal((PresenceStatus.Away, null), (state.Presence(Feed.Ben.Id), state.LastSeen(Feed.Ben.Id)));
    }

    private static UserInfo Told(bool? hides) => new(Feed.Ben.Id, Feed.Ben.Name, "Ben", Feed.Morning) { HidesLastSeen = hides };

    private readonly FakeTimeProvider _time = new(Feed.Morning);
    private readonly Feed _garden = new();
    private readonly Feed _kitchen = new("Kitchen");
    private readonly ChatState _state;

    public ChatStateTests() => _state = new ChatState(_time);

    [Fact]
    public void Nothing_is_known_before_the_first_welcome()
    {
        Assert.False(_state.Loaded);
        Assert.Empty(_state.Rooms);

        _state.Apply(Feed.Welcome());

        Assert.True(_state.Loaded);
        Assert.Equal(Feed.Me, _state.Me);
    }

    [Fact]
    public void Rooms_of_every_frame_that_tells_them_are_listed_by_name()
    {
        var attic = new Feed("attic");

        _state.Apply(Feed.Welcome(_kitchen.Entry()), new RoomsFrame([_garden.Entry()]), new SubscribedFrame(attic.Room, attic.Entry()));

        Assert.Equal(["attic", "garden", "Kitchen"], _state.Rooms.Select(static room => room.Info.Name));
    }

    [Fact]
    public void A_batch_of_frames_is_told_once()
    {
        var told = 0;
        _state.Changed += () => told++;

        _state.Apply(Feed.Welcome(_garden.Entry()), _garden.Message(1), _garden.Message(2));

        Assert.Equal(1, told);
    }

    [Fact]
    public void Each_room_gets_its_own_frames_and_an_unknown_room_none()
    {
        _state.Apply(Feed.Welcome(_garden.Entry(), _kitchen.Entry()));

        _state.Apply(_garden.Message(1), _kitchen.Message(1), _kitchen.Message(2), new Feed().Message(1), new ReadFrame(_kitchen.Room, 1, 1), new ServerFrame());

        Assert.Equal((1, 1), (_state.Find(_garden.Room)!.Unread, _state.Find(_kitchen.Room)!.Unread));
        Assert.Equal(2, _state.Unread);
    }

    [Fact]
    public void A_welcome_after_a_lost_connection_keeps_what_is_held()
    {
        _state.Apply(Feed.Welcome(_garden.Entry()), _garden.Message(1));
        var room = _state.Find(_garden.Room);

        _state.Apply(Feed.Welcome(_garden.Entry(last: 2, read: 0, unread: 2)), _garden.Message(2));

        Assert.Same(room, _state.Find(_garden.Room));
        Assert.Equal((2, 2), (room!.Window.Events.Count, room.Unread));
    }

    [Fact]
    public void A_room_that_is_lost_is_told_with_the_reason()
    {
        var lost = new List<(string, string)>();
        _state.RoomLost += (room, reason) => lost.Add((room.Info.Name, reason));
        _state.Apply(Feed.Welcome(_garden.Entry()));

        _state.Apply(new UnsubscribedFrame(_garden.Room, UnsubscribedReasons.Removed), new UnsubscribedFrame(_garden.Room, UnsubscribedReasons.Unknown));

        Assert.Equal([("garden", UnsubscribedReasons.Removed)], lost);
        Assert.Null(_state.Find(_garden.Room));
    }

    [Fact]
    public void Events_rename_a_room_change_its_topic_and_hand_it_over()
    {
        _state.Apply(Feed.Welcome(_garden.Entry()));
        var room = _state.Find(_garden.Room)!;
        var version = room.MembersVersion;

        _state.Apply(
            _garden.Event(1, EventKinds.Renamed) with { From = Feed.Ben, Name = "orchard" },
            _garden.Event(2, EventKinds.Topic) with { From = Feed.Ben, Topic = "frost" },
            _garden.Event(3, EventKinds.Owner) with { From = Feed.Ben, User = Feed.Ada });
        Assert.Equal(("orchard", "frost", Feed.Me.Id, true), (room.Info.Name, room.Info.Topic, room.Info.Owner, room.IsOwner));
        Assert.True(room.MembersVersion > version);

        _state.Apply(_garden.Event(4, EventKinds.Topic) with { From = Feed.Ada, Topic = "" }, _garden.Event(5, EventKinds.Owner) with { From = Feed.Ada, User = Feed.Ben });
        Assert.Null(room.Info.Topic);
        Assert.False(room.IsOwner);
    }

    [Fact]
    public void Members_are_counted_by_who_comes_and_goes()
    {
        _state.Apply(Feed.Welcome(_garden.Entry(members: 4)));

        _state.Apply(_garden.Joined(1, Feed.Cleo, Feed.Dan), _garden.Left(2, Feed.Dan), _garden.Event(3, EventKinds.Removed) with { From = Feed.Ben, Users = [Feed.Cleo] });

        Assert.Equal(4, _state.Find(_garden.Room)!.Info.Members);
    }

    [Fact]
    public void Who_writes_is_shown_for_six_seconds_by_name_and_never_oneself()
    {
        _state.Apply(Feed.Welcome(_garden.Entry()));
        var room = _state.Find(_garden.Room)!;

        _state.Apply(new TypingFrame(_garden.Room, Feed.Cleo), new TypingFrame(_garden.Room, Feed.Ada));
        _time.Advance(TimeSpan.FromSeconds(4));
        _state.Apply(new TypingFrame(_garden.Room, Feed.Ben));
        Assert.Equal([Feed.Ben, Feed.Cleo], room.TypingNow(_state.Now));
        Assert.Equal(_state.Now.AddSeconds(2), room.TypingUntil(_state.Now));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([Feed.Ben], room.TypingNow(_state.Now));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(room.TypingNow(_state.Now));
        Assert.Null(room.TypingUntil(_state.Now));
    }

    [Fact]
    public void Who_has_written_writes_no_longer()
    {
        _state.Apply(Feed.Welcome(_garden.Entry()), new TypingFrame(_garden.Room, Feed.Ben), new TypingFrame(_garden.Room, Feed.Cleo));

        _state.Apply(_garden.Message(1, Feed.Ben));

        Assert.Equal([Feed.Cleo], _state.Find(_garden.Room)!.TypingNow(_state.Now));
    }

    [Fact]
    public void Presence_is_what_was_told_last_and_a_list_of_members_does_not_wake_who_is_away()
    {
        Assert.Null(_state.Presence(Feed.Ben.Id));

        _state.SawMember(Member(Feed.Ben.Id, true));
        Assert.Equal(PresenceStatus.Online, _state.Presence(Feed.Ben.Id));

        _state.Apply(new PresenceFrame([new UserPresence(Feed.Ben.Id, PresenceStatus.Away)]));
        _state.SawMember(Member(Feed.Ben.Id, true));
        Assert.Equal(PresenceStatus.Away, _state.Presence(Feed.Ben.Id));

        _state.SawMember(Member(Feed.Ben.Id, false));
        Assert.Equal(PresenceStatus.Offline, _state.Presence(Feed.Ben.Id));
    }

    [Fact]
    public void An_unknown_time_zone_leaves_the_one_before()
    {
        Assert.Equal(TimeZoneInfo.Utc, _state.Zone);

        _state.SetZone("Pacific/Auckland");
        _state.SetZone("Nowhere/Land");
        _state.SetZone(null);

        Assert.Equal("Pacific/Auckland", _state.Zone.Id);
    }

    [Fact]
    public void How_the_connection_stands_is_told()
    {
        var told = new List<ConnectionState>();
        _state.Changed += () => told.Add(_state.Connection);

        _state.SetConnection(ConnectionState.Online);
        _state.SetConnection(ConnectionState.Reconnecting);

        Assert.Equal([ConnectionState.Online, ConnectionState.Reconnecting], told);
    }

    private static MemberInfo Member(Guid user, bool online) => new(new UserInfo(user, "ben", "Ben", Feed.Morning), Roles.Member, online, Feed.Morning);
}
