using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>The server's <c>goodbye</c>, and when it came.</summary>
internal sealed record Goodbye(GoodbyeFrame Frame, TimeSpan At)
{
    /// <summary>The server would have closed by now, and a moment for its frame to arrive.</summary>
    public TimeSpan Deadline => At + Milliseconds(Frame.Deadline) + TimeSpan.FromSeconds(1);

    /// <summary>A socket that ended after a goodbye ended for the goodbye's reason, and its time to come back counts from the goodbye.</summary>
    public ConnectionEnd Apply(ConnectionEnd end, TimeSpan now)
    {
        var left = At + Milliseconds(Frame.ReconnectAfter) - now;
        var code = end.Code is CloseCodes.Normal or CloseCodes.Abnormal or CloseCodes.NoStatus ? (ushort)Frame.Code : end.Code;
        return end with { Code = code, ReconnectAfter = left > TimeSpan.Zero ? left : TimeSpan.Zero };
    }

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(Math.Clamp(value, 0, 3_600_000));
}
