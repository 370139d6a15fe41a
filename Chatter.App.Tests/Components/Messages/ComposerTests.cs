using Chatter.App.Components.Messages;
using Chatter.App.Tests.Components.Support;
using Chatter.App.Tests.Session;
using Chatter.Chat.Protocol;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.App.Tests.Components.Messages;

public sealed class ComposerTests(SharedServer shared)
{
    [Fact]
    public async Task The_box_says_where_one_writes_and_how_much_fits()
    {
        var garden = new Feed();
        await using var circuit = Circuit.Fed(Feed.Welcome(garden.Entry()));

        circuit.Show<Composer>(composer => composer.Add(c => c.Room, circuit.State.Find(garden.Room)!));

        var box = circuit.Control("Message garden");
        Assert.Equal(("# garden", "8000", false), (box.GetAttribute("placeholder")?["Message ".Length..], box.GetAttribute("maxlength"), box.HasAttribute("disabled")));
        Assert.False(circuit.Control("Send").HasAttribute("disabled"));
        Assert.NotNull(circuit.Find("#message-hint[role=status]"));
    }

    [Fact]
    public async Task Nothing_can_be_written_before_it_is_known_who_writes()
    {
        var garden = new Feed();
        await using var circuit = Circuit.Fed(new RoomsFrame([garden.Entry()]));

        circuit.Show<Composer>(composer => composer.Add(c => c.Room, circuit.State.Find(garden.Room)!));

        Assert.True(circuit.Control("Message garden").HasAttribute("disabled"));
    }

    [Fact]
    public async Task What_is_sent_is_committed_once_however_often_the_browser_repeats_it()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await using var circuit = await Open(user, room);
        var nonce = Unique.Nonce();

        var first = circuit.Do(() => circuit.Component<Composer>().Send(nonce, "Frost tonight?  \n", 0, null));
        await circuit.Says("Frost tonight?");
        await Task.WhenAll(first, circuit.Do(() => circuit.Component<Composer>().Send(nonce, "Frost tonight?", 5, null)));
        await circuit.Do(() => circuit.Component<Composer>().Send(nonce, "Frost tonight?", 50, null));

        Assert.Equal("Frost tonight?", Assert.Single(await user.Log(room), static e => e.Is("kind", "message")).Text("text"));
        Assert.Single(circuit.All("article"));
    }

    [Fact]
    public async Task What_was_sent_while_one_read_older_rows_is_shown_at_the_end()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await using var circuit = await Open(user, room);
        await circuit.Do(() => circuit.Component<MessageLog>().Look(atEnd: false, visible: true));

        await circuit.Do(() => circuit.Component<Composer>().Send(Unique.Nonce(), "Here I am.", 0, null));

        await circuit.See(() => Assert.EndsWith("Here I am.", circuit.Find("article:last-child .text").Said(), StringComparison.Ordinal));
        Assert.True(circuit.State.Find(Guid.Parse(room))!.Following);
    }

    [Fact]
    public async Task An_edit_is_of_the_last_own_message_and_stays_until_it_is_saved()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await user.Say(room, "Frst tonight?");
        await using var circuit = await Open(user, room);
        await circuit.Says("Frst tonight?");

        await circuit.Do(() => circuit.Component<Composer>().EditLast());
        Assert.Equal("Editing your message Frst tonight?", circuit.Find(".writing").Said());
        var message = circuit.State.Find(Guid.Parse(room))!.Writing!.Message.Id;
        Assert.Equal("The text is empty.", await circuit.Do(() => circuit.Component<Composer>().Edit(message, "  ")));
        Assert.Single(circuit.All(".writing"));

        Assert.Null(await circuit.Do(() => circuit.Component<Composer>().Edit(message, "Frost tonight?")));
        await circuit.Says("Frost tonight?");
        Assert.Empty(circuit.All(".writing"));
        Assert.Equal("edited", (await user.Log(room))[^1].Text("kind"));
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_is_none()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        await user.Say(room, "Frost tonight?");
        await using var circuit = await Open(user, room);
        await circuit.Says("Frost tonight?");

        await circuit.Do(() => circuit.Component<Composer>().EditLast());
        Assert.Null(await circuit.Do(() => circuit.Component<Composer>().Edit(circuit.State.Find(Guid.Parse(room))!.Writing!.Message.Id, "Frost tonight?")));

        Assert.Empty(circuit.All(".writing"));
        Assert.Equal("message", (await user.Log(room))[^1].Text("kind"));
    }

    [Fact]
    public async Task An_answer_names_what_it_answers_and_a_deletion_ends_it()
    {
        var user = await shared.Server.User();
        var room = await user.CreateRoom();
        var (first, second) = ((await user.Say(room, "Frost tonight?")).Id(), (await user.Say(room, "And tomorrow?")).Id());
        await using var circuit = await Open(user, room);
        await circuit.Says("And tomorrow?");

        Assert.True(await circuit.Do(() => circuit.Component<Composer>().Reply(Guid.Parse(first))));
        Assert.Equal($"Replying to {user.Name} Frost tonight?", circuit.Find(".writing").Said());
        await circuit.Do(() => circuit.Component<Composer>().Send(Unique.Nonce(), "Yes.", 0, Guid.Parse(first)));
        Assert.Equal(first, (await user.Log(room))[^1].Text("replyTo"));
        Assert.Empty(circuit.All(".writing"));

        Assert.True(await circuit.Do(() => circuit.Component<Composer>().Reply(Guid.Parse(second))));
        await using var socket = await user.Connect();
        await socket.Send(new { type = "delete", room, target = second, nonce = Unique.Nonce() });
        await circuit.See(() => Assert.Empty(circuit.All(".writing")));
        Assert.False(await circuit.Do(() => circuit.Component<Composer>().Reply(Guid.Parse(second))));
    }

    [Fact]
    public async Task Who_types_is_seen_typing_by_the_others()
    {
        var user = await shared.Server.User();
        var other = await shared.Server.User();
        var room = await user.CreateRoom();
        await other.Join(room);
        await using var watching = await other.Connect();
        await using var circuit = await Open(user, room);

        await circuit.Do(() => circuit.Component<Composer>().Typing());

        var told = await watching.Next("typing");
        Assert.Equal((room, user.Id), (told.Text("room"), told.Who("user")));
    }

    private static async Task<Circuit> Open(TestUser user, string room)
    {
        var circuit = await Circuit.Of(user);
        circuit.Show<LogAndComposer>(both => both.Add(b => b.Room, circuit.State.Find(Guid.Parse(room))!));
        await circuit.Do(() => circuit.Session.Open(Guid.Parse(room)));
        return circuit;
    }
}
