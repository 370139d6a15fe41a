namespace Chatter.Chat.Tests.Support;

/// <summary>The system's clock and timers, with a wall clock that a test can move, for what expires after hours or days.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _shift;

    public void Move(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));
}
