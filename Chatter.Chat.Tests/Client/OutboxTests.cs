using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Client;

public sealed class OutboxTests
{
    private static readonly Guid Room = Guid.CreateVersion7();
    private static readonly UserRef Me = new(Frames.Ada.Id, Frames.Ada.Name);

    private readonly Outbox _outbox = new(() => 1);
    private TimeSpan _now = TimeSpan.Zero;

    [Fact]
    public void A_send_names_the_unacknowledged_one_before_it_and_no_other()
    {
        Add("1");
        Add("2");
        Assert.Null(Next().Prev);
        Assert.Equal("1", Next().Prev);
        _outbox.Acknowledge(Frames.Sent(Frame("1"), 1), Me);
        _outbox.Acknowledge(Frames.Sent(Frame("2"), 2), Me);
        Add("3");
        Assert.Null(Next().Prev);
    }

    [Fact]
    public async Task An_acknowledged_send_completes_with_its_event()
    {
        var entry = Add("1");
        var frame = Next();
        _outbox.Acknowledge(Frames.Sent(frame, 8), Me);
        var @event = await entry.Completion;
        Assert.Equal((8, "text 1", "1", Me), (@event.Seq, @event.Text, @event.Nonce, @event.From));
        Assert.Empty(_outbox.Of(Room));
    }

    [Fact]
    public void A_lost_connection_repeats_what_was_not_acknowledged_with_the_same_nonces_in_order()
    {
        foreach (var nonce in (string[])["1", "2", "3"]) Add(nonce);
        Next();
        Next();
        _outbox.Acknowledge(Frames.Sent(Frame("1"), 1), Me);
        _outbox.Disconnected();
        Assert.Equal([("2", null), ("3", "2")], new[] { Next(), Next() }.Select(static frame => (frame.Nonce, frame.Prev)));
    }

    [Fact]
    public async Task A_final_refusal_fails_the_send_and_those_behind_it_go_out_again_without_it()
    {
        var first = Add("1");
        Add("2");
        Add("3");
        var frames = new[] { Next(), Next(), Next() };
        Refuse(frames[0], ErrorCodes.Forbidden);
        Refuse(frames[1], ErrorCodes.OutOfOrder);
        Refuse(frames[2], ErrorCodes.OutOfOrder);
        Assert.Equal(ErrorCodes.Forbidden, (await Assert.ThrowsAsync<ChatException>(() => first.Completion)).Refusal.Code);
        var second = Next();
        Assert.Equal(("2", null), (second.Nonce, second.Prev));
        Assert.Null(_outbox.Next(_now));
        _outbox.Acknowledge(Frames.Sent(second, 1), Me);
        Assert.Equal("3", Next().Nonce);
    }

    [Fact]
    public void A_rate_limit_holds_all_sends_for_as_long_as_it_says()
    {
        Add("1");
        Refuse(Next(), ErrorCodes.RateLimited, 2.5);
        _outbox.Add(Guid.CreateVersion7(), "text", null, "elsewhere", Frames.At);
        _now = TimeSpan.FromSeconds(2.4);
        Assert.Null(_outbox.Next(_now));
        Assert.Equal(TimeSpan.FromSeconds(2.5), _outbox.Due());
        _now = TimeSpan.FromSeconds(2.5);
        Assert.NotNull(_outbox.Next(_now));
        Assert.Null(_outbox.Next(_now));
        Assert.Equal(ErrorCodes.RateLimited, Assert.Single(_outbox.Of(Room)).Refusal?.Code);
    }

    [Fact]
    public void An_unknown_outcome_is_repeated_with_back_off_and_holds_only_its_room()
    {
        Add("1");
        Add("2");
        Refuse(Next(), ErrorCodes.Unavailable);
        _outbox.Add(Guid.CreateVersion7(), "text", null, "elsewhere", Frames.At);
        Assert.Equal("elsewhere", Next().Nonce);
        Assert.Null(_outbox.Next(_now));
        _now = TimeSpan.FromSeconds(0.5);
        Assert.Equal("1", Next().Nonce);
    }

    [Fact]
    public void A_send_that_gets_no_answer_is_repeated()
    {
        Add("1");
        Next();
        Assert.Null(_outbox.Next(_now));
        _now = _outbox.Due()!.Value;
        Assert.Equal("1", Next().Nonce);
    }

    [Fact]
    public void The_same_nonce_is_the_same_send_and_with_other_content_a_mistake()
    {
        var first = Add("1");
        Assert.Same(first, Add("1"));
        Assert.Equal(ErrorCodes.NonceReused, _outbox.Add(Room, "other", null, "1", Frames.At).Refusal?.Code);
        Assert.Single(_outbox.Of(Room));
    }

    [Fact]
    public void A_room_holds_a_thousand_and_refuses_more()
    {
        for (var i = 0; i < Outbox.PerRoom; i++) Add($"{i}");
        Assert.Equal(ErrorCodes.Invalid, _outbox.Add(Room, "text", null, "more", Frames.At).Refusal?.Code);
        Assert.Null(_outbox.Add(Guid.CreateVersion7(), "text", null, "more", Frames.At).Refusal);
    }

    [Fact]
    public void Only_what_never_left_can_be_withdrawn()
    {
        var first = Add("1");
        var second = Add("2");
        Next();
        Assert.False(_outbox.TryWithdraw(first));
        Assert.True(_outbox.TryWithdraw(second));
        Assert.True(second.Completion.IsCanceled);
        Assert.Null(_outbox.Next(_now));
    }

    [Fact]
    public void A_busy_room_does_not_keep_another_waiting()
    {
        for (var i = 0; i < 200; i++) Add($"{i}");
        _outbox.Add(Guid.CreateVersion7(), "text", null, "elsewhere", Frames.At);
        Assert.Contains("elsewhere", new[] { Next().Nonce, Next().Nonce });
    }

    [Fact]
    public void Whatever_the_server_and_the_network_do_order_is_kept_nothing_happens_twice_and_every_send_settles() =>
        Gen.Select(Gen.Int[0, 99].Array[0, 300], Gen.Int).Sample((steps, seed) =>
        {
            var world = new OutboxWorld(seed);
            foreach (var step in steps) world.Step(step);
            world.Heal();
            world.Check();
        }, iter: 5_000);

    private OutboxEntry Add(string nonce) => _outbox.Add(Room, $"text {nonce}", null, nonce, Frames.At).Value!;

    private SendFrame Next() => _outbox.Next(_now)!;

    private static SendFrame Frame(string nonce) => new(Room, $"text {nonce}") { Nonce = nonce };

    private void Refuse(SendFrame frame, string code, double? retryAfter = null) => Assert.True(_outbox.Refuse(Frames.Refused(frame, code, retryAfter), _now));
}
