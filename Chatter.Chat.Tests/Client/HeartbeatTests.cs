using Chatter.Chat.Client;
using CsCheck;
using Xunit;

namespace Chatter.Chat.Tests.Client;

public sealed class HeartbeatTests
{
    [Fact]
    public void A_server_that_answers_each_ping_and_says_nothing_else_is_never_lost() =>
        Gen.Int[0, 29_000].Array[1, 50].Sample(answersAfter =>
        {
            var heartbeat = new Heartbeat(TimeSpan.FromSeconds(30));
            var (now, heardAt) = (TimeSpan.Zero, TimeSpan.Zero);
            foreach (var answerAfter in answersAfter)
            {
                // Looks as the watch does, until it pings.
                while (true)
                {
                    var (ping, lost, next) = heartbeat.Check(now, heardAt);
                    if (lost) return false;
                    if (ping) heardAt = now + TimeSpan.FromMilliseconds(answerAfter);
                    now = next > now ? next : now;
                    if (ping) break;
                }
            }
            return true;
        }, iter: 10_000);

    [Fact]
    public void Silence_is_asked_about_once_after_one_heartbeat_and_is_the_end_after_two()
    {
        var heartbeat = new Heartbeat(Seconds(30));
        Assert.Equal((false, false, Seconds(30)), heartbeat.Check(Seconds(1), Seconds(0)));
        Assert.Equal((true, false, Seconds(60)), heartbeat.Check(Seconds(30), Seconds(0)));
        Assert.Equal((false, false, Seconds(60)), heartbeat.Check(Seconds(59), Seconds(0)));
        Assert.True(heartbeat.Check(Seconds(60), Seconds(0)).Lost);
    }

    [Fact]
    public void An_answer_as_old_as_a_heartbeat_is_a_new_silence()
    {
        var heartbeat = new Heartbeat(Seconds(30));
        Assert.True(heartbeat.Check(Seconds(30), Seconds(0)).Ping);
        Assert.True(heartbeat.Check(Seconds(60), Seconds(30)).Ping);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
