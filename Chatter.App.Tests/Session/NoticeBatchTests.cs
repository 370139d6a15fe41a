using Chatter.App.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Session;

public sealed class NoticeBatchTests
{
    private static readonly NoticeWishes Calls = new(true, false, []);

    private readonly Feed _feed = new();
    private readonly NoticeBatch _batch = new();

    [Fact]
    public void Mentions_are_told_and_other_messages_are_not()
    {
        var room = _feed.State();
        Come(room, Calls, _feed.Message(1), _feed.Message(2, text: "@ada **frost** tonight?"), _feed.Message(3));

        Assert.Equal(new Notice(room.Id, 2, Feed.Morning.AddSeconds(2).ToUnixTimeMilliseconds(), "ben in garden", "@ada frost tonight?"), Assert.Single(_batch.Take()));
        Assert.Empty(_batch.Take());
    }

    [Fact]
    public void A_rooms_messages_are_told_together_by_the_newest()
    {
        var room = _feed.State();
        Come(room, Calls, _feed.Message(1, text: "@ada one"), _feed.Message(2, Feed.Cleo, "@all two"));

        var notice = Assert.Single(_batch.Take());
        Assert.Equal(("cleo in garden · 2 new", "@all two", 2L), (notice.Title, notice.Body, notice.Seq));
    }

    [Fact]
    public void What_was_read_elsewhere_meanwhile_is_not_told()
    {
        var room = _feed.State();
        Come(room, Calls, _feed.Message(1, text: "@ada one"));
        room.Apply(new ReadFrame(room.Id, 1, 0));
        Assert.Empty(_batch.Take());
    }

    [Fact]
    public void What_is_looked_at_is_not_told()
    {
        var room = _feed.State();
        room.Look(atEnd: true, visible: true);
        Come(room, Calls, _feed.Message(1, text: "@ada one"));
        Assert.Empty(_batch.Take());
    }

    [Theory]
    [InlineData("all", true)]
    [InlineData("mentions", false)]
    [InlineData("nothing", false)]
    public void Every_message_is_told_of_rooms_that_one_wants_to_hear_all_of(string level, bool told)
    {
        var room = _feed.State();
        room.Apply(new MembershipFrame(room.Id, level, false));
        Come(room, new NoticeWishes(true, true, []), _feed.Message(1));
        Assert.Equal(told, _batch.Take().Count == 1);
    }

    [Fact]
    public void Of_a_muted_room_nothing_is_told_whatever_is_in_it()
    {
        var room = _feed.State();
        room.Apply(new MembershipFrame(room.Id, NotifyLevels.Nothing, false));
        Come(room, new NoticeWishes(true, true, ["frost"]), _feed.Message(1, text: "@ada frost"));
        Assert.Empty(_batch.Take());
    }

    [Theory]
    [InlineData("Frost, they say", true)]
    [InlineData("(frost)", true)]
    [InlineData("defrosted", false)]
    [InlineData("frosty frost", true)]
    [InlineData("frosty", false)]
    public void Key_words_are_whole_words(string text, bool told)
    {
        Come(_feed.State(), new NoticeWishes(true, false, ["frost"]), _feed.Message(1, text: text));
        Assert.Equal(told, _batch.Take().Count == 1);
    }

    [Fact]
    public void What_the_reader_wrote_himself_or_knows_already_is_no_news()
    {
        var room = _feed.State(last: 5, read: 5);
        Assert.False(room.Apply(_feed.Message(5), Feed.Me));
        Assert.False(room.Apply(_feed.Message(6, Feed.Ada), Feed.Me));
        Assert.False(room.Apply(_feed.Joined(7, Feed.Cleo), Feed.Me));
        Assert.True(room.Apply(_feed.Message(8), Feed.Me));
    }

    private void Come(RoomState room, NoticeWishes wishes, params RoomEvent[] messages)
    {
        foreach (var message in messages)
            if (room.Apply(message, Feed.Me)) _batch.Add(room, message, Feed.Me, wishes);
    }
}
