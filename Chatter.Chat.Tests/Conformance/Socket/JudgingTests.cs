using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Conformance.Socket;

/// <summary>In which order a <c>send</c> is judged, and its nonces, <c>prev</c> and <c>ifLast</c> (docs/protocol.md §1 and §4.1).</summary>
public sealed class JudgingTests(SharedServer shared)
{
    private async Task<(TestUser Ada, string Room, RawSocket Socket)> Start()
    {
        var ada = await shared.Server.User();
        var room = await ada.CreateRoom();
        return (ada, room, await ada.Connect());
    }

    [Fact]
    public async Task A_repeated_nonce_is_answered_with_the_first_event_and_appends_nothing()
    {
        var (ada, room, socket) = await Start();
        await using var _ = socket;
        var first = await socket.Say(room, "once", "n");
        for (var i = 0; i < 3; i++)
        {
            var again = await socket.Say(room, "once \n", "n");
            Assert.Equal((first.Id(), first.Number("seq"), first.Text("at")), (again.Id(), again.Number("seq"), again.Text("at")));
        }
        await socket.Say(room, "marker");
        Assert.Equal(2, (await socket.EventsTo(room, 3)).Count);
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task The_same_nonce_with_other_content_is_refused()
    {
        var (ada, room, socket) = await Start();
        await using var _ = socket;
        var target = await socket.Say(room, "target", "t");
        await socket.Say(room, "text", "n");
        var error = await socket.Refused(new { type = "send", room, text = "Text", nonce = "n" }, "nonce_reused");
        Assert.Equal(room, error.Text("room"));
        await socket.Refused(new { type = "send", room, text = "text", nonce = "n", replyTo = target.Id() }, "nonce_reused");
        await socket.Refused(new { type = "send", room, text = " text", nonce = "n" }, "nonce_reused");
        Assert.Equal(3, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Nonces_are_ones_own_within_a_room_and_case_counts()
    {
        var (_, room, socket) = await Start();
        await using var _1 = socket;
        var ben = await shared.Server.User();
        var other = await ben.CreateRoom();
        await ben.Join(room);
        await using var his = await ben.Connect();
        Assert.Equal(3, (await socket.Say(room, "Ada's", "n")).Number("seq"));
        Assert.Equal(4, (await his.Say(room, "Ben's", "n")).Number("seq"));
        Assert.Equal(2, (await his.Say(other, "elsewhere", "n")).Number("seq"));
        Assert.Equal(5, (await his.Say(room, "another", "N")).Number("seq"));
    }

    [Fact]
    public async Task The_same_nonce_on_two_sockets_and_over_HTTP_at_once_makes_one_event()
    {
        var (ada, room, socket) = await Start();
        await using var _ = socket;
        await using var second = await ada.Connect();
        for (var i = 0; i < 20; i++)
        {
            var (nonce, text) = ($"race-{i}", $"{i}");
            var http = ada.Post($"/api/rooms/{room}/messages", new { text, nonce });
            var answers = await Task.WhenAll(socket.Say(room, text, nonce), second.Say(room, text, nonce));
            var seqs = answers.Append((await http).Json).Select(static a => (a.Number("seq"), a.Text("id"))).Distinct();
            Assert.Single(seqs);
        }
        Assert.Equal(21, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task The_same_nonce_twice_in_one_breath_makes_one_event()
    {
        var (ada, room, socket) = await Start();
        await using var _ = socket;
        for (var i = 0; i < 50; i++) await socket.Send(new { type = "send", room, text = "x", nonce = "n" });
        for (var i = 0; i < 50; i++) Assert.Equal(2, (await socket.Answer("sent", "n")).Number("seq"));
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task Nonces_outlive_a_restart_and_are_kept_for_48_hours()
    {
        await using var server = await ChatServer.Start(static s => s["Chatter:Sessions:Sliding"] = "300.00:00:00");
        var ada = await server.User();
        var room = await ada.CreateRoom();
        var first = await ada.Say(room, "once", "n");
        await server.Restart();
        await using (var socket = await ada.Connect())
        {
            Assert.Equal(first.Id(), (await socket.Say(room, "once", "n")).Id());
            await socket.Refused(new { type = "send", room, text = "twice", nonce = "n" }, "nonce_reused");
        }
        server.Time.Move(TimeSpan.FromHours(47.9));
        Assert.Equal(first.Id(), (await ada.Post($"/api/rooms/{room}/messages", new { text = "once", nonce = "n" })).Is(200).Id());
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task A_known_nonce_is_answered_even_after_leaving()
    {
        var (_, room, socket) = await Start();
        await using var _1 = socket;
        var ben = await shared.Server.User();
        await ben.Join(room);
        await using var his = await ben.Connect();
        var sent = await his.Say(room, "mine", "n");
        await ben.Leave(room);
        Assert.Equal(sent.Id(), (await his.Say(room, "mine", "n")).Id());
        await his.Refused(new { type = "send", room, text = "other", nonce = "n" }, "nonce_reused");
        await his.Refused(new { type = "send", room, text = "new", nonce = "m" }, "not_a_member");
    }

    [Fact]
    public async Task A_known_nonce_is_answered_even_after_leaving_a_private_room()
    {
        var ada = await shared.Server.User();
        var ben = await shared.Server.User();
        var room = await ada.CreateRoom(isPrivate: true);
        await ben.Join(room, await ada.Invite(room));
        await using var his = await ben.Connect();
        var sent = await his.Say(room, "mine", "n");
        await ben.Leave(room);
        Assert.Equal(sent.Id(), (await his.Say(room, "mine", "n")).Id());
        await his.Refused(new { type = "send", room, text = "new", nonce = "m" }, "no_such_room");
    }

    [Fact]
    public async Task A_known_nonce_goes_before_prev_and_ifLast()
    {
        var (_, room, socket) = await Start();
        await using var _1 = socket;
        await socket.Say(room, "x", "n");
        await socket.Send(new { type = "send", room, text = "x", nonce = "n", prev = "never", ifLast = 77 });
        Assert.Equal(2, (await socket.Answer("sent", "n")).Number("seq"));
    }

    [Fact]
    public async Task The_frame_is_judged_before_the_room_and_the_nonce()
    {
        var (_, room, socket) = await Start();
        await using var _1 = socket;
        await socket.Say(room, "x", "n");
        await socket.Refused(new { type = "send", room = Guid.CreateVersion7(), text = "", nonce = "a" }, "invalid");
        await socket.Refused(new { type = "send", room, text = new string('x', 8_001), nonce = "n" }, "too_long");
    }

    [Fact]
    public async Task Membership_is_judged_before_prev_and_prev_before_ifLast()
    {
        var (_, room, socket) = await Start();
        await using var _1 = socket;
        var ben = await shared.Server.User();
        await using var his = await ben.Connect();
        await his.Refused(new { type = "send", room, text = "x", nonce = "a", prev = "never", ifLast = 77 }, "not_a_member");
        await socket.Refused(new { type = "send", room, text = "x", nonce = "a", prev = "never", ifLast = 77 }, "out_of_order");
        var conflict = await socket.Refused(new { type = "send", room, text = "x", nonce = "a", ifLast = 77 }, "conflict");
        Assert.Equal(1, conflict.Number("last"));
    }

    [Fact]
    public async Task A_refused_send_is_never_overtaken_by_those_that_named_it()
    {
        var (ada, room, socket) = await Start();
        await using var _ = socket;
        await socket.Send(new { type = "send", room, text = "a", nonce = "a" });
        await socket.Send(new { type = "send", room, text = "", nonce = "b", prev = "a" });
        await socket.Send(new { type = "send", room, text = "c", nonce = "c", prev = "b" });
        await socket.Send(new { type = "send", room, text = "d", nonce = "d", prev = "c" });
        Assert.Equal(2, (await socket.Answer("sent", "a")).Number("seq"));
        Assert.Equal("invalid", (await socket.Answer("error", "b")).Text("code"));
        Assert.Equal("out_of_order", (await socket.Answer("error", "c")).Text("code"));
        Assert.Equal("out_of_order", (await socket.Answer("error", "d")).Text("code"));
        await socket.Send(new { type = "send", room, text = "b", nonce = "b", prev = "a" });
        await socket.Send(new { type = "send", room, text = "c", nonce = "c", prev = "b" });
        await socket.Send(new { type = "send", room, text = "d", nonce = "d", prev = "c" });
        Assert.Equal(5, (await socket.Answer("sent", "d")).Number("seq"));
        Assert.Equal(["a", "b", "c", "d"], (await ada.Log(room)).Skip(1).Select(static e => e.Text("text")));
    }

    [Fact]
    public async Task Prev_counts_only_ones_own_nonces_in_this_room()
    {
        var (_, room, socket) = await Start();
        await using var _1 = socket;
        var ben = await shared.Server.User();
        var his = await ben.CreateRoom();
        await ben.Join(room);
        await using var ben1 = await ben.Connect();
        await socket.Say(room, "Ada's", "hers");
        await ben1.Say(his, "elsewhere", "else");
        await ben1.Refused(new { type = "send", room, text = "x", nonce = "a", prev = "hers" }, "out_of_order");
        await ben1.Refused(new { type = "send", room, text = "x", nonce = "a", prev = "else" }, "out_of_order");
        await ben1.Refused(new { type = "send", room, text = "x", nonce = "a", prev = "a" }, "out_of_order");
    }

    [Fact]
    public async Task A_refused_nonce_is_free_again()
    {
        var (_, room, socket) = await Start();
        await using var _1 = socket;
        await socket.Refused(new { type = "send", room, text = "x", nonce = "n", ifLast = 9 }, "conflict");
        Assert.Equal(2, (await socket.Say(room, "another text", "n")).Number("seq"));
    }

    [Fact]
    public async Task Of_many_with_the_same_ifLast_one_wins()
    {
        var (ada, room, socket) = await Start();
        await using var _ = socket;
        for (var i = 0; i < 30; i++) await socket.Send(new { type = "send", room, text = $"{i}", nonce = $"n{i}", ifLast = 1 });
        await socket.Answer("sent", "n0");
        for (var i = 1; i < 30; i++)
        {
            var error = await socket.Answer("error", $"n{i}");
            Assert.Equal(("conflict", 2), (error.Text("code"), error.Number("last")));
        }
        Assert.Equal(2, (await ada.Log(room)).Count);
    }

    [Fact]
    public async Task IfLast_counts_every_kind_of_event()
    {
        var (ada, room, socket) = await Start();
        await using var _ = socket;
        await ada.Patch($"/api/rooms/{room}", new { topic = "x" });
        var error = await socket.Refused(new { type = "send", room, text = "x", nonce = "n", ifLast = 1 }, "conflict");
        Assert.Equal(2, error.Number("last"));
        await socket.Send(new { type = "send", room, text = "x", nonce = "n", ifLast = 2 });
        Assert.Equal(3, (await socket.Answer("sent", "n")).Number("seq"));
    }
}
