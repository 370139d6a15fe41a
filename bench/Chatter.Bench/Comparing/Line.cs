namespace Chatter.Bench.Comparing;

/// <summary>One socket of a <see cref="Fleet"/>.</summary>
internal sealed class Line(int number, string path, Fleet fleet) : WebSocketConnection(fleet.Poller)
{
    /// <summary>Its number.</summary>
    public int Number => number;

    protected override string Path => path;

    protected override void Upgraded() => fleet.Upgraded(this);

    protected override void Received(ReadOnlySpan<byte> payload, long now)
    {
        var rest = payload;
        var found = false;
        for (; Mark.TryFind(ref rest, out var message); found = true) fleet.Received(this, message, now);
        if (!found) fleet.Unmarked(this, payload);
    }

    protected override void Ended(string why) => fleet.Ended(this, why);
}
