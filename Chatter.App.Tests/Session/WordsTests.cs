using Chatter.App.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Session;

/// <summary>What is said of events, counts, and people who write.</summary>
public sealed class WordsTests
{
    private readonly Feed _feed = new();

    [Fact]
    public void People_are_named_up_to_three_and_counted_beyond()
    {
        Assert.Equal("Somebody", Notices.People([], Feed.Me));
        Assert.Equal("ben", Notices.People([Feed.Ben], Feed.Me));
        Assert.Equal("ben and cleo", Notices.People([Feed.Ben, Feed.Cleo], Feed.Me));
        Assert.Equal("ben, cleo and dan", Notices.People([Feed.Ben, Feed.Cleo, Feed.Dan], Feed.Me));
        Assert.Equal("ben, cleo and 2 others", Notices.People([Feed.Ben, Feed.Cleo, Feed.Dan, Feed.Eve], Feed.Me));
        Assert.Equal("ben", Notices.People([Feed.Ben, Feed.Ben], Feed.Me));
    }

    [Fact]
    public void The_reader_is_called_you_and_nobody_else_is()
    {
        var another = new UserRef(Guid.CreateVersion7(), "You");

        Assert.Equal("You", Notices.People([Feed.Ada], Feed.Me));
        Assert.Equal("ben and you", Notices.People([Feed.Ben, Feed.Ada], Feed.Me));
        Assert.Equal("You, ben and cleo", Notices.People([Feed.Ada, Feed.Ben, Feed.Cleo], Feed.Me));
        Assert.Equal("ben and You", Notices.People([Feed.Ben, another], Feed.Me));
        Assert.Equal("You is the owner now", Describe(_feed.Event(1, EventKinds.Owner) with { User = another }));
    }

    [Fact]
    public void Every_kind_of_event_that_is_no_message_is_a_sentence()
    {
        Assert.Equal("You joined", Describe(_feed.Joined(1, Feed.Ada)));
        Assert.Equal("ben left", Describe(_feed.Left(1, Feed.Ben)));
        Assert.Equal("ben removed you", Describe(_feed.Event(1, EventKinds.Removed) with { From = Feed.Ben, Users = [Feed.Ada] }));
        Assert.Equal("ben removed you and cleo", Describe(_feed.Event(1, EventKinds.Removed) with { From = Feed.Ben, Users = [Feed.Ada, Feed.Cleo] }));
        Assert.Equal("You removed cleo: spam", Describe(_feed.Event(1, EventKinds.Removed) with { From = Feed.Ada, Users = [Feed.Cleo], Reason = "spam" }));
        Assert.Equal("ben renamed the room to kitchen", Describe(_feed.Event(1, EventKinds.Renamed) with { From = Feed.Ben, Name = "kitchen" }));
        Assert.Equal("ben set the topic to “frost”", Describe(_feed.Event(1, EventKinds.Topic) with { From = Feed.Ben, Topic = "frost" }));
        Assert.Equal("ben removed the topic", Describe(_feed.Event(1, EventKinds.Topic) with { From = Feed.Ben, Topic = "" }));
        Assert.Equal("You are the owner now", Describe(_feed.Event(1, EventKinds.Owner) with { User = Feed.Ada }));
        Assert.Equal("ben is the owner now", Describe(_feed.Event(1, EventKinds.Owner) with { User = Feed.Ben }));
        Assert.Null(Describe(_feed.Event(1, "sung")));
    }

    [Fact]
    public void What_is_known_to_be_told_is_what_there_is_a_sentence_for()
    {
        foreach (var kind in typeof(EventKinds).GetFields().Select(static field => (string)field.GetRawConstantValue()!).Append("sung"))
        {
            var happened = _feed.Event(1, kind) with { From = Feed.Ben, User = Feed.Cleo, Users = [Feed.Cleo], Name = "kitchen", Role = Roles.Moderator };
            Assert.Equal(Notices.Tell(kind), Describe(happened) is not null);
        }
    }

    [Fact]
    public void Up_to_two_who_write_are_named()
    {
        Assert.Equal("", Notices.Typing([]));
        Assert.Equal("ben is typing", Notices.Typing([Feed.Ben]));
        Assert.Equal("ben and cleo are typing", Notices.Typing([Feed.Ben, Feed.Cleo]));
        Assert.Equal("Several people are typing", Notices.Typing([Feed.Ben, Feed.Cleo, Feed.Dan]));
    }

    [Fact]
    public void Counts_have_their_singular_and_groups_of_thousands()
    {
        Assert.Equal("1 member", Counted.Members(1));
        Assert.Equal("0 members", Counted.Members(0));
        Assert.Equal("12,345 members", Counted.Members(12_345));
        Assert.Equal("1 new message", Counted.NewMessages(1));
        Assert.Equal("1,000 new messages", Counted.NewMessages(1_000));
    }

    private static string? Describe(RoomEvent happened) => Notices.Describe(happened, Feed.Me);
}
