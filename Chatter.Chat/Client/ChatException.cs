using Chatter.Chat.Protocol;

namespace Chatter.Chat.Client;

/// <summary>The server, or the client on its behalf, refused something for good.</summary>
public sealed class ChatException : Exception
{
    /// <summary>A refusal as an exception.</summary>
    public ChatException(Refusal refusal) : this(refusal, null) { }

    /// <summary>A refusal as an exception, with what lies behind it.</summary>
    public ChatException(Refusal refusal, Exception? inner) : base((refusal ?? throw new ArgumentNullException(nameof(refusal))).Message, inner) => Refusal = refusal;

    /// <summary>Why; its <see cref="Refusal.Code"/> is one of <see cref="ErrorCodes"/>.</summary>
    public Refusal Refusal { get; }
}
