using Chatter.Chat.Gateway;
using Chatter.Chat.Settings;
using Chatter.Chat.Tests.Support;
using Xunit;

namespace Chatter.Chat.Tests.Gateway;

/// <summary>What a socket is closed for, at the second (docs/protocol.md §4.3 and §4.5).</summary>
public sealed class FloodGuardTests
{
    private readonly Clock _clock = new();
    private readonly FloodGuard _guard;

    public FloodGuardTests() => _guard = new FloodGuard(new LimitsSettings(), _clock, Measurements.Nobodys);

    [Fact]
    public void Ten_malformed_frames_within_any_minute_are_too_many()
    {
        Assert.False(_guard.Malformed());
        _clock.Pass(59);
        for (var i = 0; i < 8; i++) Assert.False(_guard.Malformed());
        _clock.Pass(2);
        Assert.False(_guard.Malformed());
        Assert.True(_guard.Malformed());
    }

    [Fact]
    public void Nine_a_minute_are_not_for_however_long()
    {
        for (var i = 0; i < 100; i++, _clock.Pass(6.7)) Assert.False(_guard.Malformed());
    }

    [Fact]
    public void A_thousand_refusals_within_any_ten_seconds_are_too_many()
    {
        Assert.False(_guard.Refused());
        _clock.Pass(9);
        for (var i = 0; i < 600; i++) Assert.False(_guard.Refused());
        _clock.Pass(2);
        for (var i = 0; i < 399; i++) Assert.False(_guard.Refused());
        Assert.True(_guard.Refused());
    }

    private sealed class Clock : TimeProvider
    {
        private long _now = 1;

        public void Pass(double seconds) => _now += (long)(seconds * TimestampFrequency);

        public override long GetTimestamp() => _now;
    }
}
