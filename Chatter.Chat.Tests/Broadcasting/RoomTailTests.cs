using Chatter.Chat.Broadcasting;
using Chatter.Chat.Protocol;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Broadcasting;

public sealed class RoomTailTests
{
    private static readonly Guid Room = Guid.CreateVersion7();

    private static readonly Gen<Step> Steps = Gen.OneOf<Step>(
        Gen.Long[1, 40].Select(static seq => (Step)new Offer(seq)),
        Gen.Const((Step)new OfferNext()),
        Gen.Const((Step)new OfferNext()),
        Gen.Long[1, 40].Select(static seq => (Step)new Announce(seq)),
        Gen.Const((Step)new Trim()));

    /// <summary>S8: whatever comes, repeated, reordered or with gaps, a view holds consecutive events, ends at the highest seq heard of, and never goes back.</summary>
    [Fact]
    public void S8_a_view_is_without_a_gap_and_never_goes_back() =>
        Gen.Select(Gen.Int[1, 9], Steps.Array[0, 60]).Sample(
            static (capacity, steps) =>
            {
                var tail = new RoomTail(Room, 0, capacity, 1, static (_, _) => { });
                var highest = 0L;
                foreach (var step in steps)
                {
                    var before = tail.View;
                    var copies = Range(before).Select(seq => before[seq]).ToArray();
                    switch (step)
                    {
                        case Offer(var seq):
                            tail.Offer(Event(seq));
                            highest = Math.Max(highest, seq);
                            break;
                        case OfferNext:
                            tail.Offer(Event(++highest));
                            break;
                        case Announce(var seq):
                            tail.Announce(seq);
                            highest = Math.Max(highest, seq);
                            break;
                        default:
                            tail.Trim();
                            break;
                    }
                    var view = tail.View;
                    Assert.Equal(highest, view.Last);
                    Assert.InRange(view.Last - view.First + 1, 0, capacity);
                    foreach (var seq in Range(view)) Assert.Equal(seq, view[seq].Seq);
                    // A reader may still use the view it took before.
                    Assert.Equal(copies, Range(before).Select(seq => before[seq]));
                }
            },
            iter: 3_000);

    [Fact]
    public void A_watching_loop_is_told_once_until_it_has_noticed()
    {
        var told = 0;
        var tail = new RoomTail(Room, 0, 8, 2, (loop, _) => told += loop == 1 ? 1 : 100);
        tail.Offer(Event(1));
        Assert.Equal(0, told);
        tail.Watch(1, true);
        tail.Offer(Event(2));
        tail.Offer(Event(3));
        Assert.Equal(1, told);
        tail.Noticed(1);
        tail.Offer(Event(4));
        Assert.Equal(2, told);
    }

    [Fact]
    public void A_tail_given_up_cannot_be_pinned_again()
    {
        var tail = new RoomTail(Room, 0, 8, 1, static (_, _) => { });
        Assert.True(tail.Pin());
        Assert.True(tail.Pin());
        Assert.False(tail.Unpin());
        Assert.True(tail.Unpin());
        Assert.False(tail.Pin());
    }

    private static TailEvent Event(long seq) => new(new RoomEvent(Room, seq, Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, EventKinds.Message) { Text = "x" });

    private static IEnumerable<long> Range(TailView view)
    {
        for (var seq = view.First; seq <= view.Last; seq++) yield return seq;
    }

    private abstract record Step;

    private sealed record Offer(long Seq) : Step;

    private sealed record OfferNext : Step;

    private sealed record Announce(long Seq) : Step;

    private sealed record Trim : Step;
}
