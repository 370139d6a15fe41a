namespace Chatter.App.Session;

/// <summary>
/// The door of everything that a page's scripts call. Whoever is at the other end of a circuit can call as often and with as much as they like, so each call
/// is counted while it is under way, and its texts are measured before anything is kept of them. A call that is refused fails: the script's promise is
/// rejected, and the browser keeps what it wanted to hand over.
/// </summary>
public sealed class ScriptCalls
{
    /// <summary>Calls of a circuit that may be under way. Each holds its arguments until it is answered.</summary>
    public const int MostUnderWay = 200;

    /// <summary>A text that may become a message, or a command. Between a message's limit and this one, the server says itself what is wrong.</summary>
    public const int LongestText = 2 * Chat.Protocol.Limits.MaxText;

    /// <summary>A name, a nonce, an emoji, a tool's name.</summary>
    public const int LongestName = 200;

    private int _underWay;

    /// <summary>Begins a call; disposing of the result ends it.</summary>
    /// <param name="texts">Its texts, each with the most characters that it may have.</param>
    /// <exception cref="ScriptCallRefusedException">Too many calls are under way, or a text is too long.</exception>
    public IDisposable Enter(params ReadOnlySpan<(string? Text, int Most)> texts)
    {
        foreach (var (text, most) in texts)
            if (text?.Length > most) throw new ScriptCallRefusedException($"A text of {text.Length} characters; at most {most} are allowed.");
        if (_underWay >= MostUnderWay) throw new ScriptCallRefusedException($"{MostUnderWay} calls are under way already.");
        _underWay++;
        return new UnderWay(this);
    }

    private sealed class UnderWay(ScriptCalls calls) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (_ended) return;
            _ended = true;
            calls._underWay--;
        }
    }
}

/// <summary>A script asked for more than a circuit holds: nothing was kept, and it may ask again later.</summary>
public sealed class ScriptCallRefusedException(string message) : Exception(message);
