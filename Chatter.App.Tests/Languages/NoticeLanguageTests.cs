using Chatter.App.Session;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Xunit;

namespace Chatter.App.Tests.Languages;

/// <summary>What happened in a room, in the grammar of a language: who did it, and to whom, may change every word.</summary>
public sealed class NoticeLanguageTests
{
    private readonly Feed _feed = new();

    [Fact]
    public void In_German_it_agrees_with_whoever_did_it_and_to_whom()
    {
        using var speaking = Speaking.In("de");
        Assert.Equal("ben ist beigetreten", Say(_feed.Joined(1, Feed.Ben)));
        Assert.Equal("ben und cleo sind beigetreten", Say(_feed.Joined(1, Feed.Ben, Feed.Cleo)));
        Assert.Equal("Du bist beigetreten", Say(_feed.Joined(1, Feed.Ada)));
        Assert.Equal("ben und du seid beigetreten", Say(_feed.Joined(1, Feed.Ben, Feed.Ada)));
        Assert.Equal("ben hat dich entfernt", Say(Removal(Feed.Ben, Feed.Ada)));
        Assert.Equal("Du hast ben entfernt", Say(Removal(Feed.Ada, Feed.Ben)));
        Assert.Equal("ben hat cleo entfernt: Werbung", Say(Removal(Feed.Ben, Feed.Cleo) with { Reason = "Werbung" }));
        Assert.Equal("ben, cleo und 2 weitere", Notices.People([Feed.Ben, Feed.Cleo, Feed.Dan, Feed.Eve], Feed.Me));
    }

    [Fact]
    public void In_Arabic_names_of_another_direction_stay_where_they_belong()
    {
        using var speaking = Speaking.In("ar");
        Assert.Equal("انضم \u2068ben\u2069", Say(_feed.Joined(1, Feed.Ben)));
        Assert.Equal("لقد انضممت", Say(_feed.Joined(1, Feed.Ada)));
        Assert.Equal("أزالك \u2068ben\u2069", Say(Removal(Feed.Ben, Feed.Ada)));
        Assert.Equal("يكتب", Notices.Typing([Feed.Ben])[^4..]);
    }

    private RoomEvent Removal(UserRef by, UserRef whom) => _feed.Event(1, EventKinds.Removed) with { From = by, Users = [whom] };

    private static string? Say(RoomEvent happened) => Notices.Describe(happened, Feed.Me);
}
