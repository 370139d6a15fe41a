using Chatter.Chat.Client;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Client;

public sealed class CursorsTests
{
    private static readonly Guid Room = Guid.CreateVersion7();
    private static readonly Guid Other = Guid.CreateVersion7();

    private readonly Cursors _cursors = new();
    private readonly List<ServerFrame> _delivered = [];

    [Fact]
    public void What_comes_twice_is_passed_on_once()
    {
        Welcome("a", (Room, 3));
        foreach (var seq in (long[])[2, 3, 4, 4, 5, 4]) Assert.True(Apply(Frames.Message(Room, seq)));
        Assert.Equal([4, 5], Seqs(Room));
    }

    [Fact]
    public void A_gap_breaks_the_connection_and_moves_nothing()
    {
        Welcome("a", (Room, 3));
        Assert.False(Apply(Frames.Message(Room, 5)));
        Assert.Equal(3, _cursors.Of(Room));
        Assert.Empty(Seqs(Room));
    }

    [Fact]
    public void An_event_of_a_room_that_nobody_told_of_breaks_the_connection()
    {
        Welcome("a", (Room, 3));
        Assert.False(Apply(Frames.Message(Other, 1)));
    }

    [Fact]
    public void A_resumed_room_keeps_its_cursor_whatever_the_welcome_says()
    {
        Welcome("a", (Room, 3));
        Assert.Equal(3, _cursors.Hello().Resume![Room]);
        Welcome("a", (Room, 9));
        Assert.True(Apply(Frames.Message(Room, 4)));
    }

    [Fact]
    public void A_room_joined_and_a_room_left_are_followed()
    {
        Welcome("a", (Room, 3));
        Apply(new SubscribedFrame(Other, Frames.Entry(Other, 6)));
        Assert.True(Apply(Frames.Message(Other, 7)));
        Apply(new UnsubscribedFrame(Room, UnsubscribedReasons.Left));
        Assert.Equal([Other], _cursors.Hello().Resume!.Keys);
    }

    [Fact]
    public void A_reset_moves_the_cursor_and_is_passed_on()
    {
        Welcome("a", (Room, 3));
        _cursors.Hello();
        Welcome("a", (Room, 20_000));
        Apply(new ResetFrame(Room, 1, 20_000, ResetReasons.Behind));
        Assert.Contains(_delivered, static frame => frame is ResetFrame { Reason: ResetReasons.Behind });
        Assert.True(Apply(Frames.Message(Room, 20_001)));
    }

    [Fact]
    public void A_new_epoch_is_named_only_when_every_room_was_reset()
    {
        Welcome("a", (Room, 30), (Other, 40));
        _cursors.Hello();
        Welcome("b", (Room, 3), (Other, 4));
        Apply(new ResetFrame(Room, 1, 3, ResetReasons.Epoch));

        // The connection breaks here: seq 40 is still the old epoch's.
        var (resume, epoch) = _cursors.Hello();
        Assert.Equal("a", epoch);
        Assert.Equal(40, resume![Other]);
        Welcome("b", (Room, 3), (Other, 4));
        Apply(new ResetFrame(Room, 1, 3, ResetReasons.Epoch));
        Apply(new ResetFrame(Other, 1, 4, ResetReasons.Epoch));

        (resume, epoch) = _cursors.Hello();
        Assert.Equal("b", epoch);
        Assert.Equal((3, 4), (resume![Room], resume[Other]));
    }

    [Fact]
    public void Rooms_too_many_for_one_hello_are_reset_or_given_up_by_the_client_itself()
    {
        var rooms = Enumerable.Range(0, 2_000).Select(_ => (Room: Guid.CreateVersion7(), Last: 5L)).ToArray();
        Welcome("a", rooms);
        var resume = _cursors.Hello().Resume!;
        Assert.InRange(resume.Count, 1_000, 1_999);
        var leftOut = rooms.Where(room => !resume.ContainsKey(room.Room)).ToArray();
        _delivered.Clear();
        // One of those left out has moved, one is gone, the others are where they were.
        Welcome("a", [.. rooms.Where(room => room != leftOut[1]).Select(room => room == leftOut[0] ? (room.Room, 8) : room)]);
        Assert.Equal(new ResetFrame(leftOut[0].Room, 1, 8, ResetReasons.Behind), Assert.Single(_delivered.OfType<ResetFrame>()));
        Assert.Equal(leftOut[1].Room, Assert.Single(_delivered.OfType<UnsubscribedFrame>()).Room);
        Assert.True(Apply(Frames.Message(leftOut[0].Room, 9)));
        Assert.True(Apply(Frames.Message(leftOut[2].Room, 6)));
    }

    [Fact]
    public void Whatever_is_lost_repeated_or_cut_off_each_seq_comes_once_and_in_order() =>
        Gen.Int[0, 5].Array[0, 200].Sample(steps =>
        {
            var cursors = new Cursors();
            var delivered = new List<ServerFrame>();
            long last = 0, sent = 0;
            Connect();
            foreach (var step in steps)
            {
                switch (step)
                {
                    case 0 or 1:
                        last++;
                        break;
                    case 2 when sent < last:
                        if (!cursors.Apply(Frames.Message(Room, ++sent), delivered)) return false;
                        break;
                    case 3 when sent > 0:
                        if (!cursors.Apply(Frames.Message(Room, sent), delivered)) return false;
                        break;
                    case 4 when sent + 1 < last:
                        // One is lost on the way: the client notices and comes anew.
                        if (cursors.Apply(Frames.Message(Room, sent + 2), delivered)) return false;
                        Connect();
                        break;
                    case 5:
                        Connect();
                        break;
                }
            }
            while (sent < last) cursors.Apply(Frames.Message(Room, ++sent), delivered);
            return delivered.OfType<RoomEvent>().Select(static @event => @event.Seq).SequenceEqual(Enumerable.Range(1, (int)last).Select(static seq => (long)seq));

            void Connect()
            {
                var resume = cursors.Hello().Resume;
                sent = resume is null ? 0 : resume[Room];
                cursors.Apply(Frames.Welcome("a", (Room, resume is null ? 0 : last)), delivered);
            }
        }, iter: 10_000);

    private bool Apply(ServerFrame frame) => _cursors.Apply(frame, _delivered);

    private void Welcome(string epoch, params (Guid Room, long Last)[] rooms) => Apply(Frames.Welcome(epoch, rooms));

    private IEnumerable<long> Seqs(Guid room) => _delivered.OfType<RoomEvent>().Where(@event => @event.Room == room).Select(static @event => @event.Seq);
}
