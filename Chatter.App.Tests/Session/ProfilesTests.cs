using Chatter.App.Session;
using Chatter.Chat.Protocol;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Chatter.App.Tests.Session;

/// <summary>What is known of people, and what becomes of it.</summary>
public sealed class ProfilesTests
{
    private readonly FakeTimeProvider _clock = new(Feed.Morning);
    private readonly Feed _garden = new();
    private readonly ChatState _state;

    public ProfilesTests()
    {
        _state = new ChatState(_clock);
        _state.Apply(Feed.Welcome(_garden.Entry()));
    }

    [Fact]
    public void A_profile_that_changes_is_known_from_then_on_and_ones_own_is_oneself()
    {
        _state.Apply(new UserFrame(Ben("Benjamin")), new UserFrame(Feed.Me with { DisplayName = "The Countess" }));
        Assert.Equal("Benjamin", _state.Profile(Feed.Ben.Id)?.DisplayName);
        Assert.Equal("The Countess", _state.Me?.DisplayName);
    }

    [Fact]
    public void A_status_is_over_when_it_is_over()
    {
        _state.Apply(new UserFrame(Ben("Ben") with { Status = new UserStatus("At lunch") { Until = Feed.Morning.AddHours(1) } }));
        Assert.Equal("At lunch", _state.Status(Feed.Ben.Id)?.Text);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(_state.Status(Feed.Ben.Id));
    }

    [Fact]
    public void A_time_zone_that_was_chosen_goes_before_the_browsers()
    {
        _state.SetZone("Europe/Berlin");
        _state.Apply(new UserFrame(Feed.Me with { TimeZone = "Asia/Tokyo" }));
        Assert.Equal("Asia/Tokyo", _state.Zone.Id);
        _state.SetZone("Europe/Rome");
        Assert.Equal("Asia/Tokyo", _state.Zone.Id);
        _state.Apply(new UserFrame(Feed.Me));
        Assert.Equal("Europe/Rome", _state.Zone.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_is_gone_loses_his_name_in_all_that_is_held(bool told)
    {
        var (mine, his) = (_garden.Message(1, Feed.Ada), _garden.Message(2, Feed.Ben));
        var room = _state.Find(_garden.Room)!;
        _state.Apply(mine, his, _garden.Reacted(3, mine, "👍", Feed.Ben));
        Assert.Equal("ben", room.Window.Find(his.Id)?.From?.Name);

        var gone = new UserRef(Feed.Ben.Id, DeletedUser.Name);
        // A small room is told of it; in a large one only its log says so.
        _state.Apply(told ? new UserFrame(new UserInfo(gone.Id, gone.Name, gone.Name, Feed.Morning)) : _garden.Left(4, gone));

        Assert.Equal(DeletedUser.Name, room.Window.Find(his.Id)?.From?.Name);
        Assert.Equal([DeletedUser.Name], room.Window.Find(mine.Id)?.Reactions?.Single().Users.Select(static user => user.Name));
        Assert.Equal("ada", room.Window.Find(mine.Id)?.From?.Name);
        Assert.Equal(DeletedUser.Name, room.Latest?.From?.Name);
    }

    private static UserInfo Ben(string shown) => new(Feed.Ben.Id, Feed.Ben.Name, shown, Feed.Morning);
}
